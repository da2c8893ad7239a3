"""How a batch ends: its chunks' lines joined in order, or the reason why there is nothing to join."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from rapport.customers.import_model import RowError
from rapport.customers.rows import WHOLE_ROW
from rapport.scoring.batch_model import ERRORS_TOLD, Batch, BatchState
from rapport.scoring.batch_ports import Files
from rapport.scoring.batch_sheet import failures_header, results_header
from rapport.scoring.batches import Counted, Part, give_up_chunk, part

LOST = "its part of the file was lost on the way"
# What Step Functions and Lambda call a failure, in words.
REASONS = {
    "States.Timeout": "its part of the file took too long",
    "Sandbox.Timedout": "its part of the file took too long",
    "Lambda.Unknown": "its part of the file stopped the function",
}


class Batches(Protocol):
    """What is remembered of batches."""

    def chunk_done(self, batch_id: str, chunk: int, counted: Counted) -> Batch | None: ...

    def chunks_done(self, batch_id: str) -> set[int]: ...

    def finish(
        self,
        batch_id: str,
        state: BatchState,
        at: int,
        *,
        counted: Counted | None = None,
        errors: Collection[RowError] = (),
    ) -> Batch | None: ...


class Sheets(Files, Protocol):
    def write_text(self, key: str, pieces: Iterable[str]) -> None: ...


@dataclass
class Told:
    """What the chunks say together."""

    scored: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    with_failures: list[int] = field(default_factory=list)

    def add(self, chunk: int, found: Part) -> None:
        self.scored += found.scored
        self.failed += found.failed
        self.errors += found.errors[: ERRORS_TOLD - len(self.errors)]
        if found.failed:
            self.with_failures.append(chunk)


class Finisher:
    """Ends batches."""

    def __init__(self, batches: Batches, files: Sheets, clock: Callable[[], int]) -> None:
        self._batches = batches
        self._files = files
        self._clock = clock

    def give_up(self, batch: Batch, chunk: int, error: str) -> Counted:
        """Report the rows of a chunk that failed however often it was tried."""
        counted = give_up_chunk(batch, chunk, self._files, REASONS.get(error, f"its part of the file failed: {error}"))
        self._batches.chunk_done(batch.batch_id, chunk, counted)
        return counted

    def join(self, batch: Batch) -> Batch | None:
        """Write both files and end the batch. A chunk that nobody accounted for is reported as lost."""
        done = self._batches.chunks_done(batch.batch_id)
        for chunk in range(1, batch.chunks + 1):
            if chunk not in done:
                give_up_chunk(batch, chunk, self._files, LOST)
        told = Told()
        self._files.write_text(batch.results_key, self._results(batch, told))
        self._files.write_text(batch.failures_key, self._failures(batch, told))
        state = BatchState.COMPLETED_WITH_FAILURES if told.failed else BatchState.COMPLETED
        counted = Counted(told.scored, told.failed)
        return self._batches.finish(batch.batch_id, state, self._clock(), counted=counted, errors=told.errors)

    def fail(self, batch: Batch, error: str) -> Batch | None:
        """End a batch whose run failed as a whole."""
        message = REASONS.get(error, f"the batch failed: {error}")
        reason = RowError(row=1, column=WHOLE_ROW, message=message)
        return self._batches.finish(batch.batch_id, BatchState.FAILED, self._clock(), errors=(reason,))

    def _results(self, batch: Batch, told: Told) -> Iterator[str]:
        yield results_header(batch)
        for chunk in range(1, batch.chunks + 1):
            found = part(batch, chunk, self._files)
            told.add(chunk, found)
            yield found.results

    def _failures(self, batch: Batch, told: Told) -> Iterator[str]:
        yield failures_header()
        for chunk in told.with_failures:
            yield part(batch, chunk, self._files).failures
