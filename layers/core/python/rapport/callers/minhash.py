"""Sketches of what was said: 48 bytes from which two texts tell how many of their words and pairs of words they share.

MinHash by one permutation (Li, Owen, Zhang, NIPS 2012) over the distinct words that mean something and the distinct
pairs of neighbours, of characters where a language writes no spaces. Digits are one sign: scripts change amounts and
extensions. How well this tells scripts from talk: docs/callers.md.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from operator import eq

LEAST_WORDS = 20
# A sketch holds the least hash in each bin, as a byte; a bin that no word fell into is EMPTY.
BINS, EMPTY = 48, 255
BANDS = 8
# Texts that share this much of all that either says are versions of one script.
ALIKE = 0.56
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


def sketch(text: str) -> str | None:
    """64 characters (base64url); None for fewer than 20 words, which too many callers would share."""
    words = words_of(text)
    if len(words) < LEAST_WORDS:
        return None
    bins = bytearray([EMPTY] * BINS)
    for shingle in _shingles(words):
        place, value = _hashed(shingle)
        bins[place] = min(bins[place], value)
    return base64.urlsafe_b64encode(bins).decode()


def likeness(one: str, other: str) -> float:
    """About which share of the words and pairs of either text both have (Jaccard), 0 to 1; its standard error is at
    most 0.07.
    """
    (mine, here), (theirs, there) = _read(one), _read(other)
    neither = (here & there).bit_count()
    same: int = sum(map(eq, mine, theirs))
    return (same - neither) / max(1, BINS - neither)


def bands(sketch: str) -> list[str]:
    """At most eight keys. Texts that share half of what they say have one of them in common nine times in ten."""
    bins, _ = _read(sketch)
    found = []
    for band in range(BANDS):
        start = band * BINS // BANDS
        middle, end = start + BINS // BANDS // 2, start + BINS // BANDS
        one, other = min(bins[start:middle]), min(bins[middle:end])
        if EMPTY not in (one, other):
            found.append(f"{band}{one:02x}{other:02x}")
    return found


@lru_cache(maxsize=16_384)
def _read(sketch: str) -> tuple[bytes, int]:
    """The bins, and as bits which of them are empty. A busy hour compares some thousand sketches again and again."""
    bins = base64.urlsafe_b64decode(sketch)
    return bins, sum(1 << place for place, value in enumerate(bins) if value == EMPTY)


def _shingles(words: list[str]) -> set[str]:
    return {word for word in words if word not in _COMMON} | {f"{one} {next_}" for one, next_ in pairwise(words)}


@lru_cache(maxsize=16_384)
def _hashed(shingle: str) -> tuple[int, int]:
    """(bin, value below EMPTY) of a word or pair."""
    value = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big")
    high, low = divmod(value, 2**32)
    return high % BINS, low * EMPTY >> 32
