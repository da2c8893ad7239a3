"""Runs an import: checks every row first, stores nothing when any is wrong, else writes each row once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from rapport.customers.import_model import ERRORS_TOLD, Import, ImportState, RowError
from rapport.customers.rows import WHOLE_ROW, UnreadableFileError, checked, read_rows
from rapport.runtime.errors import ConflictError, NotFoundError

MOST_ROWS = 20_000
MOST_BYTES = 20 * 1024 * 1024
ROWS_AT_ONCE = 500
M = TypeVar("M", bound=BaseModel)
Numbered = tuple[int, M]


class Target(Protocol[M]):
    """Where rows of one kind go."""

    model: type[M]

    def check(self, rows: Sequence[tuple[int, M]]) -> list[RowError]:
        """What is wrong with rows beyond their own fields, against what is stored and what came before."""
        ...

    def write(self, rows: Sequence[M]) -> int:
        """Store rows, each once; says how many were new."""
        ...


class Findings:
    """Errors as they are found: the first hundred are told, every row is counted once."""

    def __init__(self) -> None:
        self.errors: list[RowError] = []
        self._rows: set[int] = set()

    @property
    def rejected(self) -> int:
        return len(self._rows)

    def add(self, errors: Iterable[RowError]) -> None:
        for error in errors:
            self._rows.add(error.row)
            if len(self.errors) < ERRORS_TOLD:
                self.errors.append(error)


class Importer(Generic[M]):
    """One import of rows of one kind. `open_file` reads the file from its beginning each time."""

    def __init__(self, target: Target[M], open_file: Callable[[], Iterable[bytes]], clock: Callable[[], int]) -> None:
        self._target = target
        self._open = open_file
        self._clock = clock

    def run(self, job: Import) -> Import:
        """The import after it has run: DONE, REJECTED with its errors, or FAILED."""
        findings, accepted = Findings(), 0
        try:
            for batch in _batches(self._valid(job, findings)):
                accepted += len(batch)
                if accepted + findings.rejected > MOST_ROWS:
                    raise UnreadableFileError(batch[-1][0], WHOLE_ROW, f"a file has at most {MOST_ROWS} rows")
                findings.add(self._target.check(batch))
        except UnreadableFileError as error:
            findings.add([error.error])
        if not accepted and not findings.rejected:
            findings.add([RowError(row=1, column=WHOLE_ROW, message="the file has no rows")])
        if findings.rejected:
            errors = tuple(sorted(findings.errors, key=lambda error: error.row))
            return self._over(job, ImportState.REJECTED, rows_rejected=findings.rejected, errors=errors)
        return self._write(job)

    def _write(self, job: Import) -> Import:
        written = stored = 0
        try:
            for batch in _batches(self._valid(job, Findings())):
                stored += self._target.write([row for _, row in batch])
                written += len(batch)
        except (ConflictError, NotFoundError) as error:
            reason = RowError(row=batch[0][0], column=error.field or WHOLE_ROW, message=error.detail)
            return self._over(job, ImportState.FAILED, rows_accepted=written, rows_stored=stored, errors=(reason,))
        return self._over(job, ImportState.DONE, rows_accepted=written, rows_stored=stored)

    def _valid(self, job: Import, findings: Findings) -> Iterator[tuple[int, M]]:
        """Numbered rows whose fields are right; the others go to the findings."""
        model = self._target.model
        fields = list(model.model_fields)
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        for row in read_rows(self._open(), job.format, fields, required):
            found, errors = checked(row, model)
            findings.add(errors)
            if found is not None:
                yield row.number, found
            elif findings.rejected > MOST_ROWS:
                return

    def _over(self, job: Import, state: ImportState, **result: object) -> Import:
        return job.model_copy(update={"state": state, "finished_at": self._clock(), **result})


def _batches(rows: Iterator[tuple[int, M]]) -> Iterator[list[tuple[int, M]]]:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch
