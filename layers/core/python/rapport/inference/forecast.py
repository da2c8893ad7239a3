"""Forecasts of calls or events per slot of a day, 48 hours ahead, with intervals.

A structural base (the usual total of such a weekday, moved by how busy the last days were, times the usual share of
the slot) is corrected by gradient-boosted trees, one per quantile, that predict log(count / base) from lags and the
calendar. The trees see ratios only, so one model serves series of any size. The features are computed here, in
training and in service alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp, fsum, isfinite, log, nan
from pathlib import Path
from typing import Any, Protocol

from rapport.inference.booster import Booster, InferenceError
from rapport.inference.published import load_parameters

NAME = "forecast"
FEATURES = (
    "open_days_ahead",
    "time_of_day",
    "weekday",
    "extra_days_closed",
    "extra_days_closed_before_previous",
    "open_day_of_month",
    "days_to_month_end",
    "level_5_days",
    "level_last_day",
    "same_weekday_ratio",
    "last_day_slot_ratio",
)
QUANTILES = ("low", "median", "high")
# Of the base, chosen by rolling-origin backtest inside the training part of the bank's call counts.
SAME_WEEKDAYS, PROFILE_WEEKDAYS, LEVEL_DAYS, LEVEL_POWER = 6, 8, 5, 0.5
LEAST_DAYS = 10
LONGEST_HISTORY = 84
# Added to counts before logarithms, so that an empty slot has one.
_HALF = 0.5


class InsufficientHistoryError(InferenceError):
    """Too few days to forecast from, or days that do not fit together."""

    kind, title = "insufficient-history", "The history is too short or uneven to forecast from"


@dataclass(frozen=True, slots=True)
class Day:
    """Counts of one day on which the line was open, slot by slot."""

    on: date
    counts: tuple[float, ...]

    @property
    def total(self) -> float:
        return fsum(self.counts)


@dataclass(frozen=True, slots=True)
class Row:
    """One slot ahead: the structural base and the features of its correction, in the order of FEATURES."""

    on: date
    slot: int
    base: float
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """The forecast count of one slot with its interval; never negative, low <= expected <= high."""

    on: date
    slot: int
    expected: float
    low: float
    high: float


class Margin(Protocol):
    """What is needed of a booster."""

    def margin(self, row: Sequence[float]) -> float: ...


def _checked(history: Sequence[Day], ahead: Sequence[date]) -> list[Day]:
    if len(history) < LEAST_DAYS:
        raise InsufficientHistoryError(f"a forecast needs {LEAST_DAYS} days of history, {len(history)} were given")
    dates = [day.on for day in history] + list(ahead)
    if any(later <= earlier for earlier, later in pairwise(dates)):
        raise InsufficientHistoryError("days must be in order, each once, and the days ahead after them")
    if len({len(day.counts) for day in history}) != 1 or not history[0].counts:
        raise InsufficientHistoryError("every day must have the same number of slots, at least one")
    if not all(isfinite(count) and count >= 0 for day in history for count in day.counts):
        raise InsufficientHistoryError("counts must be numbers of 0 or more")
    return list(history[-LONGEST_HISTORY:])


def _extra_gaps(dates: Sequence[date]) -> list[int]:
    """Days closed before each date beyond what is usual for its weekday: 1 after a public holiday."""
    gaps = [1, *((later - earlier).days for earlier, later in pairwise(dates))]
    usual: dict[int, int] = {}
    for on, gap in list(zip(dates, gaps, strict=True))[1:]:
        usual[on.weekday()] = min(usual.get(on.weekday(), gap), gap)
    return [0, *(gap - usual[on.weekday()] for on, gap in list(zip(dates, gaps, strict=True))[1:])]


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _log_ratio(a: float, b: float) -> float:
    return log((a + _HALF) / (b + _HALF))


class _Past:
    """What a history says of the days after it."""

    def __init__(self, history: list[Day], ahead: Sequence[date]) -> None:
        self.days, self.totals = history, [day.total for day in history]
        self.dates = [day.on for day in history] + list(ahead)
        self.extra = _extra_gaps(self.dates)
        self.weekdays: dict[int, list[int]] = {}
        for i, day in enumerate(history):
            self.weekdays.setdefault(day.on.weekday(), []).append(i)
        recent = range(max(0, len(history) - LEVEL_DAYS), len(history))
        self.levels = [_log_ratio(self.totals[i], self.usual_total(history[i].on.weekday(), i)) for i in recent]

    def usual_total(self, weekday: int, before: int) -> float:
        """Of the last such weekdays before day `before`, without those after a holiday; of all days if none."""
        same = [i for i in self.weekdays.get(weekday, []) if i < before and self.extra[i] == 0][-SAME_WEEKDAYS:]
        chosen = same or list(range(max(0, before - SAME_WEEKDAYS), before)) or [0]
        return _mean([self.totals[i] for i in chosen])

    def profile(self, weekday: int) -> list[float]:
        """Share of each slot in such a day."""
        same = self.weekdays.get(weekday, list(range(len(self.days))))[-PROFILE_WEEKDAYS:]
        kept = [self.days[i] for i in same if self.totals[i] > 0]
        slots = len(self.days[0].counts)
        if not kept:
            return [1 / slots] * slots
        return [_mean([day.counts[slot] / day.total for day in kept]) for slot in range(slots)]

    def open_day_of_month(self, at: int) -> float:
        """1 for the first open day of its month; unknown when the month began before the history."""
        on = self.dates[at]
        if self.dates[0].replace(day=1) == on.replace(day=1):
            return nan
        return float(sum(1 for other in self.dates[:at] if (other.year, other.month) == (on.year, on.month)) + 1)


def rows(history: Sequence[Day], ahead: Sequence[date]) -> list[Row]:
    """Base and features for every slot of the days `ahead`, from nothing but the history before them.

    Raises `InsufficientHistoryError` when the days do not fit together.
    """
    past = _Past(_checked(history, ahead), ahead)
    known = len(past.days)
    level, last_level = _mean(past.levels), past.levels[-1]
    last = past.days[-1]
    last_profile = past.profile(last.on.weekday())
    last_usual = past.usual_total(last.on.weekday(), known)
    found: list[Row] = []
    for at in range(known, known + len(ahead)):
        on = past.dates[at]
        total = past.usual_total(on.weekday(), known) * exp(LEVEL_POWER * level)
        same = past.weekdays.get(on.weekday())
        month_end = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        shared = (
            float(at - known + 1),
            float(on.weekday()),
            float(past.extra[at]),
            float(past.extra[at - 1]),
            past.open_day_of_month(at),
            float((month_end - on).days),
        )
        for slot, share in enumerate(past.profile(on.weekday())):
            base = total * share
            features = (
                shared[0],
                slot / len(last.counts),
                *shared[1:],
                level,
                last_level,
                _log_ratio(past.days[same[-1]].counts[slot], base) if same else nan,
                _log_ratio(last.counts[slot], last_usual * last_profile[slot]),
            )
            found.append(Row(on, slot, base, features))
    return found


def target(count: float, base: float) -> float:
    """What the trees learn: log(count / base), finite for empty slots."""
    return _log_ratio(count, base)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The served model: three boosters, and `widening`, the conformal margin of the interval on the log scale.

    R. Romano, E. Patterson, E. Candes, "Conformalized quantile regression" (2019).
    """

    boosters: Mapping[str, Margin]
    widening: float
    coverage: float

    def ahead(self, history: Sequence[Day], days: Sequence[date]) -> list[Slot]:
        """Forecast of every slot of `days`: counts, with an interval that should hold `coverage` of them."""
        return [self._slot(row) for row in rows(history, days)]

    def _slot(self, row: Row) -> Slot:
        low, middle, high = sorted(self.boosters[name].margin(row.features) for name in QUANTILES)
        edges = min(low - self.widening, middle), middle, max(high + self.widening, middle)
        lowest, expected, highest = (max(0.0, (row.base + _HALF) * exp(edge) - _HALF) for edge in edges)
        return Slot(row.on, row.slot, expected, lowest, highest)


