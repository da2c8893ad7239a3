"""Monitors: what is watched of a series, and when it becomes an alert. No AWS and no clock: times are given.

No storms: an alert opens only after `sustain` looks in a row beyond the threshold, closes only after as many beyond
the clearing level, and one that returns within the cool-down goes on as the same alert, told to nobody again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from rapport.calls.model import LocalisedText
from rapport.trends.forecasting import ForecastHour
from rapport.trends.series import HOUR_MS, Hours

MINUTE_MS = 60_000
Language = Literal["en", "ja"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MonitorKind(StrEnum):
    """What is compared with the threshold.

    The count of the last `window_h` hours: with the running one or whole, whichever is more (above), or whole
    (below); how far the running or the last whole hour is outside its forecast interval, in half-widths (unusual);
    the busiest hour expected within the next `window_h` hours (forecast_above).
    """

    COUNT_ABOVE = "count_above"
    COUNT_BELOW = "count_below"
    UNUSUAL = "unusual"
    FORECAST_ABOVE = "forecast_above"


class Monitor(Model):
    """What somebody wants to be told of. `clear` is the level at which it is over; `language` that of e-mails."""

    monitor_id: str
    series: str
    name: str
    kind: MonitorKind
    threshold: float
    clear: float
    window_h: int
    sustain: int
    cool_down_m: int
    email: bool
    language: Language
    owner: str
    created_at: int


class AlertState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class TrendAlert(Model):
    """A time during which a monitor's value was beyond its threshold. `peak` is the worst value, `repeats` how often
    it came back within the cool-down.
    """

    alert_id: str
    monitor_id: str
    series: str
    name: str
    kind: MonitorKind
    owner: str
    state: AlertState
    opened_at: int
    changed_at: int
    closed_at: int | None = None
    value: float
    peak: float
    threshold: float
    repeats: int = 0
    reason: LocalisedText


class MonitorState(Model):
    """Where a monitor is. `beyond` and `calm` count looks in a row; `alert` is the last one, open or closed."""

    version: int = 0
    looked_at: int | None = None
    value: float | None = None
    beyond: Annotated[int, Field(ge=0)] = 0
    calm: Annotated[int, Field(ge=0)] = 0
    told_at: int | None = None
    alert: TrendAlert | None = None

    @property
    def firing(self) -> bool:
        return self.alert is not None and self.alert.state is AlertState.OPEN


class Change(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


def default_clear(kind: MonitorKind, threshold: float) -> float:
    """A tenth back from the threshold."""
    return threshold * (1.1 if kind is MonitorKind.COUNT_BELOW else 0.9)


def is_beyond(monitor: Monitor, value: float) -> bool:
    return value <= monitor.threshold if monitor.kind is MonitorKind.COUNT_BELOW else value >= monitor.threshold


def is_clear(monitor: Monitor, value: float) -> bool:
    return value >= monitor.clear if monitor.kind is MonitorKind.COUNT_BELOW else value <= monitor.clear


class Sight(NamedTuple):
    """What a look goes by: `hours` ends with the running one, `ahead` is the newest forecast, `earlier` one that was
    made before the last whole hour began.
    """

    hours: Hours
    ahead: tuple[ForecastHour, ...]
    earlier: tuple[ForecastHour, ...]


def measure(monitor: Monitor, sight: Sight) -> float | None:
    """The value to compare with the threshold; None when there is nothing to go by yet."""
    hours, window = sight.hours, monitor.window_h
    whole = hours.counts[:-1]
    match monitor.kind:
        case MonitorKind.COUNT_ABOVE:
            # The whole hours stay in sight, or every full hour would end an alert and begin another.
            return max(sum(hours.counts[-window:]), sum(whole[-window:]))
        case MonitorKind.COUNT_BELOW:
            return sum(whole[-window:]) if len(whole) >= window else None
        case MonitorKind.FORECAST_ABOVE:
            first = (hours.end - 1) * HOUR_MS
            due = [hour.expected for hour in sight.ahead if first <= hour.at < first + window * HOUR_MS]
            return max(due, default=None)
        case MonitorKind.UNUSUAL:
            return _unusual(hours, sight.earlier)


def _unusual(hours: Hours, earlier: tuple[ForecastHour, ...]) -> float | None:
    """In half-widths of the interval. The running hour can only be too high: it is not over."""
    said = {hour.at // HOUR_MS: hour for hour in earlier}
    found = []
    for hour, running in ((hours.end - 2, False), (hours.end - 1, True)):
        count, expected = hours.at(hour), said.get(hour)
        if count is None or expected is None:
            continue
        over = (count - expected.expected) / max(expected.high - expected.expected, 1.0)
        under = (expected.expected - count) / max(expected.expected - expected.low, 1.0)
        found.append(max(over, 0.0 if running else under))
    return max(found, default=None)


def look(
    monitor: Monitor, state: MonitorState, value: float | None, *, at: int, alert_id: str
) -> tuple[MonitorState, Change | None]:
    """The state after a look at `at`, and what must be told. `alert_id` names the alert if one opens."""
    moved = state.model_copy(update={"version": state.version + 1, "looked_at": at, "value": value})
    if value is None:
        return moved, None
    if state.firing:
        return _while_open(monitor, moved, value, at)
    beyond = state.beyond + 1 if is_beyond(monitor, value) else 0
    if beyond < monitor.sustain:
        return moved.model_copy(update={"beyond": beyond, "calm": 0}), None
    fresh = {"beyond": 0, "calm": 0}
    cooling = state.told_at is not None and at - state.told_at < monitor.cool_down_m * MINUTE_MS
    if cooling and state.alert is not None:
        again = _moved(monitor, state.alert, value, at, state=AlertState.OPEN, repeats=state.alert.repeats + 1)
        return moved.model_copy(update={**fresh, "alert": again.model_copy(update={"closed_at": None})}), None
    alert = _opened(monitor, value, at, alert_id)
    return moved.model_copy(update={**fresh, "alert": alert, "told_at": at}), Change.OPENED


def _while_open(monitor: Monitor, state: MonitorState, value: float, at: int) -> tuple[MonitorState, Change | None]:
    assert state.alert is not None  # noqa: S101 - the caller knows that one is open
    calm = state.calm + 1 if is_clear(monitor, value) else 0
    if calm < monitor.sustain:
        alert = _moved(monitor, state.alert, value, at, state=AlertState.OPEN, repeats=state.alert.repeats)
        return state.model_copy(update={"calm": calm, "alert": alert}), None
    alert = state.alert.model_copy(
        update={"state": AlertState.CLOSED, "value": value, "changed_at": at, "closed_at": at}
    )
    # An end within the cool-down of an alert that came back is not told either: nobody heard of its return.
    told = Change.CLOSED if state.alert.repeats == 0 else None
    return state.model_copy(update={"beyond": 0, "calm": 0, "alert": alert}), told


def _moved(
    monitor: Monitor, alert: TrendAlert, value: float, at: int, *, state: AlertState, repeats: int
) -> TrendAlert:
    worse = min if monitor.kind is MonitorKind.COUNT_BELOW else max
    update = {"state": state, "value": value, "peak": worse(alert.peak, value), "changed_at": at, "repeats": repeats}
    return alert.model_copy(update=update)


def _opened(monitor: Monitor, value: float, at: int, alert_id: str) -> TrendAlert:
    return TrendAlert(
        alert_id=alert_id,
        monitor_id=monitor.monitor_id,
        series=monitor.series,
        name=monitor.name,
        kind=monitor.kind,
        owner=monitor.owner,
        state=AlertState.OPEN,
        opened_at=at,
        changed_at=at,
        value=value,
        peak=value,
        threshold=monitor.threshold,
        reason=reason(monitor, value),
    )


def reason(monitor: Monitor, value: float) -> LocalisedText:
    """Why it alerts, in words."""
    said, limit, hours = f"{value:,.4g}", f"{monitor.threshold:,.4g}", monitor.window_h
    match monitor.kind:
        case MonitorKind.COUNT_ABOVE:
            en, ja = f"{said} in {hours} h, limit {limit}", f"{hours}時間で{said}件(上限{limit}件)"
        case MonitorKind.COUNT_BELOW:
            en, ja = f"only {said} in {hours} h, at least {limit} wanted", f"{hours}時間で{said}件のみ(下限{limit}件)"
        case MonitorKind.FORECAST_ABOVE:
            en = f"{said} an hour expected within {hours} h, limit {limit}"
            ja = f"今後{hours}時間以内に1時間あたり{said}件の見込み(上限{limit}件)"
        case MonitorKind.UNUSUAL:
            en = f"{said} half-widths of the forecast interval off, limit {limit}"
            ja = f"予測区間の半幅の{said}倍のずれ(上限{limit}倍)"
    return LocalisedText(en=en, ja=ja)
