"""The next 48 hours of a series, with intervals: by the published model where it was better on the series' own last
days, else by a robust method that needs a day of history.

Days are the 24 hours that end now, not the calendar's: the forecast begins with the next hour and uses the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, sqrt
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.inference.forecast import Day, InsufficientHistoryError, Slot, next_days
from rapport.trends.robust import mean, median, quantile, spread
from rapport.trends.series import DAY_HOURS, WEEK_HOURS, Hours, Place

HORIZON = 48
COVERAGE = 0.8
# Of a normal distribution, for an interval that holds COVERAGE.
Z = 1.2816
# The model corrects ratios: three weeks of days that were open, and ten events an hour, or ratios are noise.
MODEL_DAYS, MODEL_PER_DAY = 21, 240
LEAST_HOURS = DAY_HOURS
# Hours before the end from which both methods are tried on what came: three times two days.
TRIALS = (2 * DAY_HOURS, 5 * DAY_HOURS, 9 * DAY_HOURS)
LEAST_RATIOS = 96
NARROWEST, WIDEST = 0.5, 3.0
# What a mean of few is drawn towards counts like so many events, but like no more than so many hours.
DRAWN_EVENTS, DRAWN_HOURS = 4.0, 4.0
# An hour counts half as much for each so many hours that it is ago.
HALF_LIFE = 4 * WEEK_HOURS
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
    """How it was made, how the interval was stretched, and 48 hours."""

    method: Method
    stretch: float
    hours: tuple[ForecastHour, ...]


def forecast(hours: Hours, place: Place, model: Model | None, *, stretch: float | None = None) -> Outlook | None:
    """None with less than a day of history. `stretch` is by how much earlier intervals had to be wider to hold what
    they promise, where that is known; else it is found on the series' own last days.
    """
    if len(hours.counts) < LEAST_HOURS:
        return None
    trials = _trials(hours, place, model)
    errors = {method: sum(trial.error for trial in found) for method, found in trials.items() if found}
    found, method = _robust(hours, place), Method.ROBUST
    if Method.MODEL in errors and errors[Method.MODEL] < errors[Method.ROBUST] and model is not None:
        # Where the line was never open lately the model says nothing.
        found, method = {**found, **(_modelled(hours, place, model) or {})}, Method.MODEL
    if stretch is None:
        stretch = stretch_of([ratio for trial in trials[method] for ratio in trial.ratios])
    ahead = range(hours.end, hours.end + HORIZON)
    return Outlook(method, stretch, tuple(_hour(hour, found[hour], hours, stretch) for hour in ahead))


@dataclass(frozen=True, slots=True)
class _Trial:
    error: float
    ratios: tuple[float, ...]


def _trials(hours: Hours, place: Place, model: Model | None) -> dict[Method, list[_Trial]]:
    """Both methods on the last days, from what was known before them."""
    found: dict[Method, list[_Trial]] = {Method.ROBUST: [], Method.MODEL: []}
    for back in TRIALS:
        known = Hours(hours.start, hours.counts[: max(0, len(hours.counts) - back)])
        if len(known.counts) < LEAST_HOURS:
            break
        actual = [(hour, hours.counts[hour - hours.start]) for hour in range(known.end, known.end + HORIZON)]
        robust = _robust(known, place)
        modelled = _modelled(known, place, model) if model is not None else None
        for method, said in ((Method.ROBUST, robust), (Method.MODEL, modelled and {**robust, **modelled})):
            if said:
                error = sum(abs(count - said[hour][1]) for hour, count in actual)
                found[method].append(_Trial(error, tuple(ratio(count, *said[hour]) for hour, count in actual)))
    if len(found[Method.MODEL]) < len(found[Method.ROBUST]):
        found[Method.MODEL] = []
    return found


def ratio(count: float, low: float, expected: float, high: float) -> float:
    """How far off, in half-widths of the interval: 1 is its edge."""
    half, off = (high - expected if count >= expected else expected - low), abs(count - expected)
    if half <= 0:
        return 0.0 if off <= 1e-9 else 10.0
    return min(10.0, off / half)


def stretch_of(ratios: Sequence[float], least: int = LEAST_RATIOS) -> float:
    """What makes COVERAGE of these hours lie inside, within bounds; 1 while there are too few.

    R. Romano and others (2019): the interval's margin is the empirical quantile of past errors.
    """
    if len(ratios) < least:
        return 1.0
    share = min(1.0, ceil((len(ratios) + 1) * COVERAGE) / len(ratios))
    return min(WIDEST, max(NARROWEST, quantile(ratios, share)))


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
    an interval from how much more than Poisson's the counts vary around what the others say of them.
    """
    clipped = _clipped(hours, place)
    overall = mean(clipped.counts)
    by_day = _Season(clipped, place.hour_of_day, lambda _: overall)
    by_week = _Season(clipped, place.hour_of_week, by_day.usual)
    lately = clipped.last(WEEK_HOURS)
    fitted = sum(by_week.usual(hour) for hour, _ in lately)
    level = sqrt(min(2.0, max(0.5, (sum(lately.counts) + 1) / (fitted + 1))))
    apart = [(count - said) ** 2 / (said + 0.1) for count, said in by_week.without_itself()]
    half = Z * sqrt(max(1.0, mean(apart))) / 2
    found: dict[int, Interval] = {}
    for hour in range(hours.end, hours.end + HORIZON):
        root = sqrt(level * by_week.usual(hour))
        found[hour] = max(0.0, root - half) ** 2, root**2, (root + half) ** 2
    return found


def _clipped(hours: Hours, place: Place) -> Hours:
    groups: dict[int, list[float]] = {}
    for hour, count in hours:
        groups.setdefault(place.hour_of_day(hour), []).append(count)
    most = {key: median(found) + CLIP * max(spread(found), sqrt(median(found) + 1)) for key, found in groups.items()}
    return Hours(hours.start, tuple(min(count, most[place.hour_of_day(hour)]) for hour, count in hours))


class _Season:
    """Weighted mean of each season, drawn to what `towards` says of the hour."""

    def __init__(self, hours: Hours, season_of: Callable[[int], int], towards: Callable[[int], float]) -> None:
        self._hours, self._season_of, self._towards = hours, season_of, towards
        self._weights = [0.5 ** ((hours.end - hour) / HALF_LIFE) for hour, _ in hours]
        self._sums: dict[int, tuple[float, float]] = {}
        for (hour, count), weight in zip(hours, self._weights, strict=True):
            total, known = self._sums.get(season_of(hour), (0.0, 0.0))
            self._sums[season_of(hour)] = total + weight * count, known + weight

    def usual(self, hour: int) -> float:
        total, known = self._sums.get(self._season_of(hour), (0.0, 0.0))
        return self._drawn(total, known, hour)

    def without_itself(self) -> Iterator[tuple[float, float]]:
        """Each count, and what the others of its season say of it."""
        for (hour, count), weight in zip(self._hours, self._weights, strict=True):
            total, known = self._sums[self._season_of(hour)]
            yield count, self._drawn(max(0.0, total - weight * count), max(0.0, known - weight), hour)

    def _drawn(self, total: float, known: float, hour: int) -> float:
        goal = self._towards(hour)
        drawn = min(DRAWN_HOURS, DRAWN_EVENTS / max(goal, 1e-9))
        return (total + drawn * goal) / (known + drawn)
