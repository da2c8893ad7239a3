"""The chain of a case's events (`rapport.runtime.chain`), and what else is true of a whole record.

Whoever can rewrite the whole table can also rewrite the whole chain: that is why each new head is logged when it is
written (docs/cases.md), out of the table's reach.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapport.cases.model import Case, CaseEvent, CaseVerification
from rapport.cases.workflow import fold
from rapport.runtime import chain


def verify(case: Case, events: Sequence[CaseEvent]) -> CaseVerification:
    """Whether every event is as it was written, none is missing, and the case is what they make of it."""
    found = chain.verify(events)
    foreign = next((number for number, event in enumerate(events, 1) if event.case_id != case.case_id), None)
    if foreign is not None and (found.broken_at is None or foreign <= found.broken_at):
        return _broken(events, foreign, "the event belongs to another case")
    if not found.intact:
        return CaseVerification(**found.model_dump())
    if case.version != len(events):
        said = f"the case counts {case.version} events, {len(events)} are there"
        return _broken(events, len(events) + 1, said)
    if fold(events) != case:
        return _broken(events, len(events), "the case is not what its events make of it")
    return CaseVerification(intact=True, events=len(events))


def _broken(events: Sequence[CaseEvent], at: int, problem: str) -> CaseVerification:
    return CaseVerification(intact=False, events=len(events), broken_at=at, problem=problem)
