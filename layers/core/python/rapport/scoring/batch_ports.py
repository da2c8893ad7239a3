"""What batch scoring needs of the world outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rapport.calls.model import LocalisedText
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.scoring.batch_model import Batch, BatchColumn, BatchMode, BatchTask


class Files(Protocol):
    """The files of batches."""

    def size(self, key: str) -> int:
        """Bytes."""
        ...

    def read(self, key: str) -> Iterator[bytes]:
        """From the beginning, piece by piece."""
        ...

    def write(self, key: str, content: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A row to score: its number in the file, whom it is about, and its fields as they were given."""

    number: int
    subject: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a model says of a row: its figure, the band it lies in, and the top reasons as (code, words)."""

    figure: float
    band: str
    reasons: Sequence[tuple[str, LocalisedText]]


class Columns(Protocol):
    """The columns of files."""

    def expected(self, task: BatchTask, mode: BatchMode, version: str) -> Sequence[BatchColumn]: ...

    def ignored(self, task: BatchTask, mode: BatchMode, version: str) -> frozenset[str]: ...


class Scorer(Protocol):
    """The models."""

    def score(self, batch: Batch, rows: Sequence[Row]) -> Sequence[Scored | InvalidInputError | NotFoundError]:
        """What the batch's version says of each row, in that order; scored again, the same."""
        ...
