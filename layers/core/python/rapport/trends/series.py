"""Series of hourly counts: which series an event counts in, and consecutive hours cut into days.

A series is named by a key: `all` events, `calls` that ended, `team:<team>` (its ended calls), `event:<name>`, and
`user:<id>` (everything of one customer). Hours are counted from the epoch in UTC; days are those of the bank's offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rapport.realtime.event import Event

HOUR_MS, DAY_HOURS, WEEK_HOURS = 3_600_000, 24, 168
ALL, CALLS, TEAM, EVENT, USER = "all", "calls", "team:", "event:", "user:"
CALL_ENDED = "call.ended"
_EPOCH_MONDAY = 3  # 1 January 1970 was a Thursday.
_TEAM = re.compile(r"[A-Za-z0-9_.-]{1,58}")


def keys_of(event: Event) -> Iterator[str]:
    """The series that an event counts in. Only its user and a call's team are taken from what others wrote."""
    yield ALL
    yield EVENT + event.name
    if event.user_id:
        yield USER + event.user_id
    if event.name == CALL_ENDED:
        yield CALLS
        team = event.text("team")
        if team and _TEAM.fullmatch(team):
            yield TEAM + team


def series_key(user_id: str) -> str:
    """The key that a path names: the reserved ids and prefixes as they are, everything else is a customer."""
    reserved = user_id in (ALL, CALLS) or user_id.startswith((TEAM, EVENT, USER))
    return user_id if reserved else USER + user_id


def hour_of(at_ms: int) -> int:
    """Hours since the epoch."""
    return at_ms // HOUR_MS


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bank is: hours that its clocks are ahead of UTC, the whole year."""

    offset_h: int = 0

    def hour_of_day(self, hour: int) -> int:
        return (hour + self.offset_h) % DAY_HOURS

    def weekday(self, hour: int) -> int:
        """0 for Monday."""
        return ((hour + self.offset_h) // DAY_HOURS + _EPOCH_MONDAY) % 7

    def hour_of_week(self, hour: int) -> int:
        """0 for the first hour of Monday."""
        return self.weekday(hour) * DAY_HOURS + self.hour_of_day(hour)

    def day(self, hour: int) -> date:
        return (datetime.fromtimestamp(hour * 3600, UTC) + timedelta(hours=self.offset_h)).date()


@dataclass(frozen=True, slots=True)
class Hours:
    """Counts of consecutive hours from `start` on."""

    start: int
    counts: tuple[float, ...]

    @classmethod
    def of(cls, counted: Mapping[int, float], *, end: int, since: int = 0) -> Hours:
        """From the first hour that has a count (not before `since`) to `end`, which is not part of it."""
        known = [hour for hour, count in counted.items() if since <= hour < end and count > 0]
        start = min(known, default=end)
        return cls(start, tuple(float(counted.get(hour, 0)) for hour in range(start, end)))

    @property
    def end(self) -> int:
        """The first hour after the last."""
        return self.start + len(self.counts)

    def __iter__(self) -> Iterator[tuple[int, float]]:
        """Hour and count, oldest first."""
        return iter(enumerate(self.counts, self.start))

    def at(self, hour: int) -> float | None:
        """The count of an hour, None outside."""
        return self.counts[hour - self.start] if self.start <= hour < self.end else None

    def last(self, hours: int) -> Hours:
        """The newest so many hours."""
        kept = self.counts[-hours:] if hours else ()
        return Hours(self.end - len(kept), kept)

    def days(self, place: Place) -> list[tuple[date, float]]:
        """Totals of the whole days."""
        found: dict[date, list[float]] = {}
        for hour, count in self:
            found.setdefault(place.day(hour), []).append(count)
        return [(day, sum(counts)) for day, counts in sorted(found.items()) if len(counts) == DAY_HOURS]
