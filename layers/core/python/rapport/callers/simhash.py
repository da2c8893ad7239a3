"""Fingerprints of what was said: 64 bits that stay close when a script is read again with small changes.

Charikar's simhash (STOC 2002) over the distinct words that mean something and the distinct pairs of neighbours,
of characters where a language writes no spaces. Digits are one sign: scripts change amounts and extensions. Two
texts that share nothing differ in about 32 bits. How well this tells scripts from talk: docs/callers.md.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

BITS = 64
LEAST_WORDS = 20
BANDS = 8
# At most so many bits apart is the same script.
NEAR = 12
# English words that any talk has.
_COMMON_WORDS = (
    "a an and are as at be been but by can could do does for from had has have he her here hi him his how i if in is "
    "it its just me my no not now of ok okay on one or our out please she so some thank thanks that the their them "
    "then there they this to too us was we what when which who will with would yes you your s t m re ve ll d"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_DIGITS = re.compile(r"\d+")


def words_of(text: str) -> list[str]:
    """Words in lower case; of text without spaces, each character."""
    plain = _DIGITS.sub("0", unicodedata.normalize("NFKC", text).lower())
    return [part for word in _WORD.findall(plain) for part in (list(word) if _UNSPACED.search(word) else [word])]


def fingerprint(text: str) -> str | None:
    """16 hexadecimal digits; None for fewer than 20 words, which too many callers would share."""
    words = words_of(text)
    if len(words) < LEAST_WORDS:
        return None
    counts = [0] * BITS
    for shingle in _shingles(words):
        for bit, sign in enumerate(_signs(shingle)):
            counts[bit] += sign
    value = sum(1 << bit for bit, count in enumerate(counts) if count > 0)
    return f"{value:016x}"


def near(value: int, other: str) -> int | None:
    """How many bits apart, 0 to 12; None for texts that are no version of one script."""
    apart = (value ^ int(other, 16)).bit_count()
    return apart if apart <= NEAR else None


def distance(one: str, other: str) -> int:
    """Bits that differ, 0 to 64."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def bands(fingerprint: str) -> list[str]:
    """Eight pieces of a byte with their place: texts within 7 bits share one for certain, within 12 mostly."""
    return [f"{place}{fingerprint[2 * place : 2 * place + 2]}" for place in range(BANDS)]


def _shingles(words: list[str]) -> set[str]:
    return {word for word in words if word not in _COMMON} | {f"{one} {next_}" for one, next_ in pairwise(words)}


@lru_cache(maxsize=16_384)
def _signs(shingle: str) -> tuple[int, ...]:
    value = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big")
    return tuple(1 if value >> bit & 1 else -1 for bit in range(BITS))
