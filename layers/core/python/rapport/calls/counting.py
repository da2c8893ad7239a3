"""Ended calls by day, team and channel: how many, how long, how they ended, and how risky.

A call is counted when it has ended and counted again, by the difference, when its outcome or score comes later. The
stream that tells of calls repeats itself and may be late: what was counted of a call is kept with its number, so that
each call counts once, as it was last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import Call, CallEvent, CallStatus
from rapport.runtime.clock import day_of
from rapport.runtime.errors import RapportError

NO_TEAM = "-"
UNSCORED = "UNSCORED"
NO_OUTCOME = "NONE"
# Upper ends of the classes of handling time in minutes; the last class is open.
MINUTES = (2, 5, 10, 20)


class Counted(BaseModel):
    """What of a call was counted, and at which `seq`: a later event replaces it, an earlier one changes nothing."""

    model_config = ConfigDict(frozen=True)

    seq: int
    day: str
    team: str
    channel: str
    handled_ms: int
    outcome: str
    band: str

    @classmethod
    def of(cls, call: Call, seq: int) -> Counted | None:
        """None while the call goes on. `seq` is that of the event; the day is that of the call's beginning, UTC."""
        if call.status is not CallStatus.ENDED or call.ended_at is None:
            return None
        return cls(
            seq=seq,
            day=day_of(call.started_at),
            team=call.team or NO_TEAM,
            channel=call.channel,
            handled_ms=max(0, call.ended_at - call.started_at),
            outcome=call.outcome or NO_OUTCOME,
            band=call.score.band if call.score else UNSCORED,
        )

    @property
    def place(self) -> str:
        return f"{self.day}#{self.team}#{self.channel}"

    def amounts(self) -> dict[str, int]:
        """What the call adds to the counters of its place."""
        return {
            "calls": 1,
            "handled_ms": self.handled_ms,
            f"outcome_{self.outcome}": 1,
            f"band_{self.band}": 1,
            minutes_class(self.handled_ms): 1,
        }


def minutes_class(handled_ms: int) -> str:
    """The attribute that counts calls of this length: `under_5` holds two to five minutes, `over_20` the longest."""
    for upper in MINUTES:
        if handled_ms < upper * 60_000:
            return f"under_{upper}"
    return f"over_{MINUTES[-1]}"


def difference(before: Counted | None, now: Counted) -> dict[str, dict[str, int]]:
    """What to add at each place for the call to count as it is now instead of as it was."""
    places: dict[str, Counter[str]] = {now.place: Counter(now.amounts())}
    if before is not None:
        places.setdefault(before.place, Counter()).subtract(before.amounts())
    changed = {place: {name: step for name, step in added.items() if step} for place, added in places.items()}
    return {place: added for place, added in changed.items() if added}


class CallCounts(Protocol):
    """What `CallCountStore` does."""

    def count(self, contact_id: str, counted: Counted) -> None: ...


def count_events(counts: CallCounts, events: Iterable[tuple[str, CallEvent]]) -> list[str]:
    """Count the calls that events tell of; returns the sequence numbers of those to be delivered again."""
    latest: dict[str, tuple[str, Counted]] = {}
    for number, event in events:
        counted = Counted.of(event.call, event.seq) if event.call is not None else None
        if counted is not None:
            latest[event.contact_id] = number, counted
    failed = []
    for contact_id, (number, counted) in latest.items():
        try:
            counts.count(contact_id, counted)
        except RapportError:
            failed.append(number)
    return failed
