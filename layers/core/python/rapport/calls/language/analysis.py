"""Reads one turn: normalises it, finds phrases, and gives a sentiment where Contact Lens gave none.

Word lists of our own, one module per language. They are rules, not a model: what they miss is listed in
`docs/architecture.md`, and a trained intent model may replace them where it is measured to be better.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapport.calls.language import english, japanese

# One Japanese word is about two characters of kana and kanji; pace is compared in words per minute.
CHARACTERS_PER_JAPANESE_WORD = 2.0

_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NOISE = re.compile(r"\[[^\]]*\]|<[^>]*>")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one turn says.

    `sentiment` is -1 to 1 by the lexicon; `words` counts words, or word equivalents in Japanese. The flags
    are about the speaker: an agent who asks about a payment promises nothing.
    """

    words: float
    sentiment: float
    intents: tuple[str, ...]
    payment_trouble: bool
    promise_to_pay: bool
    refusal: bool
    dispute: bool


_EMPTY = Analysis(0.0, 0.0, (), False, False, False, False)


def normalise(text: str) -> str:
    """NFKC (half-width kana and full-width Latin become ordinary), lower case, without noise marks."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    return _SPACES.sub(" ", _NOISE.sub(" ", folded)).strip()


@lru_cache(maxsize=4096)
def analyse(text: str, *, by_customer: bool) -> Analysis:
    """Analyse one turn. Cached, because a call repeats its greetings and a replay repeats everything."""
    clean = normalise(text)
    if not clean:
        return _EMPTY
    is_japanese = _JAPANESE.search(clean) is not None
    language = japanese if is_japanese else english
    if is_japanese:
        words = len(_JAPANESE.findall(clean)) / CHARACTERS_PER_JAPANESE_WORD + len(_WORD.findall(clean))
    else:
        words = float(len(_WORD.findall(clean)))
    if not by_customer:
        return Analysis(words, language.sentiment(clean), (), False, False, False, False)
    refusal = language.REFUSAL.search(clean) is not None
    trouble = language.PAYMENT_TROUBLE.search(clean) is not None
    promise = not refusal and language.promises(clean)
    return Analysis(
        words=words,
        sentiment=language.sentiment(clean),
        intents=tuple(name for name, pattern in language.INTENTS.items() if pattern.search(clean)),
        payment_trouble=trouble,
        promise_to_pay=promise,
        refusal=refusal,
        dispute=language.DISPUTE.search(clean) is not None,
    )
