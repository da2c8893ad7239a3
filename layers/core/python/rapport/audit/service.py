"""Writing the audit trail, one chain a day; the first entry of a day carries the end of the day before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from rapport.audit.model import Action, Entry
from rapport.runtime.chain import GENESIS, Integrity, verify
from rapport.runtime.clock import day_of
from rapport.runtime.errors import ConflictError
from rapport.runtime.observability import logger

MOST_ATTEMPTS = 20


class ContendedTrailError(Exception):
    """Somebody else wrote the entry of this number. Read the head and try again."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry there is."""

    day: str
    seq: int
    hash: str


class TrailStore(Protocol):
    """Keeps entries, the head, and what pseudonyms mean."""

    def head(self) -> Head | None: ...

    def append(self, entry: Entry, before: Head | None, after: Head) -> None:
        """Write an entry and move the head, on condition of the head before. `ContendedTrailError`."""
        ...

    def entries(self, day: str) -> list[Entry]: ...

    def pseudonym(self, username: str, *, make: bool) -> str | None:
        """What a user is called in the trail; made when there is none and `make` says so."""
        ...

    def forget(self, username: str) -> None:
        """Delete what a pseudonym means."""
        ...


class Recorder(Protocol):
    """What other contexts see of the trail."""

    def record(
        self,
        action: Action,
        *,
        actor: str | None,
        person: str | None = None,
        subject: str | None = None,
        address: str | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None: ...


class Trail:
    """Implements `Recorder`. What cannot be recorded does not happen: errors of the store pass."""

    def __init__(
        self, store: TrailStore, now: Callable[[], int], shorten: Callable[[str], str], sleep: Callable[[float], None]
    ) -> None:
        self._store = store
        self._now = now
        self._shorten = shorten
        self._sleep = sleep

    def record(
        self,
        action: Action,
        *,
        actor: str | None,
        person: str | None = None,
        subject: str | None = None,
        address: str | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Append an entry. An actor gets a pseudonym; a person who is not known stays unknown."""
        who = self._store.pseudonym(actor, make=True) if actor else None
        whom = None
        if person is not None:
            whom = who if person == actor else self._store.pseudonym(person, make=False)
        for attempt in range(MOST_ATTEMPTS):
            at = self._now()
            head = self._opened(at)
            entry = Entry(
                seq=head.seq + 1,
                before=head.hash,
                at=at,
                action=action,
                actor=who,
                person=whom,
                subject=subject,
                address=self._shorten(address) if address else None,
                data=dict(data or {}),
            ).sealed()
            try:
                self._write(entry, head, head.day)
            except ContendedTrailError:
                self._sleep(0.005 * (attempt + 1))
                continue
            return
        raise ConflictError("too much is recorded at once; try again")

    def _opened(self, at: int) -> Head:
        """The head, in today's chain. A clock that runs behind goes on in the chain there is."""
        head = self._store.head()
        day = day_of(at)
        if head is not None and head.day >= day:
            return head
        last = {"previous_day": head.day, "previous_hash": head.hash} if head else {}
        first = Entry(seq=1, before=GENESIS, at=at, action=Action.DAY_OPENED, data=last).sealed()
        try:
            return self._write(first, head, day)
        except ContendedTrailError:
            return self._opened(at)

    def _write(self, entry: Entry, before: Head | None, day: str) -> Head:
        after = Head(day, entry.seq, entry.hash)
        self._store.append(entry, before, after)
        # Out of the table's reach: see rapport.runtime.chain.
        logger.info("audit head", extra={"day": day, "seq": entry.seq, "head": entry.hash})
        return after

    def integrity(self, day: str) -> Integrity:
        """Whether a day's chain is whole, and follows the day that its first entry names."""
        entries = self._store.entries(day)
        found = verify(entries)
        if not found.intact:
            return found
        if not entries:
            return found
        head = self._store.head()
        if head is not None and head.day == day and (head.seq, head.hash) != (entries[-1].seq, entries[-1].hash):
            return Integrity(
                intact=False, events=len(entries), broken_at=len(entries) + 1, problem="the last entries are missing"
            )
        return self._follows(entries)

    def _follows(self, entries: list[Entry]) -> Integrity:
        named = entries[0].data
        before = self._store.entries(named["previous_day"]) if "previous_day" in named else []
        broken = "previous_day" in named and (not before or before[-1].hash != named["previous_hash"])
        if broken:
            problem = f"the end of {named['previous_day']} is not as it was"
            return Integrity(intact=False, events=len(entries), broken_at=1, problem=problem)
        return Integrity(intact=True, events=len(entries))
