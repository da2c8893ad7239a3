"""The vocabulary of documents. Times are epoch milliseconds. All models are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["en", "ja"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentKind(StrEnum):
    ACCOUNT_AGREEMENT = "account_agreement"
    RISK_DISCLOSURE = "risk_disclosure"
    WELCOME_LETTER = "welcome_letter"


class DocumentState(StrEnum):
    """A draft carries a watermark until it is signed; a letter needs no signature."""

    DRAFT = "draft"
    SIGNED = "signed"
    FINAL = "final"
    DISCARDED = "discarded"


# What a customer puts a name under. The others are final as they are made.
NEEDS_SIGNATURE = frozenset({DocumentKind.ACCOUNT_AGREEMENT, DocumentKind.RISK_DISCLOSURE})


class Template(Model):
    """A Word file with tokens. `version` rises with every change of its words; a document names the one it is of."""

    kind: DocumentKind
    language: Language
    version: int
    title: str
    tags: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.kind}.{self.language}.docx"


class NewDocument(Model):
    """What to make: `owner` is the application (or customer) it belongs to, `username` who may read it.

    `values` fill the template's tags; they hold personal data and are kept in the document only.
    """

    owner: str
    username: str
    kind: DocumentKind
    language: Language
    values: Mapping[str, Any]


class Document(Model):
    """A document that was made. `sha256` and `bytes` are of the newest file, `revision` counts those of its kind."""

    document_id: str
    owner: str
    username: str
    kind: DocumentKind
    language: Language
    title: str
    template_version: int
    revision: int
    state: DocumentState
    made_at: int
    sha256: str
    bytes: int
    signed_at: int | None = None

    def key(self, state: DocumentState) -> str:
        """Where in the files bucket the file of a state lies."""
        return f"documents/{self.owner}/{self.document_id}/{state}.pdf"

    @property
    def file_name(self) -> str:
        return f"{self.kind.value.replace('_', '-')}.pdf"
