"""How names are searched: by the beginning of any of their words, in any script.

NFKC makes half-width and full-width forms equal, case folding makes cases equal, and katakana is read as
hiragana, so that ﾔﾏﾀﾞ, ヤマダ and やまだ find each other. Kanji are not read: 山田 is found by 山.
"""

from __future__ import annotations

import unicodedata

MAX_TERM = 80
# More words than a name has would be more index entries than a search needs.
MAX_WORDS = 5
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_SEPARATORS = str.maketrans({"・": " ", "･": " ", ",": " ", "、": " ", "=": " ", "#": " "})


def normalise(text: str) -> str:
    """The form in which names are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SEPARATORS)
    folded = unicodedata.normalize("NFKC", folded).translate(_HIRAGANA)
    return " ".join("".join(c if c.isprintable() else " " for c in folded).split())[:MAX_TERM].rstrip()


def terms(name: str) -> tuple[str, ...]:
    """Every rotation of the words of a name, so that each word is the beginning of one of them."""
    words = normalise(name).split()
    rotations = (" ".join(words[i:] + words[:i]) for i in range(min(len(words), MAX_WORDS)))
    return tuple(sorted(set(rotations)))
