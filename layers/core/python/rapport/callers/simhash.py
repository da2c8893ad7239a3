"""Fingerprints of what was said: 64 bits that stay close when a script is read again with small changes.

Charikar's simhash (STOC 2002) over pairs of words, of characters where a language writes no spaces. Digits are
one sign: scripts change amounts and extensions. Two texts that share nothing differ in about 32 bits.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

BITS = 64
LEAST_WORDS = 20
BANDS = 8
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


def distance(one: str, other: str) -> int:
    """Bits that differ, 0 to 64."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def bands(fingerprint: str) -> list[str]:
    """Eight pieces of a byte with their place: texts within 7 bits share one for certain, within 12 mostly."""
    return [f"{place}{fingerprint[2 * place : 2 * place + 2]}" for place in range(BANDS)]


def _shingles(words: list[str]) -> Iterator[str]:
    yield from words
    for first, second in zip(words, words[1:], strict=False):
        yield f"{first} {second}"


@lru_cache(maxsize=16_384)
def _signs(shingle: str) -> tuple[int, ...]:
    value = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big")
    return tuple(1 if value >> bit & 1 else -1 for bit in range(BITS))
