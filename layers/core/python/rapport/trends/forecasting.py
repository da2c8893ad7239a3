"""The next 48 hours of a series, with intervals: by the published model where it has enough to go by, else robustly.

Days are the 24 hours that end now, not the calendar's: the forecast begins with the next hour and uses the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.inference.forecast import Day, InsufficientHistoryError, Slot, next_days
from rapport.trends.robust import mean, median, spread
from rapport.trends.series import DAY_HOURS, WEEK_HOURS, Hours, Place

HORIZON = 48
COVERAGE = 0.8
# Of a normal distribution, for an interval that holds COVERAGE.
Z = 1.2816
# The model corrects ratios: three weeks of days that were open, and two events an hour, or ratios are noise.
MODEL_DAYS, MODEL_PER_DAY = 21, 48
LEAST_HOURS = DAY_HOURS
# What a mean of few is drawn towards counts like so many observations.
DRAWN = 2.0
# Counts farther above their hour's usual than this many standard deviations are taken for as many.
CLIP = 4.0


class Method(StrEnum):
    MODEL = "model"
    ROBUST = "robust"


class ForecastHour(BaseModel):
    """Counts expected in one hour (`at`, epoch milliseconds of its start); 0 <= low <= expected <= high.

    `naive` is what the seasonal naive says: the same hour a week before, or a day before while there is no week.
    """

    model_config = ConfigDict(frozen=True)

    at: int
    expected: float
    low: float
    high: float
    naive: float


class Model(Protocol):
    """The published model, as `rapport.inference.forecast.Forecast`."""

    def ahead(self, history: Sequence[Day], days: Sequence[date]) -> list[Slot]: ...


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it was made, and 48 hours."""

    method: Method
    hours: tuple[ForecastHour, ...]


def forecast(hours: Hours, place: Place, model: Model | None, *, stretch: float = 1.0) -> Outlook | None:
    """None with less than a day of history. `stretch` widens the interval by what earlier ones were too narrow."""
    if len(hours.counts) < LEAST_HOURS:
        return None
    robust = _robust(hours, place)
    found, method = robust, Method.ROBUST
    modelled = _modelled(hours, place, model) if model is not None else None
    if modelled is not None:
        # Where the line was never open lately the model says nothing.
        found, method = {**robust, **modelled}, Method.MODEL
    ahead = range(hours.end, hours.end + HORIZON)
    return Outlook(method, tuple(_hour(hour, found[hour], hours, stretch) for hour in ahead))


def naive(hours: Hours, hour: int) -> float:
    """The seasonal naive of an hour after the end."""
    for period in (WEEK_HOURS, DAY_HOURS):
        back = hour - period
        while back >= hours.end:
            back -= period
        known = hours.at(back)
        if known is not None:
            return known
    return mean(hours.counts)


Interval = tuple[float, float, float]


def _hour(hour: int, interval: Interval, hours: Hours, stretch: float) -> ForecastHour:
    low, expected, high = interval
    return ForecastHour(
        at=hour * 3_600_000,
        expected=round(expected, 3),
        low=round(max(0.0, expected - stretch * (expected - low)), 3),
        high=round(expected + stretch * (high - expected), 3),
        naive=naive(hours, hour),
    )


def windows(hours: Hours, place: Place) -> list[tuple[int, Day]]:
    """The 24 hours that end now, those before, and so on, oldest first, by their first hour."""
    first = hours.end - len(hours.counts) // DAY_HOURS * DAY_HOURS
    return [
        (start, Day(place.day(start), hours.counts[start - hours.start :][:DAY_HOURS]))
        for start in range(first, hours.end, DAY_HOURS)
    ]


def _modelled(hours: Hours, place: Place, model: Model) -> dict[int, Interval] | None:
    """None when there are too few days or events; hours of days on which nothing ever happens are left out."""
    days = [day for _, day in windows(hours, place) if day.total > 0]
    if len(days) < MODEL_DAYS or median([day.total for day in days]) < MODEL_PER_DAY:
        return None
    starts = {place.day(start): start for start in range(hours.end, hours.end + HORIZON, DAY_HOURS)}
    try:
        ahead = [day for day in next_days(days) if day in starts]
        slots = model.ahead(days, ahead) if ahead else []
    except InsufficientHistoryError:
        return None
    return {starts[slot.on] + slot.slot: (slot.low, slot.expected, slot.high) for slot in slots}


def _robust(hours: Hours, place: Place) -> dict[int, Interval]:
    """Means of the hour of the week, drawn to those of the hour of the day, drawn to all; the level of the last week;
    an interval from how much more than Poisson's the counts vary.
    """
    clipped = _clipped(hours, place)
    overall = mean(clipped.counts)
    by_day = _drawn(clipped, place.hour_of_day, lambda _: overall)
    by_week = _drawn(clipped, place.hour_of_week, lambda hour: by_day[place.hour_of_day(hour)])

    def usual(hour: int) -> float:
        by_hour = by_day.get(place.hour_of_day(hour), overall)
        return by_week.get(place.hour_of_week(hour), by_hour)

    lately = clipped.last(WEEK_HOURS)
    fitted = sum(usual(hour) for hour, _ in lately)
    level = sqrt(min(2.0, max(0.5, (sum(lately.counts) + 1) / (fitted + 1))))
    dispersion = max(1.0, mean([(count - usual(hour)) ** 2 / (usual(hour) + 0.1) for hour, count in clipped]))
    found: dict[int, Interval] = {}
    for hour in range(hours.end, hours.end + HORIZON):
        expected = level * usual(hour)
        half = Z * sqrt(dispersion) / 2
        root = sqrt(expected)
        found[hour] = max(0.0, root - half) ** 2, expected, (root + half) ** 2
    return found


def _clipped(hours: Hours, place: Place) -> Hours:
    groups: dict[int, list[float]] = {}
    for hour, count in hours:
        groups.setdefault(place.hour_of_day(hour), []).append(count)
    most = {key: median(found) + CLIP * max(spread(found), sqrt(median(found) + 1)) for key, found in groups.items()}
    return Hours(hours.start, tuple(min(count, most[place.hour_of_day(hour)]) for hour, count in hours))


def _drawn(hours: Hours, season_of: Callable[[int], int], towards: Callable[[int], float]) -> dict[int, float]:
    """Mean of each season, drawn to what is known of it otherwise."""
    sums: dict[int, tuple[float, int]] = {}
    goals: dict[int, float] = {}
    for hour, count in hours:
        total, number = sums.get(season_of(hour), (0.0, 0))
        sums[season_of(hour)] = total + count, number + 1
        goals[season_of(hour)] = towards(hour)
    return {key: (total + DRAWN * goals[key]) / (number + DRAWN) for key, (total, number) in sums.items()}
