"""Documents of a person: listed in an export, discarded by an erasure, but for what was signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rapport.documents.model import Document, DocumentState
from rapport.documents.service import Files, Values, discarded
from rapport.documents.store import DocumentQuery, DynamoDocumentStore
from rapport.identity.personal import Kept


class Documents:
    """Implements `Holder`."""

    name = "documents"

    def __init__(self, store: DynamoDocumentStore, values: Values, files: Files) -> None:
        self._store = store
        self._values = values
        self._files = files

    def of(self, username: str) -> Iterator[Document]:
        """Documents of a person, newest first."""
        cursor: str | None = None
        while True:
            found, cursor = self._store.page(DocumentQuery(username=username), limit=100, cursor=cursor)
            yield from found
            if cursor is None:
                return

    def export(self, username: str) -> Any:
        return [document.model_dump(mode="json") for document in self.of(username)]

    def erase(self, username: str) -> Sequence[Kept]:
        signed = 0
        for document in list(self.of(username)):
            if document.state is DocumentState.SIGNED:
                signed += 1
            elif document.state is not DocumentState.DISCARDED:
                self._store.save(discarded(document, self._values, self._files))
        reason = "contracts are kept for seven years, as the law on books of account asks"
        return (Kept(what="signed documents", count=signed, reason=reason),) if signed else ()
