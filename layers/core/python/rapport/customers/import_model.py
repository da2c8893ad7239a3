"""An import: a file of customers or transactions that is taken as a whole or not at all."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

ERRORS_TOLD = 100


class ImportKind(StrEnum):
    CUSTOMERS = "customers"
    TRANSACTIONS = "transactions"


class ImportFormat(StrEnum):
    """`csv` has a header of field names; `jsonl` has one JSON object a line."""

    CSV = "csv"
    JSONL = "jsonl"


class ImportState(StrEnum):
    """FAILED means that somebody wrote the same ids meanwhile: what was accepted before is counted."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    REJECTED = "REJECTED"
    FAILED = "FAILED"

    @property
    def over(self) -> bool:
        return self in {ImportState.DONE, ImportState.REJECTED, ImportState.FAILED}


class RowError(BaseModel):
    """What is wrong in a row. The header of a CSV file is row 1; column `row` means the row as a whole."""

    model_config = ConfigDict(frozen=True)

    row: int
    column: str
    message: str


class Import(BaseModel):
    """The state of an import. `rows_stored` of `rows_accepted` were new; at most 100 errors are told."""

    model_config = ConfigDict(frozen=True)

    import_id: str
    kind: ImportKind
    format: ImportFormat
    state: ImportState
    created_by: str
    created_at: int
    finished_at: int | None = None
    rows_accepted: int = 0
    rows_stored: int = 0
    rows_rejected: int = 0
    errors: tuple[RowError, ...] = ()

    @property
    def object_key(self) -> str:
        """Where in the bucket the file lies."""
        return f"imports/{self.import_id}/{self.kind}.{self.format}"
