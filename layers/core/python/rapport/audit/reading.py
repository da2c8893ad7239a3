"""Reading the audit trail: filtered, with the names of those who are still known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rapport.audit.model import Action, Entry

# A filter may leave little of what a query reads: so many reads a page at most.
MOST_READS = 20


@dataclass(frozen=True, kw_only=True)
class Filter:
    """None leaves a condition out; `username` is who did it or to whom it was done."""

    action: Action | None = None
    username: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Entries newest first, and the names behind their pseudonyms."""

    entries: list[Entry]
    names: dict[str, str]
    next_cursor: str | None


class Pages(Protocol):
    """Lists of entries."""

    def page(self, day: str, *, limit: int, cursor: str | None) -> tuple[list[Entry], str | None]: ...

    def names(self, pseudonyms: set[str]) -> dict[str, str]: ...

    def pseudonym(self, username: str, *, make: bool) -> str | None: ...


class TrailReader:
    """What an administrator sees of the trail."""

    def __init__(self, store: Pages) -> None:
        self._store = store

    def page(self, day: str, wanted: Filter, *, limit: int, cursor: str | None) -> Page:
        """Entries of a day that a filter lets pass. A page may be short although a cursor follows."""
        who = self._store.pseudonym(wanted.username, make=False) if wanted.username else None
        if wanted.username and who is None:
            return Page(entries=[], names={}, next_cursor=None)
        found: list[Entry] = []
        filtered = wanted.action is not None or who is not None
        for _ in range(MOST_READS if filtered else 1):
            entries, cursor = self._store.page(day, limit=limit - len(found), cursor=cursor)
            found += [
                entry
                for entry in entries
                if wanted.action in {None, entry.action} and (who is None or who in {entry.actor, entry.person})
            ]
            if cursor is None or len(found) >= limit:
                break
        named = {each for entry in found for each in (entry.actor, entry.person) if each}
        return Page(entries=found, names=self._store.names(named) if named else {}, next_cursor=cursor)
