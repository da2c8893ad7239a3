"""The vocabulary of recommendations. Times are epoch milliseconds. All models are frozen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rapport.calls.model import LocalisedText

Probability = Annotated[float, Field(ge=0, le=1)]
SYSTEM = "system"


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecommendationState(StrEnum):
    """Waiting for somebody; done; refused; left lying until it was out of date; no longer what the evidence says."""

    OPEN = "open"
    IMPLEMENTED = "implemented"
    DISMISSED = "dismissed"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"


class RecommendationSource(StrEnum):
    """A rule protects the customer and is shown to everybody; the policy's are part of the experiment."""

    RULE = "rule"
    POLICY = "policy"


class ExperimentGroup(StrEnum):
    """Customers of HELD_OUT get no recommendation of the policy, so that its effect can be seen."""

    TREATED = "treated"
    HELD_OUT = "held_out"


class RecommendationFactSource(StrEnum):
    RECORD = "record"
    SCORES = "scores"
    CALLS = "calls"
    PROFILE = "profile"


class RecommendationEvidence(Model):
    """A fact that was known when the recommendation was made, and when it became known, where that is known."""

    source: RecommendationFactSource
    code: str
    text: LocalisedText
    at: int | None = None


class RecommendationReason(Model):
    """Why this action: what speaks for it (raises) or against it (lowers)."""

    code: str
    text: LocalisedText
    direction: str


class DismissalReason(StrEnum):
    NOT_APPROPRIATE = "not_appropriate"
    CUSTOMER_DECLINED = "customer_declined"
    ALREADY_DONE = "already_done"
    WRONG_EVIDENCE = "wrong_evidence"
    OTHER = "other"


class RecommendationChange(Model):
    """A step in the life of a recommendation."""

    at: int
    by: str
    state: RecommendationState
    reason: DismissalReason | None = None
    note: str = ""


class RecommendationFeedback(Model):
    """What one person thought of it; a later word of the same person replaces the earlier."""

    by: str
    at: int
    helpful: bool
    text: str = ""


class Recommendation(Model):
    """One action for one customer.

    `rank` orders what stands at the same time, 1 first. `propensity` is how likely the policy chose this action in
    this place, `explored` that another one looked better by what is known; both are of the policy's alone.
    """

    recommendation_id: str
    customer_id: str
    round_id: str | None = None
    source: RecommendationSource
    code: str
    text: LocalisedText
    how: LocalisedText | None = None
    rank: Annotated[int, Field(ge=1)]
    reasons: tuple[RecommendationReason, ...]
    evidence: tuple[RecommendationEvidence, ...]
    state: RecommendationState = RecommendationState.OPEN
    made_at: int
    expires_at: int
    propensity: Probability | None = None
    explored: bool = False
    changes: tuple[RecommendationChange, ...] = ()
    feedback: tuple[RecommendationFeedback, ...] = ()
    version: int = 1

    @property
    def closed_at(self) -> int | None:
        """When it stopped being open."""
        return self.changes[-1].at if self.changes else None


class Draw(Model):
    """One choice of the policy, exactly as it was made: the probabilities are of all it could choose from then."""

    code: str
    propensity: Probability
    probabilities: dict[str, Probability]
    explored: bool


class RecommendationOutcome(StrEnum):
    """What is looked at some weeks later, yes or no. Declared before anything was measured."""

    ACTIVE = "active"
    ARREARS_REDUCED = "arrears_reduced"


class Round(Model):
    """A day on which the policy was asked about a customer, kept so that another policy can be judged on it.

    `first` marks the customer's first round in the experiment, by which the hold-out is compared: one a customer.
    `outcomes` are there from `outcome_at` on; an outcome that does not apply to the customer is absent.
    """

    round_id: str
    customer_id: str
    at: int
    day: str
    experiment: str
    group: ExperimentGroup
    policy_version: str
    context: dict[str, float | str | bool | None]
    draws: tuple[Draw, ...]
    first: bool
    owed: float
    outcome_at: int
    outcomes: dict[RecommendationOutcome, bool] | None = None


class Head(Model):
    """Where a customer stands: the last round, and the experiments it was ever part of. `version` is the lock."""

    customer_id: str
    version: int
    round_id: str | None = None
    round_at: int | None = None
    day: str | None = None
    experiments: tuple[str, ...] = ()
