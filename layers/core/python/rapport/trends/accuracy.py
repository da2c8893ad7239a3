"""How good forecasts were: each is kept and judged by what came, beside the seasonal naive."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from rapport.trends.forecasting import COVERAGE, HORIZON, ForecastHour, Method, ratio, stretch_of
from rapport.trends.series import DAY_HOURS, HOUR_MS

# A week of judged hours before they change how wide the next intervals are.
LEAST_RATIOS = 168


class StoredForecast(BaseModel):
    """What was said of a series at the end of hour `origin` - 1 (hours since the epoch) of the 48 hours from it on."""

    model_config = ConfigDict(frozen=True)

    series: str
    origin: int
    method: Method
    version: str | None
    stretch: float
    hours: tuple[ForecastHour, ...]

    @property
    def due(self) -> int:
        """The hour at which all of it has come."""
        return self.origin + HORIZON


class DayScore(BaseModel):
    """Sums over the first (`ahead` 1) or the second 24 hours ahead."""

    model_config = ConfigDict(frozen=True)

    ahead: int
    hours: int
    actual: float
    error: float
    naive_error: float
    inside: int


class Score(BaseModel):
    """A forecast judged. `ratios` are the errors in half-widths of the interval before it was stretched."""

    model_config = ConfigDict(frozen=True)

    series: str
    origin: int
    method: Method
    days: tuple[DayScore, ...]
    ratios: tuple[float, ...]


class AheadAccuracy(BaseModel):
    """wMAPE: the sum of absolute errors over the sum of counts, None while nothing came; `coverage` is the share of
    hours inside the interval.
    """

    model_config = ConfigDict(frozen=True)

    ahead: int
    hours: int
    wmape: float | None
    naive_wmape: float | None
    coverage: float


class Accuracy(BaseModel):
    """Of the forecasts whose 48 hours have passed; `nominal` is the coverage that the interval promises."""

    model_config = ConfigDict(frozen=True)

    forecasts: int
    hours: int
    wmape: float | None
    naive_wmape: float | None
    coverage: float | None
    nominal: float
    ahead: list[AheadAccuracy]


def score(stored: StoredForecast, actual: Sequence[float]) -> Score:
    """Judge a forecast by the counts of its hours, in their order."""
    pairs = list(zip(stored.hours, actual, strict=True))
    first = stored.origin * HOUR_MS
    days = []
    for ahead in range(1, HORIZON // DAY_HOURS + 1):
        end = first + ahead * DAY_HOURS * HOUR_MS
        mine = [(hour, count) for hour, count in pairs if end - DAY_HOURS * HOUR_MS <= hour.at < end]
        days.append(
            DayScore(
                ahead=ahead,
                hours=len(mine),
                actual=sum(count for _, count in mine),
                error=sum(abs(count - hour.expected) for hour, count in mine),
                naive_error=sum(abs(count - hour.naive) for hour, count in mine),
                inside=sum(hour.low <= count <= hour.high for hour, count in mine),
            )
        )
    ratios = tuple(round(ratio(count, hour.low, hour.expected, hour.high) * stored.stretch, 2) for hour, count in pairs)
    return Score(series=stored.series, origin=stored.origin, method=stored.method, days=tuple(days), ratios=ratios)


def running_stretch(scores: Sequence[Score]) -> float | None:
    """By how much the intervals had to be wider to hold what they promise; None while too few hours were judged."""
    ratios = [found for each in scores for found in each.ratios]
    return stretch_of(ratios) if len(ratios) >= LEAST_RATIOS else None


def accuracy(scores: Sequence[Score]) -> Accuracy:
    """All of them together, and apart by how far ahead."""
    days = [day for found in scores for day in found.days]
    apart = [
        _ahead(number, [day for day in days if day.ahead == number]) for number in range(1, HORIZON // DAY_HOURS + 1)
    ]
    whole = _ahead(0, days) if days else None
    return Accuracy(
        forecasts=len(scores),
        hours=whole.hours if whole else 0,
        wmape=whole.wmape if whole else None,
        naive_wmape=whole.naive_wmape if whole else None,
        coverage=whole.coverage if whole else None,
        nominal=COVERAGE,
        ahead=[found for found in apart if found.hours],
    )


def _ahead(number: int, days: Sequence[DayScore]) -> AheadAccuracy:
    actual, hours = sum(day.actual for day in days), sum(day.hours for day in days)
    return AheadAccuracy(
        ahead=number,
        hours=hours,
        wmape=sum(day.error for day in days) / actual if actual else None,
        naive_wmape=sum(day.naive_error for day in days) / actual if actual else None,
        coverage=sum(day.inside for day in days) / hours if hours else 0.0,
    )
