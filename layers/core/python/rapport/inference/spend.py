"""What a customer will spend in each of the next months, from a few monthly totals, with intervals.

A customer's own months, the recent weighing more, are drawn towards what everybody spends by as much as they are few
(H. Buhlmann's credibility), times the season where the population has shown one. Fitted by `models/spend.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from pathlib import Path
from typing import Any

from rapport.inference.booster import InferenceError
from rapport.inference.published import load_parameters

NAME = "spend_forecast"
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """Spend expected in the month `ahead` months from the last known one; never negative, low <= expected <= high."""

    ahead: int
    month: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SpendForecast:
    """`prior` is everybody's month in the account's currency and `strength` how many own months it weighs.

    `memory` is the weight of a month relative to the one after it; `drift` multiplies the level once a month;
    `season` holds a factor for January to December. `edges` divide forecasts into groups, and `low` and `high` are
    for each group the quantiles of actual / expected, so that a customer who often buys nothing may get 0 as low.
    """

    prior: float
    strength: float
    memory: float
    drift: float
    season: tuple[float, ...]
    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    coverage: float

    def level(self, months: Sequence[float], first_month: int) -> float:
        """A deseasonalised month of this customer. `months` are totals in order, `first_month` is 1 to 12."""
        if not 1 <= first_month <= MONTHS_A_YEAR or not all(isfinite(total) for total in months):
            raise InferenceError("monthly spend must be finite and begin in a month from 1 to 12")
        weights = [self.memory ** (len(months) - 1 - i) for i in range(len(months))]
        # A month of refunds is a month without spend.
        own = (max(0.0, total) / self.season[(first_month - 1 + i) % 12] for i, total in enumerate(months))
        drawn = fsum(weight * total for weight, total in zip(weights, own, strict=True))
        return (self.strength * self.prior + drawn) / (self.strength + fsum(weights))

    def ahead(self, months: Sequence[float], first_month: int, count: int = 1) -> list[MonthAhead]:
        """The next `count` months after the last of `months`; everybody's month when there are none."""
        level = self.level(months, first_month)
        found = []
        for ahead in range(1, count + 1):
            month = (first_month - 1 + len(months) + ahead - 1) % MONTHS_A_YEAR
            expected = level * self.drift**ahead * self.season[month]
            group = bisect_right(self.edges, expected)
            # Each month further adds what one month adds: the spread grows with the root of the time.
            spread = ahead**0.5
            low = max(0.0, expected * (1 - (1 - self.low[group]) * spread))
            high = expected * (1 + (self.high[group] - 1) * spread)
            found.append(MonthAhead(ahead, month + 1, expected, min(low, expected), max(high, expected)))
        return found


def from_parameters(parameters: Mapping[str, Any]) -> SpendForecast:
    """Raises `InferenceError` when numbers are missing or impossible."""
    try:
        singles = {name: float(parameters[name]) for name in ("prior", "strength", "memory", "drift", "coverage")}
        lists = {name: tuple(map(float, parameters[name])) for name in ("season", "edges", "low", "high")}
    except (KeyError, TypeError, ValueError) as error:
        raise InferenceError(f"{NAME}: the parameters are incomplete: {error!r}") from error
    groups = len(lists["edges"]) + 1
    numbers = [*singles.values(), *(value for values in lists.values() for value in values)]
    possible = (
        all(isfinite(value) and value >= 0 for value in numbers)
        and singles["strength"] > 0
        and singles["memory"] <= 1
        and len(lists["season"]) == MONTHS_A_YEAR
        and min(lists["season"]) > 0
        and len(lists["low"]) == len(lists["high"]) == groups
        and list(lists["edges"]) == sorted(lists["edges"])
        and all(low <= high for low, high in zip(lists["low"], lists["high"], strict=True))
    )
    if not possible:
        raise InferenceError(f"{NAME}: the parameters contradict each other")
    return SpendForecast(
        prior=singles["prior"],
        strength=singles["strength"],
        memory=singles["memory"],
        drift=singles["drift"],
        season=lists["season"],
        edges=lists["edges"],
        low=lists["low"],
        high=lists["high"],
        coverage=singles["coverage"],
    )


def load_spend(models: Path) -> SpendForecast:
    """The published model from a folder of models. Raises `InferenceError`."""
    return from_parameters(load_parameters(models, NAME).parameters)
