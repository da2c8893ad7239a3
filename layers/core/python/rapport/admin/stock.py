"""The dashboard: how things stand at a glance, from the contexts' own counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.audit.model import Action
from rapport.calls.counts_store import CallCountStore
from rapport.cases.model import CaseState
from rapport.identity.model import Role
from rapport.registry.model import DriftReport
from rapport.runtime.clock import day_of, month_of

# A look makes a report on each version in service: champion, challenger, shadow.
VERSIONS_IN_SERVICE = 3


class Dashboard(BaseModel):
    """Numbers of the UTC day `day`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: str
    users: dict[str, int]
    sign_ins: int
    failed_sign_ins: int
    locked: int
    calls: int
    drifted_models: list[str]
    open_cases: int
    dead_letters: int


class Reports(Protocol):
    """Drift reports of models."""

    def reports(self, name: str, limit: int) -> Sequence[DriftReport]: ...


class CaseCounts(Protocol):
    def counts(self) -> Mapping[CaseState, int]: ...


class DeadLetters(Protocol):
    def waiting(self) -> int: ...


class AuditCounts(Protocol):
    def counts(self, day: str) -> Mapping[Action, int]: ...


class Stock:
    """Puts the dashboard together."""

    def __init__(
        self,
        *,
        users: Callable[[], Mapping[Role, int]],
        trail: AuditCounts,
        calls: CallCountStore,
        models: Reports,
        served: Sequence[str],
        cases: CaseCounts,
        dead: DeadLetters,
    ) -> None:
        self._users = users
        self._trail = trail
        self._calls = calls
        self._models = models
        self._served = served
        self._cases = cases
        self._dead = dead

    def at(self, now: int) -> Dashboard:
        day = day_of(now)
        done = self._trail.counts(day)
        calls = sum(numbers.get("calls", 0) for *_, numbers in self._calls.days([month_of(now)], day, day))
        return Dashboard(
            day=day,
            users={role.value: count for role, count in self._users().items()},
            sign_ins=done.get(Action.SIGNED_IN, 0),
            failed_sign_ins=done.get(Action.SIGN_IN_FAILED, 0) + done.get(Action.LOCKED, 0),
            locked=done.get(Action.LOCKED, 0),
            calls=calls,
            drifted_models=list(self._drifted()),
            open_cases=sum(number for state, number in self._cases.counts().items() if state is not CaseState.CLOSED),
            dead_letters=self._dead.waiting(),
        )

    def _drifted(self) -> Iterator[str]:
        """Models of whose last look one report says so."""
        for name in self._served:
            reports = self._models.reports(name, VERSIONS_IN_SERVICE)
            if any(report.drifted for report in reports if report.at == reports[0].at):
                yield name
