"""Change points: days on which the level of a series moved and stayed.

Optimal partitioning (B. Jackson and others, 2005) of the daily level on the log scale, without the weekday's share,
with a penalty for each change that noise alone hardly ever pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import exp, log, sqrt

from pydantic import BaseModel, ConfigDict

from rapport.trends.robust import NORMAL, mean, median
from rapport.trends.series import Hours, Place

LEAST_DAYS, SEGMENT_DAYS = 14, 5
# A single wild day is at most so many standard deviations off: it is an anomaly, not a change.
CLIP, PENALTY = 3.0, 4.0
# What the scale cannot fall below: counts of a day vary by Poisson's law at least, and by a few per cent anyway.
LEAST_SCALE = 0.03


class ChangePoint(BaseModel):
    """The first day of the new level, the usual counts a day before and after, and the ratio between them."""

    model_config = ConfigDict(frozen=True)

    on: date
    before: float
    after: float
    ratio: float


def change_points(hours: Hours, place: Place) -> list[ChangePoint]:
    """Oldest first; none with fewer than 14 whole days."""
    days = hours.days(place)
    if len(days) < LEAST_DAYS:
        return []
    levels = deseasonalised(days)
    steps = [0, *partition(levels, _scale(levels, [total for _, total in days])), len(days)]
    # The median of whole parts, in counts.
    medians = [median([total for _, total in days[a:b]]) for a, b in pairwise(steps)]
    jumps = [median(levels[a:b]) for a, b in pairwise(steps)]
    return [
        ChangePoint(on=days[at][0], before=medians[i], after=medians[i + 1], ratio=exp(jumps[i + 1] - jumps[i]))
        for i, at in enumerate(steps[1:-1])
    ]


def deseasonalised(days: Sequence[tuple[date, float]]) -> list[float]:
    """Logarithm of each day's total over what is usual for its weekday."""
    logs = [log(total + 0.5) for _, total in days]
    shares: dict[int, list[float]] = {}
    for i, (day, _) in enumerate(days):
        # Against the week around it, so that a change of level does not pass for a weekday's share.
        around = logs[max(0, min(i - 3, len(logs) - 7)) :][:7]
        shares.setdefault(day.weekday(), []).append(logs[i] - mean(around))
    usual = {weekday: median(found) for weekday, found in shares.items()}
    return [value - usual[day.weekday()] for value, (day, _) in zip(logs, days, strict=True)]


def _scale(levels: Sequence[float], totals: Sequence[float]) -> float:
    """Standard deviation of one day, from differences of neighbours, which a few changes do not move."""
    differences = [abs(b - a) for a, b in pairwise(levels)]
    poisson = sqrt(median([1 / (total + 0.5) for total in totals]))
    return max(NORMAL * median(differences) / sqrt(2), poisson, LEAST_SCALE)


def partition(levels: Sequence[float], scale: float) -> list[int]:
    """Positions at which a new level begins, in order; every part has five days at least."""
    middle = _running_median(levels)
    values = [max(-CLIP, min(CLIP, (x - m) / scale)) + m / scale for x, m in zip(levels, middle, strict=True)]
    count = len(values)
    sums, squares = [0.0], [0.0]
    for value in values:
        sums.append(sums[-1] + value)
        squares.append(squares[-1] + value * value)

    def cost(a: int, b: int) -> float:
        return squares[b] - squares[a] - (sums[b] - sums[a]) ** 2 / (b - a)

    penalty = PENALTY * log(count)
    best: list[float] = [-penalty]
    last: list[int] = [0]
    for end in range(1, count + 1):
        starts = [a for a in (0, *range(SEGMENT_DAYS, end - SEGMENT_DAYS + 1)) if best[a] < float("inf")]
        reachable = [a for a in starts if end - a >= SEGMENT_DAYS]
        found = min(((best[a] + cost(a, end) + penalty, a) for a in reachable), default=(float("inf"), 0))
        best.append(found[0])
        last.append(found[1])
    points = []
    at = last[count]
    while at > 0:
        points.append(at)
        at = last[at]
    return points[::-1]


def _running_median(values: Sequence[float]) -> list[float]:
    """Of the five days around each."""
    return [median(values[max(0, i - 2) : i + 3]) for i in range(len(values))]
