"""Prompt versions: one file each, `prompts/<feature>.v<number>.md`, never edited once it was used.

The file is the whole instruction. What it is answered with is data of the user role; nothing is filled in here but
the canary, a word that no answer may hold.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from rapport.ai.model import Feature, Model

FOLDER = Path(__file__).with_name("prompts")
CANARY = "{{canary}}"


class Prompt(Model):
    """`id` such as `chatbot.v1`; `sha256` of the file as it is."""

    id: str
    sha256: str
    text: str

    def instructions(self, canary: str) -> str:
        return self.text.replace(CANARY, canary)


@cache
def prompt(feature: Feature) -> Prompt:
    """The newest version of a feature's prompt."""
    found = max(FOLDER.glob(f"{feature.value}.v*.md"), key=_number)
    text = found.read_text(encoding="utf-8")
    return Prompt(id=found.stem, sha256=hashlib.sha256(text.encode()).hexdigest(), text=text)


def _number(path: Path) -> int:
    match = re.search(r"\.v(\d+)$", path.stem)
    return int(match[1]) if match else 0
