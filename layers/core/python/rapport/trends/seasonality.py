"""How much of a series is season: strength and profile of the day and of the week.

Strength as in R. Hyndman and G. Athanasopoulos, "Forecasting: principles and practice", 3rd edition, 4.3: one minus
the variance of what is left over the variance of season and what is left, on the stabilised scale, both corrected
for the parameters that the profile took, so that noise has a strength about 0 and not what many hours fit by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from rapport.trends.robust import mean, stabilised, variance
from rapport.trends.series import DAY_HOURS, Hours, Place

LEAST_CYCLES = 2


class Seasonality(BaseModel):
    """`daily` and `weekly` are strengths from 0 to 1, None with fewer than two days or weeks. `by_hour` is the mean
    count of each hour of the day, `by_weekday` that of a whole day from Monday on, None where there was none.
    """

    model_config = ConfigDict(frozen=True)

    daily: float | None
    weekly: float | None
    by_hour: list[float | None]
    by_weekday: list[float | None]
    busiest_hour: int | None
    busiest_weekday: int | None


def seasonality(hours: Hours, place: Place) -> Seasonality:
    """Of whole days; the weekly strength is that of the day's total, the daily one that of the hour within its day."""
    totals = hours.days(place)
    by_hour = _means([(place.hour_of_day(hour), count) for hour, count in hours], DAY_HOURS)
    by_weekday = _means([(day.weekday(), total) for day, total in totals], 7)
    return Seasonality(
        daily=strength(_within_days(hours), lambda i: place.hour_of_day(hours.start + i), DAY_HOURS),
        weekly=strength([stabilised(total) for _, total in totals], lambda i: totals[i][0].weekday(), 7),
        by_hour=by_hour,
        by_weekday=by_weekday,
        busiest_hour=_busiest(by_hour),
        busiest_weekday=_busiest(by_weekday),
    )


def strength(values: Sequence[float], season_of: Callable[[int], int], period: int) -> float | None:
    """Of a series without trend; None when it is shorter than two cycles. A constant series has none: 0."""
    if len(values) < LEAST_CYCLES * period:
        return None
    groups: dict[int, list[float]] = {}
    for i, value in enumerate(values):
        groups.setdefault(season_of(i), []).append(value)
    profile = {season: mean(found) for season, found in groups.items()}
    whole = variance(values) * len(values) / (len(values) - 1)
    rest = [value - profile[season_of(i)] for i, value in enumerate(values)]
    left = sum(error**2 for error in rest) / (len(values) - len(groups))
    return min(1.0, max(0.0, 1 - left / whole)) if whole > 1e-12 else 0.0


def _within_days(hours: Hours) -> list[float]:
    """Stabilised counts without their level: that of the 24 hours around each."""
    values = [stabilised(count) for count in hours.counts]
    half = DAY_HOURS // 2
    found = []
    for i, value in enumerate(values):
        first = min(max(0, i - half), max(0, len(values) - DAY_HOURS))
        found.append(value - mean(values[first : first + DAY_HOURS]))
    return found


def _means(pairs: Sequence[tuple[int, float]], period: int) -> list[float | None]:
    groups: dict[int, list[float]] = {}
    for season, value in pairs:
        groups.setdefault(season, []).append(value)
    return [mean(groups[season]) if season in groups else None for season in range(period)]


def _busiest(profile: Sequence[float | None]) -> int | None:
    known = [(value, -season) for season, value in enumerate(profile) if value]
    return -max(known)[1] if known else None
