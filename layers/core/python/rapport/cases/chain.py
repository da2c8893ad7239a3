"""The chain of a case's events: each carries the hash of the one before, so that a change shows.

Whoever can rewrite the whole table can also rewrite the whole chain: that is why each new head is logged when it is
written (docs/cases.md), out of the table's reach.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from rapport.cases.model import Case, CaseEvent, CaseVerification
from rapport.cases.workflow import fold

GENESIS = "0" * 64


def digest(event: CaseEvent) -> str:
    """SHA-256 of everything in an event but its own hash, as canonical JSON."""
    content = event.model_dump(mode="json", exclude={"hash"})
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(event: CaseEvent) -> CaseEvent:
    """The event with its hash."""
    return event.model_copy(update={"hash": digest(event)})


def verify(case: Case, events: Sequence[CaseEvent]) -> CaseVerification:
    """Whether every event is as it was written, none is missing, and the case is what they make of it."""
    before = GENESIS
    for number, event in enumerate(events, 1):
        problem = _wrong(case, event, number, before)
        if problem:
            return CaseVerification(intact=False, events=len(events), broken_at=number, problem=problem)
        before = event.hash
    if case.version != len(events):
        said = f"the case counts {case.version} events, {len(events)} are there"
        return CaseVerification(intact=False, events=len(events), broken_at=len(events) + 1, problem=said)
    if fold(events) != case:
        said = "the case is not what its events make of it"
        return CaseVerification(intact=False, events=len(events), broken_at=len(events), problem=said)
    return CaseVerification(intact=True, events=len(events))


def _wrong(case: Case, event: CaseEvent, number: int, before: str) -> str | None:
    if event.case_id != case.case_id:
        return "the event belongs to another case"
    if event.seq != number:
        return f"event {number} is missing"
    if event.before != before:
        return "the event does not follow the one before it"
    if event.hash != digest(event):
        return "the event is not as it was written"
    return None
