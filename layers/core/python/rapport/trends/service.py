"""A series as people see it: counts, season, changes, anomalies, forecast, accuracy."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from rapport.trends.accuracy import Accuracy, accuracy
from rapport.trends.changes import ChangePoint, change_points
from rapport.trends.forecasting import COVERAGE, ForecastHour, Method
from rapport.trends.outlook import ACCURACY_HOURS, Outlooks
from rapport.trends.seasonality import Seasonality, seasonality
from rapport.trends.series import HOUR_MS, WEEK_HOURS, Hours, hour_of
from rapport.trends.unusual import Anomaly, anomalies


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class HourCount(View):
    """Events in the hour that began `at` (epoch milliseconds)."""

    at: int
    count: float


class DayCount(View):
    on: date
    count: float


class ForecastView(View):
    """The next 48 hours. `coverage` is the share of hours that should lie between low and high; `version` is that of
    the published model where it made the forecast; `stretch` is by how much the interval was widened for having been
    too narrow lately (below 1: too wide).
    """

    made_at: int
    method: Method
    version: str | None
    coverage: float
    stretch: float
    hours: list[ForecastHour]


class TrendSummary(View):
    """`hours` are the last seven days, the newest one still running; `days` the whole days of the last twelve weeks.
    Days and hours of the day are those of `utc_offset_h`. `forecast` is null while there is less than a day of counts.
    """

    series: str
    at: int
    utc_offset_h: int
    total: float
    since: int | None
    hours: list[HourCount]
    days: list[DayCount]
    seasonality: Seasonality
    change_points: list[ChangePoint]
    anomalies: list[Anomaly]
    forecast: ForecastView | None
    accuracy: Accuracy


def summary(outlooks: Outlooks, series: str, now: int) -> TrendSummary:
    """Everything about a series at `now` (epoch milliseconds). One that nothing was counted in is empty, not missing:
    nobody can tell a customer who never wrote from one who does not exist, and need not.
    """
    hour, place = hour_of(now), outlooks.place
    hours = outlooks.hours(series, hour)
    whole = Hours(hours.start, hours.counts[:-1])
    stored = outlooks.at(series, hour, hours)
    said = None
    if stored is not None:
        said = ForecastView(
            made_at=stored.origin * HOUR_MS,
            method=stored.method,
            version=stored.version,
            coverage=COVERAGE,
            stretch=stored.stretch,
            hours=list(stored.hours),
        )
    return TrendSummary(
        series=series,
        at=now,
        utc_offset_h=place.offset_h,
        total=sum(hours.counts),
        since=hours.start * HOUR_MS if hours.counts else None,
        hours=[HourCount(at=at * HOUR_MS, count=count) for at, count in hours.last(WEEK_HOURS)],
        days=[DayCount(on=on, count=count) for on, count in whole.days(place)],
        seasonality=seasonality(whole, place),
        change_points=change_points(whole, place),
        anomalies=anomalies(whole, place),
        forecast=said,
        accuracy=accuracy(outlooks.forecasts.scores(series, hour - ACCURACY_HOURS)),
    )
