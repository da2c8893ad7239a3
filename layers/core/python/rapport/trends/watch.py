"""The watch, every five minutes: forecasts of the hour, judging those whose hours are over, looking at every monitor,
telling what must be told. Whatever a run does not reach, the next one does; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from rapport.runtime.dynamodb import ContendedError
from rapport.runtime.observability import logger
from rapport.trends.forecasting import HORIZON, ForecastHour
from rapport.trends.monitors import Change, Monitor, MonitorState, Sight, look, measure
from rapport.trends.notices import Notice, notice_of
from rapport.trends.outlook import Outlooks
from rapport.trends.series import HOUR_MS, hour_of

# Records of the last hour may still be on their way at its end.
SETTLED_MS = 4 * 60_000
# How far back a forecast is looked for.
EARLIER_HOURS = 6


class Monitors(Protocol):
    """Where monitors are kept."""

    def all(self) -> list[tuple[Monitor, MonitorState]]: ...

    def looked(self, monitor: Monitor, before: int, after: MonitorState, notice: Notice | None) -> bool: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run did."""

    forecasts: int
    judged: int
    monitors: int
    opened: int
    closed: int


@dataclass(slots=True)
class Watch:
    """`enough_time` says whether there is time for another series."""

    outlooks: Outlooks
    monitors: Monitors
    new_id: Callable[[], str]
    enough_time: Callable[[], bool]

    def run(self, now: int) -> Watched:
        """Monitors first: they are what somebody waits for."""
        hour = hour_of(now)
        watched = self.monitors.all()
        opened, closed = self._look(watched, now)
        settled = now - hour * HOUR_MS >= SETTLED_MS
        keys = dict.fromkeys([*(monitor.series for monitor, _ in watched), *self.outlooks.counts.catalogue()])
        made = self._forecast(keys, hour) if settled else 0
        return Watched(made, self._judge(hour) if settled else 0, len(watched), opened, closed)

    def _look(self, watched: list[tuple[Monitor, MonitorState]], now: int) -> tuple[int, int]:
        seen: dict[str, Sight] = {}
        changes: list[Change] = []
        for monitor, state in watched:
            if monitor.series not in seen:
                if not self.enough_time():
                    logger.warning("monitors left for the next run", extra={"series": len(seen)})
                    break
                seen[monitor.series] = self._sight(monitor.series, hour_of(now))
            value = measure(monitor, seen[monitor.series])
            after, change = look(monitor, state, value, at=now, alert_id=self.new_id())
            notice = None
            if change is not None and after.alert is not None:
                notice = notice_of(after.alert, change, email=monitor.email, language=monitor.language, at=now)
            if self.monitors.looked(monitor, state.version, after, notice) and change is not None:
                changes.append(change)
        return changes.count(Change.OPENED), changes.count(Change.CLOSED)

    def _sight(self, series: str, hour: int) -> Sight:
        return Sight(
            hours=self.outlooks.hours(series, hour),
            ahead=self._newest(series, hour),
            earlier=self._newest(series, hour - 1),
        )

    def _newest(self, series: str, latest: int) -> tuple[ForecastHour, ...]:
        """The newest forecast made at the beginning of hour `latest` or before; empty when there is none lately."""
        for origin in range(latest, latest - EARLIER_HOURS, -1):
            stored = self.outlooks.forecasts.forecast(series, origin)
            if stored is not None:
                return stored.hours
        return ()

    def _forecast(self, keys: Iterable[str], hour: int) -> int:
        """Forecasts of this hour that were not made yet."""
        made = 0
        for series in keys:
            if not self.enough_time():
                logger.info("forecasts left for the next run", extra={"made": made})
                break
            if self.outlooks.forecasts.forecast(series, hour) is None:
                made += self.outlooks.at(series, hour, self.outlooks.hours(series, hour)) is not None
        return made

    def _judge(self, hour: int) -> int:
        """Forecasts whose last hour is over."""
        judged = 0
        for series, origin in self.outlooks.forecasts.due(hour):
            if not self.enough_time():
                break
            stored = self.outlooks.forecasts.forecast(series, origin)
            if stored is None:
                self.outlooks.forecasts.forget(series, origin + HORIZON)
                continue
            counted = self.outlooks.counts.history(series, stored.origin, stored.due)
            try:
                self.outlooks.forecasts.judged(stored, [counted.get(at, 0.0) for at in range(origin, stored.due)])
            except ContendedError:
                continue
            judged += 1
        return judged
