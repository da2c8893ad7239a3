"""An append-only record in which each entry carries the hash of the one before, so that a change shows.

Whoever can rewrite a whole table can also rewrite a whole chain: the head of a chain is therefore logged whenever
it moves, out of the table's reach.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

GENESIS = "0" * 64


class Integrity(BaseModel):
    """Whether a record is whole; else the number of the first entry that is not as it was written, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intact: bool
    events: int
    broken_at: int | None = None
    problem: str | None = None


class Link(BaseModel):
    """An entry of a chain: number `seq` (the first is 1), the hash of the entry before, its own hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seq: int = Field(ge=1)
    before: str = GENESIS
    hash: str = ""

    def digest(self) -> str:
        """SHA-256 of everything in the entry but its own hash, as canonical JSON."""
        content = self.model_dump(mode="json", exclude={"hash"})
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def sealed(self) -> Self:
        """The entry with its hash."""
        return self.model_copy(update={"hash": self.digest()})


def verify(entries: Sequence[Link]) -> Integrity:
    """Whether the entries are a whole chain from its beginning."""
    before = GENESIS
    for number, entry in enumerate(entries, 1):
        problem = None
        if entry.seq != number:
            problem = f"event {number} is missing"
        elif entry.before != before:
            problem = "the event does not follow the one before it"
        elif entry.hash != entry.digest():
            problem = "the event is not as it was written"
        if problem:
            return Integrity(intact=False, events=len(entries), broken_at=number, problem=problem)
        before = entry.hash
    return Integrity(intact=True, events=len(entries))
