"""Who is held out, and what the hold-out shows: a difference with an interval that bears being looked at every day.

Everybody looks at a page of results more than once, and stops when it looks good. The interval is therefore an
asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, equation 6): with the stated
probability the truth lies in all the intervals ever shown, not in one only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt

from rapport.inference.assignment import uniform
from rapport.recommendations.model import ExperimentGroup, Model, RecommendationOutcome
from rapport.recommendations.ports import Effects, Tally
from rapport.runtime.errors import ConfigurationError

ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Experiment:
    """`name` is the salt: another one shuffles everybody anew. `minimum` is the least number of customers in each
    group before anything is said; `holdout` is a share of customers, 0 to 1; outcomes are looked at after `days`.
    """

    name: str
    holdout: float
    days: int
    minimum: int

    def __post_init__(self) -> None:
        if not 0 <= self.holdout <= 1:
            raise ConfigurationError(f"the share of customers that are held out ({self.holdout}) must lie in 0 to 1")

    def group(self, customer_id: str) -> ExperimentGroup:
        """The customer's group: raising the share moves customers only out of the treated."""
        share = uniform(f"recommendations/{self.name}", customer_id)
        return ExperimentGroup.HELD_OUT if share < self.holdout else ExperimentGroup.TREATED


class EffectVerdict(StrEnum):
    """What may be claimed: nothing yet, no difference seen, better, worse."""

    TOO_FEW = "too_few"
    UNDECIDED = "undecided"
    BETTER = "better"
    WORSE = "worse"


class ExperimentGroupRate(Model):
    """Customers whose outcome is known, and the share of them that had it."""

    customers: int
    rate: float | None


class RecommendationEffect(Model):
    """Share of the treated less share of the held out who had the outcome, -1 to 1; the interval is there from the
    minimum sample on.
    """

    outcome: RecommendationOutcome
    treated: ExperimentGroupRate
    held_out: ExperimentGroupRate
    minimum: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: EffectVerdict = EffectVerdict.TOO_FEW


def effects(tallies: Effects, minimum: int) -> tuple[RecommendationEffect, ...]:
    """The effect on each outcome; the error is shared among them (Bonferroni)."""
    return tuple(
        effect(
            outcome,
            tallies.get((outcome, ExperimentGroup.TREATED), Tally()),
            tallies.get((outcome, ExperimentGroup.HELD_OUT), Tally()),
            minimum=minimum,
            error=ERROR / len(RecommendationOutcome),
        )
        for outcome in RecommendationOutcome
    )


def effect(
    outcome: RecommendationOutcome, treated: Tally, held_out: Tally, *, minimum: int, error: float = ERROR
) -> RecommendationEffect:
    """What the hold-out shows about one outcome."""
    groups = {"treated": _rate(treated), "held_out": _rate(held_out)}
    if min(treated.customers, held_out.customers) < max(1, minimum):
        return RecommendationEffect(outcome=outcome, minimum=minimum, **groups)
    difference = treated.successes / treated.customers - held_out.successes / held_out.customers
    half = half_width(treated, held_out, minimum=minimum, error=error)
    low, high = max(-1.0, difference - half), min(1.0, difference + half)
    verdict = EffectVerdict.BETTER if low > 0 else EffectVerdict.WORSE if high < 0 else EffectVerdict.UNDECIDED
    return RecommendationEffect(
        outcome=outcome,
        minimum=minimum,
        difference=round(difference, 4),
        low=round(low, 4),
        high=round(high, 4),
        verdict=verdict,
        **groups,
    )


def half_width(treated: Tally, held_out: Tally, *, minimum: int, error: float) -> float:
    """Half of the confidence sequence's width. It is narrowest, for its error, when the smaller group is at the
    minimum sample; one success and one failure are added to each group, or a group without any would look certain.
    """
    variance = sum(_smoothed(tally) for tally in (treated, held_out))
    size = 1 / (1 / treated.customers + 1 / held_out.customers)
    tuned = (-2 * log(error) + log(-2 * log(error)) + 1) / max(1, minimum)
    scale = size * tuned
    return sqrt(variance * (scale + 1) / scale * log((scale + 1) / error**2))


def _smoothed(tally: Tally) -> float:
    """Variance of the share."""
    share = (tally.successes + 1) / (tally.customers + 2)
    return share * (1 - share) / tally.customers


def _rate(tally: Tally) -> ExperimentGroupRate:
    rate = round(tally.successes / tally.customers, 4) if tally.customers else None
    return ExperimentGroupRate(customers=tally.customers, rate=rate)
