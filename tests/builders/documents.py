"""Documents without Foxit: a generator that writes down what it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rapport.documents.model import DocumentKind, Language, NewDocument

OWNER = "app-1"


class Typewriter:
    """Implements `Generator`: the PDF says with what it was filled."""

    def __init__(self) -> None:
        self.filled: list[Mapping[str, Any]] = []

    def generate(self, template_docx: bytes, values: Mapping[str, Any]) -> bytes:
        assert template_docx.startswith(b"PK")
        self.filled.append(values)
        return json.dumps(dict(values), ensure_ascii=False).encode()

    def watermark(self, pdf: bytes, text: str) -> bytes:
        return pdf + b" " + text.encode()


def new(
    kind: DocumentKind = DocumentKind.ACCOUNT_AGREEMENT, owner: str = OWNER, language: Language = "en"
) -> NewDocument:
    """A document of Mei Ito."""
    return NewDocument(
        owner=owner, username="mei.ito", kind=kind, language=language, values={"customer_name": "Mei Ito"}
    )
