"""What scoring answers."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import Band, LocalisedText
from rapport.registry.model import Answer


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class FraudDecision(StrEnum):
    """What to do with a payment: let it go, or have somebody look at it first."""

    ALLOW = "ALLOW"
    REVIEW = "REVIEW"


class FraudAnswer(Model):
    """The probability that somebody else pays, and what follows at the answering version's operating threshold:
    where it flagged at most 0.5 % of genuine payments, or, for a version that does not say, where F1 was best.
    """

    score: Answer
    threshold: float
    decision: FraudDecision


class BatchItem(Model):
    """One customer of a batch: either an answer or why there is none."""

    customer_id: str
    answer: Answer | None = None
    error: str | None = None


class RowAnswer(Model):
    """One row of a batch: its answer, or what is wrong with which field."""

    subject: str
    answer: Answer | None = None
    error: str | None = None
    field: str | None = None


class SegmentAnswer(Model):
    """The customer's segment; `margin` 0 is a toss-up with the next one."""

    customer_id: str
    version: str
    synthetic: bool
    code: str
    name: LocalisedText
    runner_up: str
    margin: float
    reasons: tuple[LocalisedText, ...]


class ValueAnswer(Model):
    """Expected purchases and money of the next twelve months, discounted; account currency."""

    customer_id: str
    version: str
    synthetic: bool
    months: int
    value: float
    purchases: float
    probability_active: float


class MonthForecast(Model):
    """A month's spend with its interval."""

    month: str
    expected: float
    low: float
    high: float


class SpendAnswer(Model):
    """Months ahead; `coverage` is how often the interval held the truth on held-out customers."""

    customer_id: str
    version: str
    synthetic: bool
    coverage: float
    months: tuple[MonthForecast, ...]


class ActionAnswer(Model):
    """What to do for this customer today. `propensity` is how likely the policy was to choose it."""

    customer_id: str
    version: str
    synthetic: bool
    day: str
    code: str
    text: LocalisedText
    propensity: float
    explored: bool
    reasons: tuple[LocalisedText, ...]


class WhatIf(Model):
    """What the probability would be if one field were what is usual in training."""

    field: str
    now: LocalisedText
    then: LocalisedText
    probability: float


class Explanation(Model):
    """A score with its level in a word, its reasons, and what would change it, most effect first."""

    score: Answer
    level: Band
    changes: tuple[WhatIf, ...]
