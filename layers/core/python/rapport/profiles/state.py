"""A user's profile as it is kept: a fold of the user's events, the same in whatever order they come.

| part | bytes at most | error |
|---|---|---|
| header: times, counts, sentiment | 90 | none |
| events seen in the last two days | 24,576 (12 each) | see `Window` |
| events by name, the 32 names of least digest | 1,760 | none; the other names count together |
| the 32 latest events | 2,500 | none |
| hours of the week | 672 | none |
| gaps between visits, durations of calls, amounts of payments | 816 each | 5 % of a quantile |
| devices, countries, numbers | 768 each | none up to 64, then 12.7 % |
| messages and calls by channel | 64 | none |
| calls, payments and failed logins, decayed | 40 each | 1e-9 |

34.3 KB at most, for a user with 2,048 events in two days; about 1 KB for one with a few a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from zlib import crc32

from rapport.profiles.sketches import Counts, Decayed, Distinct, Quantiles, digest, hour_of_week
from rapport.profiles.window import Verdict, Window
from rapport.realtime.event import Event, EventKind

SCHEMA_VERSION = 1
# The user's own events that lie closer together are one visit.
VISIT_S = 1_800
CHANNELS = ("voice", "sms", "email", "push", "chat", "web", "video", "other")
NAMES, RECENT = 32, 32
CALL_HALF_LIFE_H, FAILURE_HALF_LIFE_H = 30 * 24, 7 * 24
_HEAD = Struct("<BQQIIIIqI14H")
_KINDS = {kind: kind.value[:2] for kind in EventKind}
_KIND_OF = {short: kind for kind, short in _KINDS.items()}
_OURS = frozenset({"message.sent", "login.failed", "recommendation.made"})


def own(event: Event) -> bool:
    """Whether the user did it, rather than we or somebody who tried to be the user."""
    if event.name == "call.ended" and event.text("direction") == "outbound":
        return event.flag("answered") is True
    return event.kind is not EventKind.SYSTEM and event.name not in _OURS


class Recent:
    """One of the latest events."""

    __slots__ = ("at", "channel", "kind", "name")

    def __init__(self, line: str) -> None:
        self.at = int(line[:11], 16)
        self.kind = _KIND_OF[line[19:21]]
        self.name, _, self.channel = line[21:].partition("|")

    @staticmethod
    def line(event: Event) -> str:
        """Lines sort by time; events of one millisecond by their ids."""
        channel = _channel(event)
        tail = f"|{CHANNELS[channel]}" if channel is not None else ""
        return f"{event.at:011x}{crc32(event.event_id.encode()):08x}{_KINDS[event.kind]}{event.name}{tail}"


class ProfileState:
    """What is kept of a user; `add` events, then `to_bytes`."""

    def __init__(self, data: bytes = b"") -> None:
        if data:
            (
                _,
                self.first_at,
                self.last_at,
                self.events,
                self.other_names,
                horizon_s,
                self.closed_s,
                self.sentiment,
                self.sentiments,
                *sizes,
            ) = _HEAD.unpack_from(data)
        else:
            self.first_at = self.last_at = self.events = self.other_names = horizon_s = self.closed_s = 0
            self.sentiment = self.sentiments = 0
            sizes = [0] * 14
        part = _parts(data, sizes)
        self.window = Window(next(part), horizon_s)
        self.names = _names_of(next(part))
        self.recent = next(part).decode().split("\n") if sizes[2] else []
        next_counts = (Counts.from_bytes(next(part)) for _ in range(5))
        self.hours, gaps, durations, amounts, self.channels = next_counts
        self.gaps, self.durations, self.amounts = Quantiles(gaps), Quantiles(durations), Quantiles(amounts)
        self.devices, self.countries, self.numbers = (Distinct.from_bytes(next(part)) for _ in range(3))
        self.calls = Decayed.from_bytes(CALL_HALF_LIFE_H, next(part))
        self.failures = Decayed.from_bytes(FAILURE_HALF_LIFE_H, next(part))
        self.payments = Decayed.from_bytes(CALL_HALF_LIFE_H, next(part))

    def add(self, event: Event) -> Verdict:
        """Fold one event, if it is neither known nor late."""
        at_s = event.at // 1000
        mine = own(event)
        verdict = self.window.judge(event.event_id, at_s, own=mine)
        if verdict is not Verdict.NEW:
            return verdict
        self.first_at = min(self.first_at, event.at) if self.events else event.at
        self.last_at = max(self.last_at, event.at)
        self.events += 1
        if mine:
            self.hours.add(hour_of_week(at_s))
        self._name(event.name)
        self.recent.append(Recent.line(event))
        if event.name in _FOLDS:
            _FOLDS[event.name](self, event, at_s)
        return verdict

    def _name(self, name: str) -> None:
        """Of all names the 32 of least digest are counted by themselves: so which ones does not depend on the order."""
        self.names[name] = self.names.get(name, 0) + 1
        if len(self.names) > NAMES:
            self.other_names += self.names.pop(max(self.names, key=digest))

    def _message(self, event: Event, at_s: int) -> None:
        del at_s
        channel = _channel(event)
        if channel is not None:
            self.channels.add(2 * channel + (event.name == "message.answered"))

    def _call(self, event: Event, at_s: int) -> None:
        self.calls.add(at_s)
        if event.caller:
            self.numbers.add(event.caller, at_s)
        duration, sentiment = event.figure("duration_s"), event.figure("sentiment")
        if duration is not None and duration > 0:
            self.durations.add(duration)
        if sentiment is not None:
            self.sentiment += round(max(-1.0, min(1.0, sentiment)) * 1_000_000)
            self.sentiments += 1
        channel = _channel(event) or 0
        if event.text("direction") == "outbound":
            self.channels.add(2 * channel)
            if event.flag("answered"):
                self.channels.add(2 * channel + 1)

    def _login(self, event: Event, at_s: int) -> None:
        """Only what a login succeeded from becomes known."""
        device, country = event.text("device"), event.text("address_country")
        if device:
            self.devices.add(device, at_s)
        if country:
            self.countries.add(country, at_s)

    def _failed_login(self, event: Event, at_s: int) -> None:
        del event
        self.failures.add(at_s)

    def _payment(self, event: Event, at_s: int) -> None:
        self.payments.add(at_s)
        amount = event.figure("amount")
        if amount is not None and amount > 0:
            self.amounts.add(amount)

    def close(self) -> None:
        """After a batch: the gaps of what leaves the window are final."""
        for at_s, mine in self.window.close():
            if mine:
                self.closed_s = _visit(self.gaps, self.closed_s, at_s)
        self.recent.sort()
        del self.recent[:-RECENT]

    def all_gaps(self) -> Quantiles:
        """Hours between visits, those within the window too."""
        gaps, before = Quantiles(Counts(self.gaps.bins)), self.closed_s
        for at_s, mine in self.window.open():
            if mine:
                before = _visit(gaps, before, at_s)
        return gaps

    def latest(self) -> list[Recent]:
        """The latest events, newest first."""
        return [Recent(line) for line in reversed(self.recent)]

    def to_bytes(self) -> bytes:
        parts = (
            self.window.to_bytes(),
            "\n".join(f"{name} {self.names[name]}" for name in sorted(self.names)).encode(),
            "\n".join(self.recent).encode(),
            self.hours.to_bytes(),
            self.gaps.to_bytes(),
            self.durations.to_bytes(),
            self.amounts.to_bytes(),
            self.channels.to_bytes(),
            self.devices.to_bytes(),
            self.countries.to_bytes(),
            self.numbers.to_bytes(),
            self.calls.to_bytes(),
            self.failures.to_bytes(),
            self.payments.to_bytes(),
        )
        head = _HEAD.pack(
            SCHEMA_VERSION,
            self.first_at,
            self.last_at,
            self.events,
            self.other_names,
            self.window.horizon_s,
            self.closed_s,
            self.sentiment,
            self.sentiments,
            *map(len, parts),
        )
        return head + b"".join(parts)


_FOLDS = {
    "call.ended": ProfileState._call,
    "message.sent": ProfileState._message,
    "message.answered": ProfileState._message,
    "login.succeeded": ProfileState._login,
    "login.failed": ProfileState._failed_login,
    "payment.made": ProfileState._payment,
}


def last_at_of(data: bytes) -> int:
    """When the last event of a stored profile was, epoch milliseconds."""
    return int(_HEAD.unpack_from(data)[2])


def _visit(gaps: Quantiles, before_s: int, at_s: int) -> int:
    """Count the gap before an own event where it begins a visit; returns the event's time."""
    if before_s and at_s - before_s >= VISIT_S:
        gaps.add((at_s - before_s) / 3600)
    return at_s


def _channel(event: Event) -> int | None:
    """The number of the channel in `CHANNELS`, None where the event names none."""
    name = event.text("channel")
    if name is None:
        return None
    name = name.lower()
    return CHANNELS.index(name) if name in CHANNELS else len(CHANNELS) - 1


def _parts(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    position = _HEAD.size
    for size in sizes:
        yield data[position : position + size]
        position += size


def _names_of(data: bytes) -> dict[str, int]:
    pairs = (line.split(" ") for line in data.decode().split("\n")) if data else ()
    return {name: int(times) for name, times in pairs}
