"""Ended calls by day: how many, how long, how they ended and how risky. Which teams may be seen, the caller says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from pydantic import BaseModel

from rapport.analytics.store import months_between
from rapport.calls.counting import MINUTES, NO_TEAM

CLASSES = (*(f"under_{upper}" for upper in MINUTES), f"over_{MINUTES[-1]}")


class CallFigures(BaseModel):
    """`handled_ms` is from the beginning to the end of the call, all calls together."""

    calls: int = 0
    handled_ms: int = 0

    @property
    def mean_ms(self) -> float | None:
        return self.handled_ms / self.calls if self.calls else None


class CallsOfDay(CallFigures):
    day: str


class CallsOfTeam(CallFigures):
    team: str


class NamedCalls(BaseModel):
    """How many calls have this value."""

    value: str
    calls: int


class LengthClass(BaseModel):
    """Calls from `from_minutes` to below `to_minutes`; None is no limit."""

    from_minutes: int
    to_minutes: int | None
    calls: int


class CallAnalytics(BaseModel):
    """Ended calls that began on the days `start` to `end` (UTC), the commonest value of each dimension first."""

    start: str
    end: str
    totals: CallFigures
    mean_handled_ms: float | None
    days: list[CallsOfDay]
    teams: list[CallsOfTeam]
    channels: list[NamedCalls]
    outcomes: list[NamedCalls]
    bands: list[NamedCalls]
    lengths: list[LengthClass]


class CallDays(Protocol):
    """What `CallCountStore` reads."""

    def days(self, months: list[str], first: str, last: str) -> Iterator[tuple[str, str, str, dict[str, int]]]: ...


def call_analytics(counts: CallDays, *, start: str, end: str, sees: Callable[[str | None], bool]) -> CallAnalytics:
    """Sums of the calls of every team that the caller `sees`; None stands for calls that never had one."""
    days: defaultdict[str, Counter[str]] = defaultdict(Counter)
    teams: defaultdict[str, Counter[str]] = defaultdict(Counter)
    channels: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for day, team, channel, amounts in counts.days(months_between(start[:7], end[:7]), start, end):
        if sees(None if team == NO_TEAM else team):
            days[day].update(amounts)
            teams[team].update(amounts)
            channels[channel] += amounts.get("calls", 0)
            total.update(amounts)
    figures = CallFigures(calls=total["calls"], handled_ms=total["handled_ms"])
    return CallAnalytics(
        start=start,
        end=end,
        totals=figures,
        mean_handled_ms=figures.mean_ms,
        days=[CallsOfDay(day=day, **_figures(days[day])) for day in sorted(days) if days[day]["calls"]],
        teams=[CallsOfTeam(team=team, **_figures(teams[team])) for team in sorted(teams) if teams[team]["calls"]],
        channels=_named(channels),
        outcomes=_named(_prefixed(total, "outcome_")),
        bands=_named(_prefixed(total, "band_")),
        lengths=[
            LengthClass(from_minutes=low, to_minutes=high, calls=total[name])
            for name, low, high in zip(CLASSES, (0, *MINUTES), (*MINUTES, None), strict=True)
        ],
    )


def _figures(amounts: Mapping[str, int]) -> dict[str, int]:
    return {"calls": amounts["calls"], "handled_ms": amounts["handled_ms"]}


def _prefixed(total: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): number for name, number in total.items() if name.startswith(prefix)}


def _named(found: Mapping[str, int]) -> list[NamedCalls]:
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [NamedCalls(value=value, calls=calls) for value, calls in ordered if calls]
