"""Trains the forecast: one gradient-boosted model per quantile on rolling origins, then a conformal margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray
from rapport.inference.forecast import FEATURES, LEAST_DAYS, QUANTILES, Day, Row, rows, target

Floats = NDArray[np.float64]
COVERAGE = 0.8
ALPHAS = dict(zip(QUANTILES, ((1 - COVERAGE) / 2, 0.5, (1 + COVERAGE) / 2), strict=True))
HORIZON = 2
# Origins start once there are four same weekdays to take means of.
FIRST_ORIGIN = 20
# Part of the training origins, the latest, that sets the conformal margin and no tree sees.
CALIBRATION_SHARE = 0.2
PARAMETERS: dict[str, Any] = {
    "objective": "reg:quantileerror",
    "tree_method": "hist",
    "max_depth": 3,
    "eta": 0.05,
    "subsample": 0.7,
    "colsample_bytree": 0.7,
    # Five trees a round: what the sampling happened to leave out no longer moves the forecast.
    "num_parallel_tree": 5,
    "reg_lambda": 10.0,
    "nthread": 1,
}
ROUNDS = 120


@dataclass(frozen=True)
class Table:
    """Slots ahead of many origins: features, structural base, what came, and the origin's position."""

    x: Floats
    base: Floats
    actual: Floats
    origin: NDArray[np.int64]
    ahead: NDArray[np.int64]

    def rows(self, chosen: Any) -> Table:
        return Table(*(getattr(self, name)[chosen] for name in ("x", "base", "actual", "origin", "ahead")))

    @property
    def y(self) -> Floats:
        return np.array([target(count, base) for count, base in zip(self.actual, self.base, strict=True)])


def tabulate(days: Sequence[Day], first: int = FIRST_ORIGIN, last: int | None = None, horizon: int = HORIZON) -> Table:
    """Rows of every origin from day `first` on: what the served code knew after that day, and what came."""
    found: list[tuple[Row, float, int, int]] = []
    end = len(days) - 1 if last is None else last
    for origin in range(max(first, LEAST_DAYS), end + 1):
        ahead = days[origin : origin + horizon]
        if len(ahead) == horizon:
            numbers = {day.on: number for number, day in enumerate(ahead, 1)}
            counts = {day.on: day.counts for day in ahead}
            for row in rows(days[:origin], [day.on for day in ahead]):
                found.append((row, counts[row.on][row.slot], origin, numbers[row.on]))
    return Table(
        np.array([row.features for row, *_ in found]),
        np.array([row.base for row, *_ in found]),
        np.array([count for _, count, _, _ in found]),
        np.array([origin for *_, origin, _ in found]),
        np.array([number for *_, number in found]),
    )


@dataclass(frozen=True)
class Fitted:
    """Boosters by quantile and the conformal margin on the log scale."""

    boosters: dict[str, xgb.Booster]
    widening: float

    def predict(self, table: Table) -> tuple[Floats, Floats, Floats]:
        """Low, expected, high counts, as served."""
        matrix = xgb.DMatrix(table.x, feature_names=list(FEATURES), nthread=1)
        raw = np.sort([self.boosters[name].predict(matrix).astype(np.float64) for name in QUANTILES], axis=0)
        low, middle, high = raw
        edges = (np.minimum(low - self.widening, middle), middle, np.maximum(high + self.widening, middle))
        counts = tuple(np.maximum(0.0, (table.base + 0.5) * np.exp(edge) - 0.5) for edge in edges)
        return counts[0], counts[1], counts[2]


def _boosters(table: Table, seed: int, rounds: int) -> dict[str, xgb.Booster]:
    # A leaf must speak for two days at least, or the trees learn single days by heart.
    slots = max(1, round(len(table.y) / len(np.unique(table.origin)) / HORIZON))
    matrix = xgb.DMatrix(table.x, table.y, weight=table.base + 0.5, feature_names=list(FEATURES), nthread=1)
    weight = float((table.base + 0.5).mean())
    shared = {**PARAMETERS, "seed": seed, "min_child_weight": 2 * slots * weight}
    return {name: xgb.train({**shared, "quantile_alpha": ALPHAS[name]}, matrix, rounds) for name in QUANTILES}


def fit(table: Table, *, seed: int = 7, rounds: int = ROUNDS) -> Fitted:
    """Margin from boosters that did not see the latest origins; then boosters of all of them, with that margin."""
    origins = np.unique(table.origin)
    cut = origins[int(len(origins) * (1 - CALIBRATION_SHARE))]
    # A horizon apart, so that no day is in both parts.
    early, late = table.rows(table.origin < cut - HORIZON), table.rows(table.origin >= cut)
    first = _boosters(early, seed, rounds)
    matrix = xgb.DMatrix(late.x, feature_names=list(FEATURES), nthread=1)
    low, high = (first[name].predict(matrix).astype(np.float64) for name in ("low", "high"))
    scores = np.maximum(low - late.y, late.y - high)
    widening = float(np.quantile(scores, min(1.0, COVERAGE * (1 + 1 / len(scores)))))
    return Fitted(_boosters(table, seed, rounds), widening)
