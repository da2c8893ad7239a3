"""A batch: a file of rows scored by one version of one model, each row by itself. Times are epoch ms."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, computed_field

from rapport.calls.model import LocalisedText
from rapport.customers.import_model import ImportFormat, RowError

ERRORS_TOLD = 100


class BatchTask(StrEnum):
    """What is asked of every row."""

    CHURN = "churn"
    CREDIT = "credit"
    FRAUD = "fraud"
    SEGMENT = "segment"
    LIFETIME_VALUE = "lifetime-value"

    @property
    def model(self) -> str:
        """The model's name in the registry."""
        return {"segment": "segmentation", "lifetime-value": "lifetime_value"}.get(self.value, self.value)

    @property
    def modes(self) -> tuple[BatchMode, ...]:
        """How its rows may be given, the usual one first."""
        if self in {BatchTask.SEGMENT, BatchTask.LIFETIME_VALUE}:
            return (BatchMode.CUSTOMERS,)
        return (BatchMode.ROWS, BatchMode.CUSTOMERS) if self is BatchTask.CHURN else (BatchMode.ROWS,)

    @property
    def figure(self) -> str:
        """What the figure of a row is called in the results."""
        return {"segment": "margin", "lifetime-value": "value_12m"}.get(self.value, "probability")


class BatchMode(StrEnum):
    """Rows carry every field of the model themselves, or only name customers whose history is known here."""

    ROWS = "rows"
    CUSTOMERS = "customers"


class BatchLanguage(StrEnum):
    """The language of the reasons."""

    EN = "en"
    JA = "ja"


class BatchState(StrEnum):
    """`failed` means that nothing can be downloaded: the file, or the run as a whole, was refused."""

    AWAITING_UPLOAD = "awaiting_upload"
    RUNNING = "running"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        return self not in {BatchState.AWAITING_UPLOAD, BatchState.RUNNING}

    @property
    def has_results(self) -> bool:
        return self in {BatchState.COMPLETED, BatchState.COMPLETED_WITH_FAILURES}


class BatchColumn(BaseModel):
    """A column that a file must have; a cell that is empty says that its value is not known."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: LocalisedText
    example: str


class Batch(BaseModel):
    """A batch as far as it has come. At most 100 errors are told; the file of failures holds them all.

    `rows` are known once the file has been read, `version` is the one that scores all of them.
    """

    model_config = ConfigDict(frozen=True)

    batch_id: str
    model: BatchTask
    mode: BatchMode
    format: ImportFormat
    language: BatchLanguage
    state: BatchState = BatchState.AWAITING_UPLOAD
    created_by: str
    created_at: int
    started_at: int | None = None
    finished_at: int | None = None
    version: str | None = None
    rows: int = 0
    chunks: int = 0
    rows_scored: int = 0
    rows_failed: int = 0
    errors: tuple[RowError, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def progress(self) -> float:
        """The share of rows that are done, 0 to 1."""
        return (self.rows_scored + self.rows_failed) / self.rows if self.rows else 0.0

    @property
    def upload_key(self) -> str:
        return f"batches/uploads/{self.batch_id}/input.{self.format}"

    @property
    def manifest_key(self) -> str:
        """The list of chunks that the map reads."""
        return f"batches/work/{self.batch_id}/manifest.json"

    @property
    def results_key(self) -> str:
        return f"batches/results/{self.batch_id}/results.csv"

    @property
    def failures_key(self) -> str:
        return f"batches/results/{self.batch_id}/failures.csv"

    def chunk_key(self, number: int) -> str:
        return f"batches/work/{self.batch_id}/chunks/{number:05d}.json"

    def scored_key(self, number: int) -> str:
        return f"batches/work/{self.batch_id}/scored/{number:05d}.json"
