"""Making, signing and discarding documents. Each may be asked for twice and is done once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from rapport.documents.model import (
    NEEDS_SIGNATURE,
    Document,
    DocumentKind,
    DocumentState,
    Language,
    NewDocument,
    Template,
)
from rapport.documents.templates import content, template
from rapport.runtime.errors import ConflictError, NotFoundError

# Names of documents follow from what they are, so that a retry makes the same one.
NAMESPACE = uuid.UUID("6f1f6b0e-6d0e-4c36-9a9e-2f0c3c0a7d11")
UNSIGNED = {"en": "DRAFT - NOT SIGNED", "ja": "未署名の下書き"}
# What stands where a name will stand.
BLANK = "＿＿＿＿＿＿＿＿"


class Generator(Protocol):
    """Fills a Word template and stamps a PDF: `rapport.vendors.foxit.Foxit`."""

    def generate(self, template_docx: bytes, values: Mapping[str, Any]) -> bytes: ...

    def watermark(self, pdf: bytes, text: str) -> bytes: ...


class DocumentStore(Protocol):
    """Keeps what is known of documents."""

    def load(self, document_id: str) -> Document | None: ...

    def of_owner(self, owner: str) -> Sequence[Document]: ...

    def save(self, document: Document) -> None: ...


class Values(Protocol):
    """Keeps what a document was filled with, for as long as it may still be signed."""

    def put(self, document_id: str, values: Mapping[str, Any]) -> None: ...

    def get(self, document_id: str) -> dict[str, Any] | None: ...

    def drop(self, document_id: str) -> None: ...


class Files(Protocol):
    """Keeps the files themselves."""

    def put(self, key: str, pdf: bytes) -> None: ...

    def drop(self, key: str) -> None: ...


class DocumentService:
    """What the product does with documents."""

    def __init__(
        self, store: DocumentStore, values: Values, files: Files, generator: Generator, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._values = values
        self._files = files
        self._generator = generator
        self._now = now

    def make(self, new: NewDocument) -> Document:
        """Generate a document, or find the one that stands: one of each kind stands at a time."""
        found = template(new.kind, new.language)
        mine = [known for known in self._store.of_owner(new.owner) if known.kind is new.kind]
        standing = next((known for known in mine if known.state is not DocumentState.DISCARDED), None)
        if standing is not None:
            return standing
        revision = len(mine) + 1
        document_id = str(uuid.uuid5(NAMESPACE, f"{new.owner} {new.kind} {revision}"))
        values = {**new.values, "document_id": document_id}
        needs_signature = new.kind in NEEDS_SIGNATURE
        pdf = self._filled(found, values, name=None, at=None)
        if needs_signature:
            pdf = self._generator.watermark(pdf, UNSIGNED[new.language])
            self._values.put(document_id, values)
        document = Document(
            document_id=document_id,
            owner=new.owner,
            username=new.username,
            kind=new.kind,
            language=new.language,
            title=found.title,
            template_version=found.version,
            revision=revision,
            state=DocumentState.DRAFT if needs_signature else DocumentState.FINAL,
            made_at=self._now(),
            sha256=hashlib.sha256(pdf).hexdigest(),
            bytes=len(pdf),
        )
        self._files.put(document.key(document.state), pdf)
        self._store.save(document)
        return document

    def sign(self, document_id: str, *, by: str, at: int) -> Document:
        """Put a name under a draft: the file is made again with it, without the watermark. Signing twice signs once."""
        document = self.existing(document_id)
        if document.state is DocumentState.SIGNED:
            return document
        if document.state is not DocumentState.DRAFT:
            raise ConflictError(f"the document is {document.state.value}: it cannot be signed")
        values = self._values.get(document_id)
        if values is None:
            raise ConflictError("the draft is too old to be signed; ask for a new one")
        pdf = self._filled(template(document.kind, document.language), values, name=by, at=at)
        signed = document.model_copy(
            update={
                "state": DocumentState.SIGNED,
                "signed_at": at,
                "sha256": hashlib.sha256(pdf).hexdigest(),
                "bytes": len(pdf),
            }
        )
        self._files.put(signed.key(DocumentState.SIGNED), pdf)
        self._store.save(signed)
        self._files.drop(signed.key(DocumentState.DRAFT))
        self._values.drop(document_id)
        return signed

    def discard(self, document_id: str) -> None:
        """Throw a document and its files away; that it was there stays known."""
        document = self._store.load(document_id)
        if document is None or document.state is DocumentState.DISCARDED:
            return
        self._store.save(discarded(document, self._values, self._files))

    def existing(self, document_id: str) -> Document:
        """A document by id. `NotFoundError`."""
        document = self._store.load(document_id)
        if document is None:
            raise NotFoundError("there is no such document")
        return document

    def _filled(self, found: Template, values: Mapping[str, Any], *, name: str | None, at: int | None) -> bytes:
        signature = {
            "signature_name": name or BLANK,
            "signed_at": moment(at, found.language) if at is not None else BLANK,
        }
        return self._generator.generate(content(found), {**values, **signature})


def discarded(document: Document, values: Values, files: Files) -> Document:
    """A document whose files and values were thrown away."""
    for state in (DocumentState.DRAFT, DocumentState.SIGNED, DocumentState.FINAL):
        files.drop(document.key(state))
    values.drop(document.document_id)
    return document.model_copy(update={"state": DocumentState.DISCARDED})


def moment(at: int, language: Language) -> str:
    """A point in time as a document writes it, in UTC."""
    said = datetime.fromtimestamp(at / 1000, UTC)
    return f"{said:%Y年%m月%d日 %H:%M}(協定世界時)" if language == "ja" else f"{said:%d %B %Y, %H:%M} UTC"


def signable(kinds: Sequence[DocumentKind]) -> tuple[DocumentKind, ...]:
    """Those of these kinds that need a signature."""
    return tuple(kind for kind in kinds if kind in NEEDS_SIGNATURE)
