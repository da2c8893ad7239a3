"""Which events of the last two days a profile has seen: what makes delivering them again harmless."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from hashlib import blake2b
from typing import NamedTuple

# The stream keeps a day and may be replayed; an event may come a day late.
WINDOW_S = 48 * 3600
MOST_EVENTS = 2_048
ENTRY = 12


class Verdict(Enum):
    NEW = "new"
    DUPLICATE = "duplicate"
    LATE = "late"


class Closed(NamedTuple):
    """An event that left the window: epoch seconds, and whether the user did it."""

    at_s: int
    own: bool


class Window:
    """Entries of 12 bytes in the order of time: epoch seconds, 56 bits of the event's id, whether the user did it.

    `horizon_s`: what happened before is late. It is two days before the newest event, or where the 2,048 newest
    events begin, whichever is later. At most 24,576 bytes. Two ids of one profile are taken for one with probability
    2**-45 an event at the most.
    """

    __slots__ = ("_added", "_entries", "_known", "horizon_s")

    def __init__(self, entries: bytes = b"", horizon_s: int = 0) -> None:
        self._entries = entries
        self._added: list[bytes] = []
        self._known: set[bytes] = set()
        self.horizon_s = horizon_s

    def judge(self, event_id: str, at_s: int, *, own: bool) -> Verdict:
        """Whether an event is new; then it is remembered."""
        mark = blake2b(event_id.encode(), digest_size=7).digest()
        if mark in self._known or mark in self._entries:
            return Verdict.DUPLICATE
        if at_s < self.horizon_s:
            return Verdict.LATE
        self._known.add(mark)
        self._added.append(at_s.to_bytes(4, "big") + mark + (b"\1" if own else b"\0"))
        return Verdict.NEW

    def close(self) -> Iterator[Closed]:
        """Move the horizon after a batch; yields what leaves the window, oldest first."""
        if self._added:
            self._added.sort()
            if self._added[0] < self._entries[-ENTRY:]:
                self._added = sorted([*_split(self._entries), *self._added])
                self._entries = b""
            self._entries += b"".join(self._added)
            self._added, self._known = [], set()
        entries = self._entries
        if not entries:
            return
        newest_s = int.from_bytes(entries[-ENTRY : 4 - ENTRY], "big")
        self.horizon_s = max(self.horizon_s, newest_s - WINDOW_S)
        surplus = len(entries) // ENTRY - MOST_EVENTS
        if surplus > 0:
            last = (surplus - 1) * ENTRY
            self.horizon_s = max(self.horizon_s, int.from_bytes(entries[last : last + 4], "big") + 1)
        gone = 0
        while gone < len(entries) and int.from_bytes(entries[gone : gone + 4], "big") < self.horizon_s:
            yield _closed(entries, gone)
            gone += ENTRY
        self._entries = entries[gone:]

    def open(self) -> Iterator[Closed]:
        """What is in the window, oldest first."""
        return (_closed(self._entries, position) for position in range(0, len(self._entries), ENTRY))

    def to_bytes(self) -> bytes:
        return self._entries


def _split(entries: bytes) -> list[bytes]:
    return [entries[position : position + ENTRY] for position in range(0, len(entries), ENTRY)]


def _closed(entries: bytes, position: int) -> Closed:
    return Closed(int.from_bytes(entries[position : position + 4], "big"), bool(entries[position + ENTRY - 1]))
