"""How a customer is addressed, when the name given is one."""

from __future__ import annotations

import re

_NAME = re.compile(r"[^\W\d_]+(?:[\s'’.・-][^\W\d_]+){0,4}\.?")
LONGEST = 40


def addressed(name: str, language: str) -> str:
    """`Hello Alex Morgan,` or `山田 花子様`; without the name where it is none: a sentence is no name."""
    proper = name.strip() if len(name.strip()) <= LONGEST and _NAME.fullmatch(name.strip()) else ""
    if language == "ja":
        return f"{proper}様" if proper else "お客様"
    return f"Hello {proper}," if proper else "Hello,"
