"""Monitors as people make and remove them, and which series somebody may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.identity.model import Principal, Role
from rapport.runtime.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from rapport.trends.forecasting import HORIZON
from rapport.trends.monitors import (
    Language,
    Monitor,
    MonitorKind,
    MonitorState,
    default_clear,
    is_beyond,
)
from rapport.trends.series import TEAM, USER

# All monitors are looked at in one run.
MOST_EACH, MOST = 20, 500
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]
Level = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class NewMonitor(BaseModel):
    """What to watch. `clear` is the level at which an alert is over, a tenth back from the threshold if not given;
    `sustain` how many looks in a row (one every five minutes) it takes to open or close one; within `cool_down_m`
    minutes of an alert nobody is told again.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    kind: Annotated[MonitorKind, Field(strict=False)]
    threshold: Level
    clear: Level | None = None
    window_h: Annotated[int, Field(ge=1, le=168)] = 1
    sustain: Annotated[int, Field(ge=1, le=24)] = 2
    cool_down_m: Annotated[int, Field(ge=5, le=10_080)] = 60
    email: bool = False
    language: Language = "en"


class MonitorView(BaseModel):
    """A monitor and where it is; `value` is what the last look saw, null when there was nothing to go by."""

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
    owner: str
    created_at: int
    firing: bool
    value: float | None
    looked_at: int | None

    @classmethod
    def of(cls, monitor: Monitor, state: MonitorState) -> MonitorView:
        return cls(
            **monitor.model_dump(exclude={"language"}),
            firing=state.firing,
            value=state.value,
            looked_at=state.looked_at,
        )


def may_see(caller: Principal, series: str) -> bool:
    """Analysts and administrators see every series, supervisors all but other teams', agents their teams' and
    customers'.
    """
    if caller.sees_everything:
        return True
    if series.startswith(TEAM):
        return caller.has(Role.AGENT, Role.SUPERVISOR) and series.removeprefix(TEAM) in caller.teams
    if series.startswith(USER):
        return caller.has(Role.AGENT, Role.SUPERVISOR)
    return caller.has(Role.SUPERVISOR)


def check_sees(caller: Principal, series: str) -> None:
    """Raises `ForbiddenError`."""
    if not may_see(caller, series):
        raise ForbiddenError("your role does not allow this")


class Store(Protocol):
    """Where monitors are kept."""

    def add(self, monitor: Monitor) -> None: ...

    def get(self, monitor_id: str) -> tuple[Monitor, MonitorState] | None: ...

    def remove(self, monitor_id: str) -> None: ...

    def all(self) -> list[tuple[Monitor, MonitorState]]: ...


@dataclass(slots=True)
class Desk:
    store: Store
    clock: Callable[[], int]
    new_id: Callable[[], str]

    def make(self, series: str, new: NewMonitor, caller: Principal) -> MonitorView:
        """Raises `ForbiddenError`, `InvalidInputError`, and `ConflictError` when there are too many."""
        check_sees(caller, series)
        monitor = Monitor(
            monitor_id=self.new_id(),
            series=series,
            owner=caller.username,
            created_at=self.clock(),
            clear=new.clear if new.clear is not None else default_clear(new.kind, new.threshold),
            **new.model_dump(exclude={"clear"}),
        )
        _check_levels(monitor)
        known = self.store.all()
        if len(known) >= MOST or sum(each.owner == caller.username for each, _ in known) >= MOST_EACH:
            raise ConflictError(f"there are at most {MOST_EACH} monitors for each person and {MOST} in all; remove one")
        self.store.add(monitor)
        return MonitorView.of(monitor, MonitorState())

    def seen_by(self, caller: Principal, series: str | None = None) -> list[MonitorView]:
        """Monitors on series that the caller may see, of one series or of all; by name."""
        found = [
            MonitorView.of(monitor, state)
            for monitor, state in self.store.all()
            if (series is None or monitor.series == series) and may_see(caller, monitor.series)
        ]
        return sorted(found, key=lambda view: (view.name, view.monitor_id))

    def remove(self, monitor_id: str, caller: Principal) -> None:
        """Its owner's or an administrator's to remove; `NotFoundError` for anybody who may not see it."""
        found = self.store.get(monitor_id)
        if found is None or not may_see(caller, found[0].series):
            raise NotFoundError("there is no such monitor")
        if found[0].owner != caller.username and not caller.has(Role.ADMIN):
            raise ForbiddenError("only its owner or an administrator removes a monitor")
        self.store.remove(monitor_id)


def _check_levels(monitor: Monitor) -> None:
    if monitor.clear != monitor.threshold and is_beyond(monitor, monitor.clear):
        side = "above" if monitor.kind is MonitorKind.COUNT_BELOW else "below"
        raise InvalidInputError(f"an alert is over {side} its threshold: clear is on the wrong side", field="clear")
    if monitor.kind is MonitorKind.FORECAST_ABOVE and monitor.window_h > HORIZON:
        raise InvalidInputError(f"the forecast reaches {HORIZON} hours", field="window_h")
