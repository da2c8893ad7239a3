"""Which actions the policy recommends, in which order, and with which probability each was chosen.

The first is the policy's decision. The next is its decision among what is left, and so on until it chooses to do
nothing or the slate is full. The probability of a slate is the product of its draws' propensities, so that another
policy can be judged on what is logged.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

from rapport.inference.actions_catalogue import NO_ACTION, Context
from rapport.inference.next_best_action import Decision, Policy
from rapport.recommendations.facts import Facts
from rapport.recommendations.model import Draw, RecommendationState
from rapport.recommendations.rules import PROTECTIVE
from rapport.runtime.clock import DAY_MS

MOST = 3
# How long an action is not offered again after it was refused, or done.
PAUSE_MS = {RecommendationState.DISMISSED: 30 * DAY_MS, RecommendationState.IMPLEMENTED: 14 * DAY_MS}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A draw with the policy's words for it."""

    draw: Draw
    decision: Decision


def paused(facts: Facts) -> frozenset[str]:
    """Actions that were refused or done too lately to be offered again."""
    return frozenset(
        one.code
        for one in facts.past
        if one.closed_at is not None and one.closed_at + PAUSE_MS.get(one.state, 0) > facts.at
    )


def drawn(
    policy: Policy, customer_id: str, day: str, context: Context, without: Collection[str] = ()
) -> tuple[Chosen, ...]:
    """The draws of a customer on a day, doing nothing among them where it was chosen: asked again, the same."""
    left_out = set(without) | PROTECTIVE
    found: list[Chosen] = []
    while len(found) < MOST:
        # The day as such picks the first, as it does wherever the policy is asked for one action.
        decision = policy.decide(customer_id, f"{day}#{len(found)}" if found else day, context, left_out)
        code = decision.action.code
        found.append(
            Chosen(
                Draw(
                    code=code,
                    propensity=decision.propensity,
                    probabilities=dict(decision.probabilities),
                    explored=decision.explored,
                ),
                decision,
            )
        )
        if code == NO_ACTION:
            break
        left_out.add(code)
    return tuple(found)


def logged(context: Context) -> dict[str, float | str | bool | None]:
    """A context as it is kept: what is not known is None, because JSON knows no NaN."""
    return {
        name: None if isinstance(value, float) and isnan(value) else value for name, value in asdict(context).items()
    }


def context_from(kept: dict[str, float | str | bool | None]) -> Context:
    """The context again."""
    known: dict[str, Any] = {name: value for name, value in kept.items() if value is not None}
    return Context(**known)
