"""Counts events by series, day and shard. Each shard has its own item, so that shards never wait for each other, and
the item keeps the highest sequence number that it holds: a record that is delivered again counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapport.realtime.delivery import Delivered
from rapport.realtime.event import Event
from rapport.realtime.processor import Folded
from rapport.runtime.clock import DAY_MS
from rapport.trends.series import DAY_HOURS, HOUR_MS, keys_of

PROCESSOR = "trends_counter"
# As old as an event may be when it is accepted, and the day that it may wait in the stream.
LATEST_MS = 31 * DAY_MS


@dataclass(frozen=True, slots=True)
class Place:
    """One item: a series on one UTC day (days since the epoch), from one shard."""

    series: str
    day: int
    shard: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of the day's 24 hours up to sequence number `high`; `before` is the number that the item holds, None
    where there is no item.
    """

    counts: tuple[int, ...]
    high: int
    before: int | None = None


def places_of(event: Event, shard: str) -> Iterator[Place]:
    """The items that an event counts in."""
    for series in keys_of(event):
        yield Place(series, event.at // DAY_MS, shard)


def fold(place: Place, tally: Tally | None, events: Sequence[Delivered]) -> Folded[Tally]:
    """Add what is above the high-water mark; a shard delivers in order, so everything below was counted."""
    del place
    high = tally.high if tally else -1
    counts = list(tally.counts) if tally else [0] * DAY_HOURS
    late: list[Delivered] = []
    duplicates = fresh = 0
    for each in sorted(events, key=lambda one: one.sequence):
        if each.sequence <= high:
            duplicates += 1
        elif each.delivery.record.arrival_ms - each.event.at > LATEST_MS:
            late.append(each)
        else:
            counts[each.event.at % DAY_MS // HOUR_MS] += 1
            high = each.sequence
            fresh += 1
    changed = Tally(tuple(counts), high, tally.high if tally else None) if fresh else None
    return Folded(changed, duplicates, late)
