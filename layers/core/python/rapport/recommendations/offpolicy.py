"""What another policy would have brought, from the rounds of the one in service.

A judged policy chooses the first action of a slate; what follows is drawn as it was. The weight of a round is then
the ratio of two probabilities of that first action, and the estimate is self-normalised (Swaminathan and Joachims
2015). Rounds of one customer hang together: the interval is by customers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import sqrt

from rapport.inference.actions_catalogue import NO_ACTION, Context
from rapport.inference.next_best_action import Policy
from rapport.recommendations.model import ExperimentGroup, Model, RecommendationOutcome, Round
from rapport.recommendations.slate import context_from

# Fewer customers' worth of information say nothing.
LEAST_EFFECTIVE = 50
Z95 = 1.96
Chooser = Callable[[Round], Mapping[str, float]]


class JudgedPolicy(StrEnum):
    """As in service; always what looks best; anything alike; nothing ever."""

    IN_SERVICE = "in_service"
    WITHOUT_EXPLORATION = "without_exploration"
    UNIFORM = "uniform"
    NOTHING = "nothing"


class PolicyEstimate(Model):
    """Share of rounds that would have had the outcome under a policy, with a 95 % interval by customers.

    `effective` is to how many customers with rounds of its own that amounts (Kish); below a minimum there is no
    figure.
    """

    policy: JudgedPolicy
    outcome: RecommendationOutcome
    rounds: int
    customers: int
    effective: float
    value: float | None = None
    low: float | None = None
    high: float | None = None


def estimates(rounds: Sequence[Round], policy: Policy) -> tuple[PolicyEstimate, ...]:
    """Every judged policy on every outcome, from the treated's rounds whose outcomes are known."""
    treated = [each for each in rounds if each.group is ExperimentGroup.TREATED and each.outcomes is not None]
    choosers: dict[JudgedPolicy, Chooser] = {
        JudgedPolicy.IN_SERVICE: lambda each: each.draws[0].probabilities,
        JudgedPolicy.WITHOUT_EXPLORATION: lambda each: {_best(policy, each): 1.0},
        JudgedPolicy.UNIFORM: lambda each: dict.fromkeys(
            each.draws[0].probabilities, 1 / len(each.draws[0].probabilities)
        ),
        JudgedPolicy.NOTHING: lambda _: {NO_ACTION: 1.0},
    }
    return tuple(
        estimated(judged, outcome, treated, choose)
        for outcome in RecommendationOutcome
        for judged, choose in choosers.items()
    )


def _best(policy: Policy, round_: Round) -> str:
    """What looks best of what could be chosen then, by what is known now."""
    context: Context = context_from(round_.context)
    beliefs = policy.beliefs(context)
    return max(round_.draws[0].probabilities, key=lambda code: beliefs[code][0] if code in beliefs else float("-inf"))


def estimated(
    judged: JudgedPolicy, outcome: RecommendationOutcome, rounds: Sequence[Round], choose: Chooser
) -> PolicyEstimate:
    """One policy on one outcome."""
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    count = 0
    for each in rounds:
        if each.outcomes is None or outcome not in each.outcomes:
            continue
        first = each.draws[0]
        weight = choose(each).get(first.code, 0.0) / first.propensity
        rows[each.customer_id].append((weight, float(each.outcomes[outcome])))
        count += 1
    weights = [sum(weight for weight, _ in row) for row in rows.values()]
    total, squares = sum(weights), sum(weight**2 for weight in weights)
    effective = total**2 / squares if squares else 0.0
    found = PolicyEstimate(
        policy=judged, outcome=outcome, rounds=count, customers=len(rows), effective=round(effective, 1)
    )
    if effective < LEAST_EFFECTIVE:
        return found
    value = sum(weight * reward for row in rows.values() for weight, reward in row) / total
    scores = (sum(weight * (reward - value) for weight, reward in row) for row in rows.values())
    half = Z95 * sqrt(sum(score**2 for score in scores)) / total
    return found.model_copy(
        update={
            "value": round(value, 4),
            "low": round(max(0.0, value - half), 4),
            "high": round(min(1.0, value + half), 4),
        }
    )
