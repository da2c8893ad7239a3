"""Makes text of others harmless to look at: one form, no invisible characters, a length."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST = 2000
# Categories of what cannot be seen: controls, formats (bidi marks, zero width, tags), surrogates, private use.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT = frozenset("\n\t")
# What separates is one of two characters: another line separator could begin a line that nobody looks for.
_SEPARATORS = {"Zl": "\n", "Zp": "\n", "Zs": " "}
# Characters that are seen as nothing although they count as letters, and variation selectors.
_BLANK = re.compile("[\u115f\u1160\u3164\uffa0\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACES = re.compile(r"[^\S\n]{2,}")
_LINES = re.compile(r"\n{3,}")
_REPEATED = re.compile(r"(.)\1{19,}", re.DOTALL)


def clean_text(text: str, longest: int = LONGEST) -> str:
    """NFKC, without controls, bidi and other invisible characters, padding folded, at most `longest` characters.

    Doing it twice is the same as once.
    """
    folded = unicodedata.normalize("NFKC", text[: 4 * longest])
    seen = _BLANK.sub("", "".join(map(_seen, folded)))
    # What stood apart may belong together now.
    seen = unicodedata.normalize("NFKC", seen)
    seen = _REPEATED.sub(lambda match: match[1] * 3, seen)
    return _LINES.sub("\n\n", _SPACES.sub(" ", seen)).strip()[:longest].strip()


def _seen(c: str) -> str:
    category = unicodedata.category(c)
    if c in _KEPT or category not in _UNSEEN:
        return _SEPARATORS.get(category, c)
    return ""


def clean(node: Any) -> Any:
    """Every text of a JSON value cleaned; keys are ours and stay."""
    if isinstance(node, str):
        return clean_text(node)
    if isinstance(node, dict):
        return {key: clean(value) for key, value in node.items()}
    return [clean(item) for item in node] if isinstance(node, list) else node
