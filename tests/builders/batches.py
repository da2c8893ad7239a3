"""Batches in memory: files, what is remembered, and a model whose answers can be told beforehand."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from rapport.calls.model import LocalisedText
from rapport.customers.import_model import ImportFormat, RowError
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.scoring.batch_finish import Finisher
from rapport.scoring.batch_model import Batch, BatchColumn, BatchLanguage, BatchMode, BatchState, BatchTask
from rapport.scoring.batch_ports import Row, Scored
from rapport.scoring.batches import Counted, Planned, plan, score_chunk

NOON = 1_790_000_000_000
VERSION = "1.0.0"


def batch(**changed: Any) -> Batch:
    """A running batch of churn by rows."""
    given: dict[str, Any] = {
        "batch_id": f"{NOON:013d}-1",
        "model": BatchTask.CHURN,
        "mode": BatchMode.ROWS,
        "format": ImportFormat.CSV,
        "language": BatchLanguage.EN,
        "state": BatchState.RUNNING,
        "created_by": "liam",
        "created_at": NOON,
        "started_at": NOON,
    }
    return Batch.model_validate(given | changed)


class MemoryFiles:
    """Implements `Files`; objects are read in small pieces."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def size(self, key: str) -> int:
        return len(self.objects[key])

    def read(self, key: str) -> Iterator[bytes]:
        content = self.objects[key]
        return (content[start : start + 7] for start in range(0, len(content), 7))

    def write(self, key: str, content: bytes) -> None:
        self.objects[key] = content

    def write_text(self, key: str, pieces: Iterable[str]) -> None:
        self.objects[key] = "".join(pieces).encode()

    def rows(self, key: str) -> list[dict[str, str]]:
        """A file of CSV as a spreadsheet reads it."""
        return list(csv.DictReader(io.StringIO(self.objects[key].decode("utf-8-sig"), newline="")))


class TwoFields:
    """Implements `Columns` and `Scorer`: the figure is field a; b is a word, and "bad" is refused."""

    def expected(self, task: BatchTask, mode: BatchMode, version: str) -> Sequence[BatchColumn]:
        del task, mode, version
        return [BatchColumn(name=name, label=LocalisedText(en=name, ja=name), example="1") for name in ("id", "a", "b")]

    def ignored(self, task: BatchTask, mode: BatchMode, version: str) -> frozenset[str]:
        del task, mode, version
        return frozenset({"label"})

    def score(self, batch: Batch, rows: Sequence[Row]) -> Sequence[Scored | InvalidInputError | NotFoundError]:
        del batch
        return [self._one(row) for row in rows]

    def _one(self, row: Row) -> Scored | InvalidInputError:
        if row.fields.get("b") == "bad":
            return InvalidInputError("b must not be bad", field="b")
        return Scored(float(row.fields.get("a", 0)), "LOW", [("b", LocalisedText(en="B", ja="ビー"))])


class Remembered:
    """Implements what `Finisher` needs of the store."""

    def __init__(self) -> None:
        self.done: dict[int, Counted] = {}
        self.ended: Batch | None = None
        self.running: Batch | None = None

    def chunk_done(self, batch_id: str, chunk: int, counted: Counted) -> Batch | None:
        del batch_id
        self.done.setdefault(chunk, counted)
        return None

    def chunks_done(self, batch_id: str) -> set[int]:
        del batch_id
        return set(self.done)

    def finish(
        self,
        batch_id: str,
        state: BatchState,
        at: int,
        *,
        counted: Counted | None = None,
        errors: Collection[RowError] = (),
    ) -> Batch | None:
        del batch_id
        assert self.running is not None
        counts = {"rows_scored": counted.scored, "rows_failed": counted.failed} if counted else {}
        changes = {"state": state, "finished_at": at, "errors": tuple(errors), **counts}
        self.ended = self.running.model_copy(update=changes)
        return self.ended


class Run:
    """A batch from its file to its end, step by step or at once."""

    def __init__(self, content: bytes, *, chunk_rows: int = 2, **changed: Any) -> None:
        self.files, self.model, self.remembered = MemoryFiles(), TwoFields(), Remembered()
        self.batch = batch(**changed)
        self.files.write(self.batch.upload_key, content)
        self.planned: Planned = plan(self.batch, VERSION, self.files, self.model, chunk_rows=chunk_rows)
        update = {"rows": self.planned.rows, "chunks": self.planned.chunks, "version": VERSION}
        self.batch = self.batch.model_copy(update=update)
        self.remembered.running = self.batch
        self.finisher = Finisher(self.remembered, self.files, lambda: NOON + 1000)

    def score(self, chunk: int) -> Counted:
        counted = score_chunk(self.batch, chunk, self.files, self.model)
        self.remembered.chunk_done(self.batch.batch_id, chunk, counted)
        return counted

    def join(self) -> Batch:
        self.finisher.join(self.batch)
        assert self.remembered.ended is not None
        return self.remembered.ended

    def whole(self) -> Batch:
        for chunk in range(1, self.planned.chunks + 1):
            self.score(chunk)
        return self.join()

    @property
    def results(self) -> list[dict[str, str]]:
        return self.files.rows(self.batch.results_key)

    @property
    def failures(self) -> list[dict[str, str]]:
        return self.files.rows(self.batch.failures_key)
