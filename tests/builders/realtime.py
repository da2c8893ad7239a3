"""Events of the intelligence stream, and what processors work with, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from rapport.calls.ports import RawRecord
from rapport.realtime.delivery import Delivery
from rapport.realtime.event import Event
from rapport.realtime.measures import Measures, Minute
from rapport.runtime.errors import DependencyUnavailableError

NOW = 1_790_000_000_000
State = TypeVar("State")


def event(event_id: str = "e-1", **given: Any) -> Event:
    """A page view of C1 at NOW, but for what is given."""
    made = {"event_id": event_id, "kind": "interaction", "name": "page.viewed", "at": NOW, "user_id": "C1"}
    return Event.model_validate({**made, **given})


def delivery(data: bytes | Event, sequence: int = 1, *, arrival_ms: int = NOW, shard: str = "shardId-0") -> Delivery:
    """A record of the stream."""
    content = data if isinstance(data, bytes) else data.encoded()
    return Delivery(RawRecord(str(sequence), arrival_ms, content, "arn:aws:kinesis:::stream/intelligence"), shard)


def delivered(events: Sequence[Event]) -> list[Delivery]:
    """The events as a shard's batch, numbered from 1."""
    return [delivery(each, number) for number, each in enumerate(events, 1)]


@dataclass
class PoisonBox:
    """Keeps what is put away; `out_of_order` makes it refuse."""

    reasons: list[str] = field(default_factory=list)
    out_of_order: bool = False

    def send(self, record: RawRecord, reason: str) -> None:
        if self.out_of_order:
            raise DependencyUnavailableError("the poison queue did not answer")
        self.reasons.append(reason)


@dataclass
class MeasureBox:
    """Keeps measures by name and minute."""

    found: dict[tuple[str, int], Measures] = field(default_factory=dict)

    def add(self, name: str, at: int, measures: Measures) -> None:
        self.found.setdefault((name, at // 60_000 * 60_000), Measures()).add(measures)

    def minutes(self, name: str, since: int, until: int) -> list[Minute]:
        return [
            Minute(at, measures)
            for (whose, at), measures in sorted(self.found.items())
            if whose == name and since // 60_000 * 60_000 <= at <= until
        ]

    def all_of(self, name: str) -> Measures:
        whole = Measures()
        for (whose, _), measures in self.found.items():
            if whose == name:
                whole.add(measures)
        return whole


@dataclass
class MemoryKeeper(Generic[State]):
    """States in memory. `lose` names keys that somebody else writes first, once; `fail_after` states were written,
    the table stops to answer, once.
    """

    states: dict[str, State] = field(default_factory=dict)
    lose: set[str] = field(default_factory=set)
    fail_after: int | None = None
    writes: int = 0

    def load(self, keys: Collection[str]) -> Mapping[str, State]:
        return {key: self.states[key] for key in keys if key in self.states}

    def save(self, changes: Mapping[str, State]) -> Collection[str]:
        lost = self.lose & changes.keys()
        self.lose -= lost
        for key, state in changes.items():
            if self.fail_after is not None and self.writes >= self.fail_after:
                self.fail_after = None
                raise DependencyUnavailableError("the table did not answer")
            if key not in lost:
                self.states[key] = state
                self.writes += 1
        return lost