def from_parameters(parameters: Mapping[str, Any], boosters: Mapping[str, Margin]) -> Forecast:
    """Raises `InferenceError` when the model was trained on other features than this code computes."""
    if tuple(parameters.get("features", ())) != FEATURES or set(boosters) != set(QUANTILES):
        raise InferenceError(f"{NAME}: the model and this code disagree on features or quantiles")
    try:
        widening, coverage = float(parameters["widening"]), float(parameters["coverage"])
    except (KeyError, TypeError, ValueError) as error:
        raise InferenceError(f"{NAME}: the parameters are incomplete: {error!r}") from error
    if not (isfinite(widening) and 0 < coverage < 1):
        raise InferenceError(f"{NAME}: widening must be finite and coverage between 0 and 1")
    return Forecast(boosters, widening, coverage)


def load_forecast(models: Path) -> Forecast:
    """The published model from a folder of models. Raises `InferenceError`."""
    published = load_parameters(models, NAME)
    paths = {name: published.folder / f"{name}.ubj" for name in QUANTILES}
    described = published.parameters.get("sha256", {})
    for path in paths.values():
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != described.get(path.name):
            raise InferenceError(f"{NAME}: {path} is missing or not the file that parameters.json describes")
    return from_parameters(published.parameters, {name: Booster(path, len(FEATURES)) for name, path in paths.items()})


def next_days(history: Sequence[Day], count: int = 2) -> list[date]:
    """The next `count` days on weekdays on which the history was ever open: two for 48 hours of opening."""
    open_on = {day.on.weekday() for day in history}
    if not open_on:
        raise InsufficientHistoryError("there is no history")
    found: list[date] = []
    on = history[-1].on
    while len(found) < count:
        on += timedelta(days=1)
        if on.weekday() in open_on:
            found.append(on)
    return found
