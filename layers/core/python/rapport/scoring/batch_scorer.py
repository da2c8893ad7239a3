"""Scores rows of a batch by the version that was chosen when it began, as of that moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from rapport.calls.model import LocalisedText
from rapport.inference.columns import is_missing, number_of
from rapport.inference.published import load_parameters
from rapport.inference.service import Bands
from rapport.registry.host import Asked, ModelHost
from rapport.registry.model import Answer
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError
from rapport.scoring.batch_columns import BY_ROW
from rapport.scoring.batch_model import Batch, BatchMode, BatchTask
from rapport.scoring.batch_ports import Row, Scored
from rapport.scoring.history import CustomerHistory
from rapport.scoring.model import FraudDecision
from rapport.scoring.rows import Cell, churn_row, credit_row
from rapport.scoring.service import Scoring

# As many predictions of a batch are kept for drift. A larger one is sampled evenly, or the watch over a model would
# see nothing but its last batch.
MOST_RECORDED = 5_000
GIVEN = ("requested_amount", "term_months", "stated_income")
FoundT = TypeVar("FoundT")
Found = Scored | InvalidInputError | NotFoundError


class BatchScorer:
    """Implements `Scorer`. `history` is made anew for every chunk: what is known is read as of the batch's start."""

    def __init__(self, host: ModelHost, history: Callable[[], CustomerHistory], models: Path) -> None:
        """`models` is the folder of models in the inference layer."""
        self._host = host
        self._history = history
        self._models = models

    def score(self, batch: Batch, rows: Sequence[Row]) -> list[Found]:
        if batch.model in BY_ROW:
            return self._by_row(batch, rows)
        shipped = load_parameters(self._models, batch.model.model).described.version
        if shipped != batch.version:
            raise ConflictError(f"{batch.model.model} {batch.version} is no longer here, but {shipped}")
        at = _moment(batch)
        scoring = Scoring(host=self._host, history=self._history(), models=self._models, clock=lambda: at)
        return [_caught(partial(_of_customer, scoring, batch.model, row)) for row in rows]

    def _by_row(self, batch: Batch, rows: Sequence[Row]) -> list[Found]:
        history, version = self._history(), batch.version or ""
        scorer = self._host.scorer(batch.model.model, version)
        numbers = frozenset(column.name for column in scorer.schema.columns if column.kind == "number")
        made = [_caught(partial(_fields, batch, row, history, numbers)) for row in rows]
        every = -(-batch.rows // MOST_RECORDED)
        asked = [
            Asked(f"{batch.batch_id}-{row.number}", row.subject, found, record=row.number % every == 0)
            for row, found in zip(rows, made, strict=True)
            if isinstance(found, dict)
        ]
        answers = iter(self._host.predict_pinned(batch.model.model, version, asked, _moment(batch)))
        return [_told(batch.model, next(answers), scorer.info.threshold) if isinstance(m, dict) else m for m in made]


def _fields(batch: Batch, row: Row, history: CustomerHistory, numbers: Collection[str]) -> dict[str, Cell]:
    """The row as the model takes it, with numbers that are written as text made numbers."""
    if batch.mode is BatchMode.CUSTOMERS:
        return churn_row(history.known(_customer_of(row), _moment(batch)))
    read = {name: number_of(value) if name in numbers else None for name, value in row.fields.items()}
    fields = {name: value if read[name] is None else read[name] for name, value in row.fields.items()}
    if batch.model is not BatchTask.CREDIT:
        return fields
    for name in GIVEN:
        if is_missing(fields.get(name)):
            raise InvalidInputError("is missing", field=name)
    return credit_row(fields)


def _caught(ask: Callable[[], FoundT]) -> FoundT | InvalidInputError | NotFoundError:
    """What is wrong with a row is its own answer."""
    try:
        return ask()
    except (InvalidInputError, NotFoundError) as error:
        return error


def _moment(batch: Batch) -> int:
    return batch.started_at or batch.created_at


def _customer_of(row: Row) -> str:
    """Whom a row names and says nothing else about."""
    for name in row.fields:
        raise InvalidInputError("unknown column; known are id", field=name[:60])
    return row.subject


def _of_customer(scoring: Scoring, task: BatchTask, row: Row) -> Scored:
    customer_id = _customer_of(row)
    if task is BatchTask.SEGMENT:
        segment = scoring.segment(customer_id)
        return Scored(segment.margin, segment.code, [("", reason) for reason in segment.reasons])
    value = scoring.value(customer_id)
    return Scored(value.value, "", [])


def _told(task: BatchTask, answer: Answer | InvalidInputError, threshold: float) -> Found:
    if isinstance(answer, InvalidInputError):
        return answer
    band = Bands().of(answer.value).value
    if task is BatchTask.FRAUD:
        band = (FraudDecision.REVIEW if answer.probability >= threshold else FraudDecision.ALLOW).value
    told = [(reason.code, LocalisedText(en=reason.en, ja=reason.ja)) for reason in answer.reasons]
    return Scored(round(answer.probability, 6), band, told)
