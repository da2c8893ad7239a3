"""Series of hours, monitors, and the trends context in memory."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rapport.inference.forecast import Day, Slot
from rapport.trends.accuracy import Score, StoredForecast, score
from rapport.trends.forecasting import HORIZON, ForecastHour, Method
from rapport.trends.monitors import Monitor, MonitorState, TrendAlert
from rapport.trends.notices import Notice
from rapport.trends.series import DAY_HOURS, HOUR_MS, Hours, Place

# Monday 2026-01-05, 00:00 UTC, in hours since the epoch.
MONDAY = 490_992
UTC_PLACE = Place(0)


def hours(count: Callable[[int], float], length: int, start: int = MONDAY) -> Hours:
    """Counts by the hour since `start`."""
    return Hours(start, tuple(float(count(i)) for i in range(length)))


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson count, by Knuth's method for small means and a normal one for large."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number


def daily(i: int, size: float = 20.0) -> float:
    """The mean of hour `i` of a line that is busy at noon and quiet at weekends."""
    weekend = 0.4 if i // DAY_HOURS % 7 > 4 else 1.0
    return size * weekend * (1.1 + math.sin((i % DAY_HOURS - 6) / DAY_HOURS * 2 * math.pi))


def noisy(days: int, *, seed: int = 1, size: float = 20.0) -> Hours:
    """Such a line with Poisson noise."""
    rng = random.Random(seed)
    return hours(lambda i: poisson(rng, daily(i, size)), days * DAY_HOURS)


@dataclass
class PlainModel:
    """A model that says the last day again, 10 % either way."""

    asked: int = 0

    def ahead(self, history: Sequence[Day], days: Sequence[date]) -> list[Slot]:
        self.asked += 1
        last = history[-1].counts
        return [Slot(on, i, count, 0.9 * count, 1.1 * count) for on in days for i, count in enumerate(last)]


def forecast_hours(
    origin: int, expected: float = 10.0, half: float = 3.0, naive: float = 8.0
) -> tuple[ForecastHour, ...]:
    return tuple(
        ForecastHour(at=at * HOUR_MS, expected=expected, low=expected - half, high=expected + half, naive=naive)
        for at in range(origin, origin + HORIZON)
    )


def stored(origin: int = MONDAY, series: str = "calls", **given: Any) -> StoredForecast:
    said = {"method": Method.MODEL, "version": "1.0.0", "stretch": 1.0, "hours": forecast_hours(origin)}
    return StoredForecast.model_validate({"series": series, "origin": origin, **said, **given})


def monitor(**given: Any) -> Monitor:
    """More than 100 calls an hour, told at once and not again for an hour."""
    made = {
        "monitor_id": "m-1", "series": "calls", "name": "Busy", "kind": "count_above", "threshold": 100.0,
        "clear": 80.0, "window_h": 1, "sustain": 1, "cool_down_m": 60, "email": True, "language": "en",
        "owner": "ren", "created_at": MONDAY * HOUR_MS,
    }  # fmt: skip
    return Monitor.model_validate({**made, **given})


@dataclass
class MemoryTrends:
    """Counts, forecasts, monitors and the outbox."""

    counted: dict[str, dict[int, float]] = field(default_factory=dict)
    said: dict[tuple[str, int], StoredForecast] = field(default_factory=dict)
    marks: set[tuple[int, str]] = field(default_factory=set)
    found: list[Score] = field(default_factory=list)
    watched: dict[str, tuple[Monitor, MonitorState]] = field(default_factory=dict)
    alerts: dict[str, TrendAlert] = field(default_factory=dict)
    outbox: dict[str, Notice] = field(default_factory=dict)
    mailed: dict[str, int] = field(default_factory=dict)

    def history(self, series: str, first_hour: int, end_hour: int) -> dict[int, float]:
        return {h: c for h, c in self.counted.get(series, {}).items() if first_hour <= h < end_hour}

    def catalogue(self) -> list[str]:
        return sorted(key for key in self.counted if not key.startswith("user:"))

    def forecast(self, series: str, origin: int) -> StoredForecast | None:
        return self.said.get((series, origin))

    def remember(self, forecast: StoredForecast) -> StoredForecast:
        self.marks.add((forecast.due, forecast.series))
        return self.said.setdefault((forecast.series, forecast.origin), forecast)

    def due(self, hour: int) -> Iterator[tuple[str, int]]:
        for due, series in sorted(self.marks):
            if due <= hour:
                yield series, due - HORIZON

    def judged(self, forecast: StoredForecast, actual: list[float]) -> Score:
        self.marks.discard((forecast.due, forecast.series))
        self.found.append(score(forecast, actual))
        return self.found[-1]

    def forget(self, series: str, due: int) -> None:
        self.marks.discard((due, series))

    def scores(self, series: str, first_origin: int) -> list[Score]:
        return [each for each in self.found if each.series == series and each.origin >= first_origin]

    def add(self, monitor: Monitor) -> None:
        self.watched[monitor.monitor_id] = monitor, MonitorState()

    def get(self, monitor_id: str) -> tuple[Monitor, MonitorState] | None:
        return self.watched.get(monitor_id)

    def remove(self, monitor_id: str) -> None:
        del self.watched[monitor_id]

    def all(self) -> list[tuple[Monitor, MonitorState]]:
        return list(self.watched.values())

    def looked(self, monitor: Monitor, before: int, after: MonitorState, notice: Notice | None) -> bool:
        if self.watched[monitor.monitor_id][1].version != before:
            return False
        self.watched[monitor.monitor_id] = monitor, after
        if after.alert:
            self.alerts[after.alert.alert_id] = after.alert
        if notice:
            self.outbox[notice.notice_id] = notice
        return True

    def notices(self) -> list[Notice]:
        return list(self.outbox.values())

    def told(self, notice: Notice) -> None:
        if notice.left:
            self.outbox[notice.notice_id] = notice
        else:
            self.outbox.pop(notice.notice_id, None)

    def claim_mail(self, owner: str, *, now: int, apart_ms: int) -> bool:
        if now - self.mailed.get(owner, -apart_ms) < apart_ms:
            return False
        self.mailed[owner] = now
        return True
