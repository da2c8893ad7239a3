"""Which action for this customer now: a contextual policy that explores, and writes down how likely it was to.

Each action's reward is linear in the context with a normal posterior (Thompson sampling over linear models,
Agrawal and Goyal 2013). Instead of drawing from the posteriors, the probability that each action would win such
a draw is computed, a floor for every eligible action is added, and one uniform number, fixed for the customer
and the day, picks. What is logged as propensity is therefore exactly what the choice was made with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import erfc, exp, fsum, pi, sqrt
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from rapport.calls.model import LocalisedText, Reason
from rapport.inference.actions_catalogue import (
    ACTIONS,
    FEATURES,
    NO_ACTION,
    Action,
    Context,
    eligible,
    features,
    words,
)
from rapport.inference.assignment import uniform
from rapport.inference.published import read_parameters

NAME = "next_best_action"
MOST_REASONS = 3
# Nodes of the trapezoid rule over -6 to 6 standard deviations; for smooth integrands it converges geometrically.
_NODES = tuple(-6 + 0.25 * i for i in range(49))


class Posterior(BaseModel):
    """Of one action's coefficients; `covariance` is symmetric."""

    model_config = ConfigDict(frozen=True)

    mean: tuple[FiniteFloat, ...]
    covariance: tuple[tuple[FiniteFloat, ...], ...]

    @model_validator(mode="after")
    def _square(self) -> Self:
        if len(self.mean) != len(FEATURES):
            raise ValueError(f"the coefficients are not those of {len(FEATURES)} features")
        if any(len(row) != len(self.mean) for row in self.covariance) or len(self.covariance) != len(self.mean):
            raise ValueError("the covariance is not as wide as the mean")
        return self


class Parameters(BaseModel):
    """`floor` is the least probability of an eligible action times their number; 1 is a uniform policy."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    posteriors: dict[str, Posterior]
    floor: Annotated[FiniteFloat, Field(ge=0, le=1)]
    salt: str

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.posteriors) != {action.code for action in ACTIONS}:
            raise ValueError("the actions are not those of this code")
        return self


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do. `explored` tells that another action looks better by what is known; `probabilities` are of the
    eligible actions; a reason's contribution is its part of the expected gain over doing nothing."""

    customer_id: str
    day: str
    action: Action
    propensity: float
    probabilities: Mapping[str, float]
    expected_gain: float
    explored: bool
    context: Context
    reasons: tuple[Reason, ...]

    def log(self) -> dict[str, Any]:
        """What must be kept beside the later reward, so that any other policy can be judged on it."""
        return {
            "customer_id": self.customer_id,
            "day": self.day,
            "action": self.action.code,
            "propensity": self.propensity,
            "probabilities": dict(self.probabilities),
            "explored": self.explored,
            "context": asdict(self.context),
        }


@dataclass(frozen=True)
class Policy:
    parameters: Parameters

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> Policy:
        """Raises `InferenceError` for numbers that do not fit together."""
        return cls(read_parameters(Parameters, given))

    def beliefs(self, context: Context, without: Collection[str] = ()) -> dict[str, tuple[float, float]]:
        """(mean, deviation) of each eligible action's reward; those of `without` are left out."""
        x = features(context)
        return {action.code: self._belief(action.code, x) for action in eligible(context) if action.code not in without}

    def _belief(self, code: str, x: Sequence[float]) -> tuple[float, float]:
        posterior = self.parameters.posteriors[code]
        mean = sum(m * v for m, v in zip(posterior.mean, x, strict=True))
        rows = (
            v * sum(c * w for c, w in zip(row, x, strict=True)) for v, row in zip(x, posterior.covariance, strict=True)
        )
        return mean, sqrt(max(0.0, sum(rows)))

    def probabilities(self, context: Context, without: Collection[str] = ()) -> dict[str, float]:
        """How likely the policy takes each eligible action but those of `without`; they sum to 1."""
        beliefs = self.beliefs(context, without)
        wins = winning(list(beliefs.values()))
        floor = self.parameters.floor
        return {code: (1 - floor) * win + floor / len(wins) for code, win in zip(beliefs, wins, strict=True)}

    def decide(self, customer_id: str, day: str, context: Context, without: Collection[str] = ()) -> Decision:
        """The action of this customer on this day (any string, such as 2026-01-31): asked again, the same.

        `without` are actions that are out of the question now; doing nothing never is.
        """
        without = frozenset(without) - {NO_ACTION}
        found = self.probabilities(context, without)
        beliefs = self.beliefs(context, without)
        code = pick(found, uniform(f"{self.parameters.salt}/{day}", customer_id))
        best = max(beliefs, key=lambda name: beliefs[name][0])
        return Decision(
            customer_id=customer_id,
            day=day,
            action=next(action for action in ACTIONS if action.code == code),
            propensity=found[code],
            probabilities=found,
            expected_gain=beliefs[code][0] - beliefs[NO_ACTION][0],
            explored=code != best,
            context=context,
            reasons=self._reasons(code, context, explored=code != best, propensity=found[code]),
        )

    def _reasons(self, code: str, context: Context, *, explored: bool, propensity: float) -> tuple[Reason, ...]:
        if explored:
            share = f"{100 * propensity:.0f}"
            text = LocalisedText(
                en=f"Tried to learn what works: {share} % of such customers get it",
                ja=f"効果を確かめるための試行です（同様のお客様の{share}%が対象）",
            )
            return (Reason(code="exploration", text=text, direction="raises", contribution=0.0),)
        mine, nothing = (self.parameters.posteriors[name].mean for name in (code, NO_ACTION))
        parts = [(v * (a - b), name) for name, v, a, b in zip(FEATURES, features(context), mine, nothing, strict=True)]
        told = sorted((pair for pair in parts if pair[0]), key=lambda pair: -abs(pair[0]))
        reasons: list[Reason] = []
        for part, name in told:
            said = words(name, context)
            if said is not None and len(reasons) < MOST_REASONS:
                reasons.append(
                    Reason(
                        code=name,
                        text=said,
                        direction="raises" if part > 0 else "lowers",
                        contribution=round(part, 6),
                    )
                )
        return tuple(reasons)


def pick(probabilities: Mapping[str, float], share: float) -> str:
    """The action in whose stretch of 0 to 1 the share falls."""
    passed = 0.0
    for code, probability in probabilities.items():
        passed += probability
        if share < passed:
            return code
    return max(probabilities, key=lambda code: probabilities[code])


def winning(beliefs: Sequence[tuple[float, float]]) -> list[float]:
    """How likely each of independent normals (mean, deviation) is the greatest; certain ones of a tie share."""
    if all(deviation == 0 for _, deviation in beliefs):
        highest = max(mean for mean, _ in beliefs)
        best = [mean == highest for mean, _ in beliefs]
        return [won / sum(best) for won in best]
    # A certain belief gets a deviation that is small beside the others: no step in what is integrated.
    least = max(deviation for _, deviation in beliefs) * 1e-3
    pairs = [(mean, max(deviation, least)) for mean, deviation in beliefs]
    wins = [_wins(i, pairs) for i in range(len(pairs))]
    total = fsum(wins)
    return [win / total for win in wins]


def _wins(i: int, beliefs: Sequence[tuple[float, float]]) -> float:
    mean, deviation = beliefs[i]
    total = 0.0
    for z in _NODES:
        product = exp(-z * z / 2)
        value = mean + deviation * z
        for j, (other, spread) in enumerate(beliefs):
            if j != i:
                product *= 0.5 * erfc((other - value) / (spread * sqrt(2)))
        total += product
    return total * 0.25 / sqrt(2 * pi)
