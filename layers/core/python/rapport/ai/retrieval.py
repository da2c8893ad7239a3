"""Finds the entries of the FAQ that answer a question: BM25 over words (English) or character pairs (Japanese)."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

from rapport.ai.clean import clean_text
from rapport.ai.contexts import Language, Passage
from rapport.ai.model import Model

FOLDER = Path(__file__).with_name("faq")
K1, B = 1.4, 0.6  # BM25's usual range; entries are short and of like length
TITLE_WEIGHT = 2
_WORD = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    _WORD.findall(
        "a an and are as at be by can do does for from have how i if in is it me my of on or that the this to was what "
        "when where which who why will with you your am not there would could should please want need get never cannot"
    )
)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f々ー]+")
# Pairs of hiragana are grammar (です, ます, から), not topics.
_HIRAGANA = re.compile(r"^[\u3040-\u309f]{2}$")


class Entry(Model):
    """A question, its answer, and other words by which people ask."""

    id: str
    title: str
    keys: str
    text: str


@cache
def entries(language: Language) -> tuple[Entry, ...]:
    rows = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return tuple(Entry.model_validate(row) for row in rows)


def terms(text: str) -> list[str]:
    """Words without endings, and pairs of Japanese characters."""
    folded = clean_text(text, 4000).casefold()
    words = [_stem(word) for word in _WORD.findall(folded) if word not in _STOP]
    pairs = [run[i : i + 2] for run in _JAPANESE.findall(folded) for i in range(max(1, len(run) - 1))]
    return words + [pair for pair in pairs if not _HIRAGANA.match(pair)]


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ed", "es", "s"):
        if len(word) - len(ending) >= 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word


class Index:
    """BM25 over entries; the score is relative to the best that this question could have had."""

    def __init__(self, found: tuple[Entry, ...]) -> None:
        self._entries = found
        self._counts = [Counter(terms(f"{e.title} {e.keys}") * TITLE_WEIGHT + terms(e.text)) for e in found]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(1, len(self._lengths))
        seen = Counter(term for counts in self._counts for term in counts)
        self._weights = {term: math.log(1 + (len(found) - n + 0.5) / (n + 0.5)) for term, n in seen.items()}
        self._unknown = math.log(1 + len(found) + 0.5)

    def find(self, question: str, limit: int = 3) -> list[Passage]:
        """The best entries, best first; `score` 0 to 1 is the share of the question's weight that the entry has."""
        wanted = set(terms(question))
        total = sum(self._weights.get(term, self._unknown) for term in wanted)
        if not total:
            return []
        scored = []
        for entry, counts, length in zip(self._entries, self._counts, self._lengths, strict=True):
            points = sum(
                self._weights[term] * counts[term] * (K1 + 1)
                / (counts[term] + K1 * (1 - B + B * length / self._mean)) / (K1 + 1)
                for term in wanted & counts.keys()
            )  # fmt: skip
            if points:
                scored.append((points / total, entry))
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        return [Passage(id=e.id, title=e.title, text=e.text, score=round(min(1.0, p), 3)) for p, e in scored[:limit]]


@cache
def index(language: Language) -> Index:
    return Index(entries(language))
