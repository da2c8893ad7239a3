"""The one form in which any published model is asked and answers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from rapport.calls.model import LocalisedText, Reason

Row = Mapping[str, object]
Share = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldKind(StrEnum):
    """How a field is given. A LIST is one text of items in order, parted by commas or spaces."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    DATE = "date"
    TEXT = "text"
    LIST = "list"


class RowField(Model):
    """One field of a model's row.

    `least` and `most` bound what has a meaning; `low` to `high` hold the middle 80 % of the training rows, and
    `typical` is their median or commonest level, or an example of a text. `format` is how a date or a list is
    written. Only a `required` field must be given: without any other the model answers, with a warning.
    """

    name: str
    kind: FieldKind
    label: LocalisedText
    unit: LocalisedText | None = None
    required: bool = False
    levels: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    low: float | None = None
    high: float | None = None
    typical: float | str | None = None
    format: str | None = None


class Output(Model):
    """A figure that the model says beside its answer; `unit` is None for a bare number or a word."""

    code: str
    label: LocalisedText
    value: float | str
    unit: LocalisedText | None = None


class Likely(Model):
    """One of the classes a model chooses among."""

    code: str
    label: LocalisedText
    probability: Share


class Why(Model):
    """A reason in words. `log_odds` is its part before calibration, None for a model that knows no log-odds."""

    code: str
    en: str
    ja: str
    direction: Literal["raises", "lowers"] | None = None
    log_odds: float | None = None


class Told(Model):
    """What a model says of one row: `probability` where it has one, `answer` where it chooses a class."""

    probability: Share | None = None
    answer: str | None = None
    label: LocalisedText | None = None
    outputs: tuple[Output, ...] = ()
    classes: tuple[Likely, ...] = ()
    reasons: tuple[Why, ...] = ()


class RowModel(Protocol):
    """A model that answers rows."""

    @property
    def fields(self) -> tuple[RowField, ...]: ...

    def tell(self, subject: str, row: Row, day: str) -> Told:
        """The answer about `subject` on `day` (2026-01-31). Raises `InvalidInputError` naming the wrong field."""
        ...


def why(reason: Reason, *, log_odds: bool = False) -> Why:
    """A reason of the calls context; `log_odds` says that its contribution is one."""
    return Why(
        code=reason.code,
        en=reason.text.en,
        ja=reason.text.ja,
        direction=reason.direction,
        log_odds=round(reason.contribution, 4) if log_odds else None,
    )


def text(en: str, ja: str) -> LocalisedText:
    return LocalisedText(en=en, ja=ja)
