"""The Word templates and what they say of themselves. `python -m tools.templates` makes the files from their words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from rapport.documents.model import DocumentKind, Language, Template
from rapport.runtime.errors import NotFoundError

FOLDER = Path(__file__).parent


@cache
def templates() -> tuple[Template, ...]:
    """Every template, by kind and language."""
    listed = json.loads((FOLDER / "templates.json").read_text(encoding="utf-8"))
    return tuple(Template.model_validate(entry) for entry in listed)


def template(kind: DocumentKind, language: Language) -> Template:
    """The template of a kind in a language. `NotFoundError`."""
    for found in templates():
        if (found.kind, found.language) == (kind, language):
            return found
    raise NotFoundError(f"there is no template of {kind} in {language}", field="kind")


def content(found: Template) -> bytes:
    """The Word file."""
    return (FOLDER / found.file).read_bytes()
