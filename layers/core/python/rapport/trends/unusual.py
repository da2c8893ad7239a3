"""Anomalies: stretches of hours in which a series was far from what is usual for them."""

from __future__ import annotations

from math import pi, sqrt

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import LocalisedText
from rapport.trends.robust import counted, median, spread, stabilised
from rapport.trends.series import DAY_HOURS, WEEK_HOURS, Hours, Place

# Standard deviations on the stabilised scale; a normal series has one such hour in 150,000, small counts a few more.
THRESHOLD, MOST = 4.5, 20
LEAST_HOURS = 3 * DAY_HOURS
# An hour of the week is compared with its like once there are four; before, with its hour of the day.
LEAST_WEEKS = 4


class Anomaly(BaseModel):
    """`hours` from `at` (epoch milliseconds): what came and what is usual; `score` is the farthest hour's distance in
    standard deviations, negative where too few came.
    """

    model_config = ConfigDict(frozen=True)

    at: int
    hours: int
    count: float
    usual: float
    score: float
    reason: LocalisedText


def usual_hours(hours: Hours, place: Place) -> list[float]:
    """The usual stabilised count of each hour: its like's median, moved by how busy the weeks around it were."""
    weekly = len(hours.counts) >= LEAST_WEEKS * WEEK_HOURS
    season = place.hour_of_week if weekly else place.hour_of_day
    values = [stabilised(count) for count in hours.counts]
    levels = _levels(values)
    groups: dict[int, list[float]] = {}
    for (hour, _), value, level in zip(hours, values, levels, strict=True):
        groups.setdefault(season(hour), []).append(value - level)
    profile = {key: median(found) for key, found in groups.items()}
    return [profile[season(hour)] + level for (hour, _), level in zip(hours, levels, strict=True)]


def _levels(values: list[float]) -> list[float]:
    """The median of the seven days' means around each day: what one wild day does not move."""
    means = [sum(part) / len(part) for part in (values[i : i + DAY_HOURS] for i in range(0, len(values), DAY_HOURS))]
    around = [median(means[max(0, i - 3) : i + 4]) for i in range(len(means))]
    return [around[i // DAY_HOURS] for i in range(len(values))]


def anomalies(hours: Hours, place: Place) -> list[Anomaly]:
    """Newest first, 20 at most; none with fewer than three days."""
    if len(hours.counts) < LEAST_HOURS:
        return []
    usual = usual_hours(hours, place)
    rest = [stabilised(count) - level for count, level in zip(hours.counts, usual, strict=True)]
    # The stabilised scale has a standard deviation of 1 where counts are Poisson's; real ones vary more. A median of
    # few is uncertain itself.
    cycle = WEEK_HOURS if len(rest) >= LEAST_WEEKS * WEEK_HOURS else DAY_HOURS
    scale = max(1.0, spread(rest)) * sqrt(1 + pi / 2 * cycle / len(rest))
    scores = [error / scale for error in rest]
    found: list[Anomaly] = []
    i = 0
    while i < len(scores):
        end = i
        while end < len(scores) and abs(scores[end]) >= THRESHOLD and (scores[end] > 0) == (scores[i] > 0):
            end += 1
        if end > i:
            found.append(_anomaly(hours, i, end, usual, scores))
        i = max(end, i + 1)
    return found[::-1][:MOST]


def _anomaly(hours: Hours, first: int, end: int, usual: list[float], scores: list[float]) -> Anomaly:
    count = sum(hours.counts[first:end])
    expected = sum(counted(level) for level in usual[first:end])
    said, likely, long = round(count), round(expected), end - first
    farthest = max(scores[first:end], key=abs)
    return Anomaly(
        at=(hours.start + first) * 3_600_000,
        hours=long,
        count=count,
        usual=round(expected, 2),
        score=round(farthest, 2),
        reason=LocalisedText(
            en=f"{said:,} in {long} {'hour' if long == 1 else 'hours'}, where about {likely:,} are usual",
            ja=f"{long}時間で{said:,}件(通常は約{likely:,}件)",
        ),
    )
