"""The vocabulary of retraining. Times are epoch milliseconds; all models are frozen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.registry.model import Figure, Objection

Column = Annotated[str, StringConstraints(min_length=1, max_length=128)]
OptionalColumn = Annotated[str, StringConstraints(max_length=128)]
TableId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunState(StrEnum):
    """REFUSED means the data cannot carry a model; FAILED that a step broke."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def over(self) -> bool:
        return self is not RunState.RUNNING


class StepName(StrEnum):
    START = "start"
    EXPORT = "export"
    PREPARE = "prepare"
    TRAIN = "train"
    REGISTER = "register"


class RunStep(Model):
    """`ended_at` is None while it runs, and where the run ended in it without its end being told."""

    name: StepName
    started_at: int
    ended_at: int | None = None


class TableChoice(Model):
    """An uploaded table, and which of its columns is what; empty means that there is none such.

    `group` holds rows together (the customer), `time` says when a row was known, `positive` is the value of the
    target whose probability is wanted.
    """

    table_id: TableId
    target: Column
    group: OptionalColumn = ""
    time: OptionalColumn = ""
    positive: OptionalColumn = ""
    drop: Annotated[tuple[Column, ...], Field(max_length=100)] = ()


class Against(Model):
    """The new version and the champion on the same held-out rows; `apart` is the difference of their AUC, paired."""

    champion: str
    rows: int
    prevalence: float
    candidate_auc: Figure
    champion_auc: Figure
    apart: Figure


class Run(Model):
    """One training of one model. `run_id` sorts by time; `seq` is the optimistic lock.

    `cut_off`: only what happened before it is read. `rows`, `columns` and `positives` are those of the training
    set; `synthetic` is said by who knows it to be made up. `size` is where it was trained: in a function (small) or
    in a SageMaker job (large).
    `reason` says in words why a run was refused, failed or cancelled.
    """

    run_id: str
    name: str
    seq: int = 1
    state: RunState = RunState.RUNNING
    started_by: str
    note: str = ""
    created_at: int
    ended_at: int | None = None
    cut_off: int
    table: TableChoice | None = None
    synthetic: bool = False
    trials: int
    steps: tuple[RunStep, ...] = ()
    rows: int | None = None
    columns: int | None = None
    positives: int | None = None
    size: Literal["small", "large"] | None = None
    version: str | None = None
    against: Against | None = None
    objections: tuple[Objection, ...] = ()
    reason: str | None = None


class Prepared(Model):
    """The training set: labelled rows, inputs of the model, rows of the wanted outcome."""

    rows: int
    columns: int
    positives: int
