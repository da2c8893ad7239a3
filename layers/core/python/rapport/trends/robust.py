"""Statistics that a few wild values do not move. Every function takes at least one value."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

# A normal distribution's standard deviation in median absolute deviations.
NORMAL = 1.4826


def mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def median(values: Sequence[float]) -> float:
    return quantile(values, 0.5)


def quantile(values: Sequence[float], share: float) -> float:
    """Linear between the neighbours in order."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def spread(values: Sequence[float]) -> float:
    """Standard deviation by the median absolute deviation."""
    middle = median(values)
    return NORMAL * median([abs(value - middle) for value in values])


def variance(values: Sequence[float]) -> float:
    middle = mean(values)
    return fsum((value - middle) ** 2 for value in values) / len(values)


def stabilised(count: float) -> float:
    """Anscombe's transform of a Poisson count: variance about 1 whatever the mean (from about 4 on)."""
    return 2 * sqrt(count + 0.375)


def counted(value: float) -> float:
    """The count of a stabilised value, 0 at least."""
    return max(0.0, (value / 2) ** 2 - 0.375) if value > 0 else 0.0
