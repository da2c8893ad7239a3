"""Makes text of others harmless to look at: one form, no invisible characters, a length."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST = 2000
# Categories of what cannot be seen: controls, formats (bidi marks, zero width, tags), surrogates, private use.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT = frozenset("\n\t")
# Characters that are seen as nothing although they count as letters, and variation selectors.
_BLANK = re.compile("[\u115f\u1160\u3164\uffa0\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACES = re.compile(r"[^\S\n]{2,}")
_LINES = re.compile(r"\n{3,}")
_REPEATED = re.compile(r"(.)\1{19,}", re.DOTALL)


def clean_text(text: str, longest: int = LONGEST) -> str:
    """NFKC, without controls, bidi and other invisible characters, padding folded, at most `longest` characters."""
    folded = unicodedata.normalize("NFKC", text[: 4 * longest])
    seen = "".join(c for c in folded if c in _KEPT or unicodedata.category(c) not in _UNSEEN)
    seen = _BLANK.sub("", seen)
    seen = _REPEATED.sub(lambda match: match[1] * 3, seen)
    return _LINES.sub("\n\n", _SPACES.sub(" ", seen)).strip()[:longest]


def clean(node: Any) -> Any:
    """Every text of a JSON value cleaned; keys are ours and stay."""
    if isinstance(node, str):
        return clean_text(node)
    if isinstance(node, dict):
        return {key: clean(value) for key, value in node.items()}
    return [clean(item) for item in node] if isinstance(node, list) else node
