"""How a case moves: who may do what in which state, and what the events make of a case. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from rapport.cases.model import (
    Case,
    CaseDecision,
    CaseEvent,
    CaseEventType,
    CaseOpening,
    CaseOutcome,
    CaseState,
    CaseSubject,
    DecisionCode,
    SecondReason,
)
from rapport.runtime.errors import ConflictError, ForbiddenError, InvalidInputError

# What a second person, or an auditor in a year, needs to understand a decision against the model.
LEAST_REASON = 20


@dataclass(frozen=True)
class FourEyes:
    """From which amount on a second person must agree, by currency. A currency that is not named always needs one."""

    amounts: Mapping[str, float]

    def needed(self, case: Case, outcome: CaseOutcome) -> tuple[SecondReason, ...]:
        """Why a second person must agree to this outcome; empty when nobody must."""
        limit = self.amounts.get(case.transaction.currency)
        found = {
            SecondReason.OVERRIDE: outcome is not case.finding.recommendation,
            SecondReason.AMOUNT: limit is None or case.amount >= limit,
            SecondReason.REOPENED: case.decided_before,
        }
        return tuple(reason for reason, needed in found.items() if needed)


Change = dict[str, Any]


def opening(subject: CaseSubject, found: CaseOpening) -> Change:
    return {"type": CaseEventType.OPENED, "subject": subject, "state": CaseState.OPEN, "opening": found}


def assigning(case: Case, assignee: str | None) -> Change:
    """Give the case to somebody, or back to nobody. `ConflictError` once it is decided."""
    if case.state is CaseState.CLOSED:
        raise ConflictError("the case is closed: reopen it first")
    if case.state is CaseState.AWAITING_SECOND:
        raise ConflictError("the case waits for a second person, who confirms the decision or sends it back")
    if case.assignee == assignee:
        raise ConflictError(f"the case is {'with ' + assignee if assignee else 'with nobody'} already")
    state = CaseState.ASSIGNED if assignee else CaseState.OPEN
    return {"type": CaseEventType.ASSIGNED, "state": state, "assignee": assignee}


def commenting(case: Case, text: str) -> Change:
    return {"type": CaseEventType.COMMENTED, "state": case.state, "text": text}


def deciding(case: Case, by: str, outcome: CaseOutcome, code: DecisionCode, text: str, four_eyes: FourEyes) -> Change:
    """Decide. Where four eyes are needed the case then waits for the second pair, else it is closed.

    Raises `ConflictError` in any other state than open and assigned, or when the case is somebody else's, and
    `InvalidInputError` when the reason is too short for a decision that somebody must confirm.
    """
    if case.state is CaseState.CLOSED:
        raise ConflictError("the case is closed: reopen it first")
    if case.state is CaseState.AWAITING_SECOND:
        raise ConflictError("the case is decided and waits for a second person: send confirm true or false")
    if case.assignee not in {None, by}:
        raise ConflictError(f"the case is with {case.assignee}: assign it to yourself first")
    second = four_eyes.needed(case, outcome)
    if second and len(text) < LEAST_REASON:
        why = ", ".join(second)
        raise InvalidInputError(
            f"a decision that a second person must confirm ({why}) needs a reason of {LEAST_REASON} characters or more",
            field="text",
        )
    return {
        "type": CaseEventType.DECIDED,
        "state": CaseState.AWAITING_SECOND if second else CaseState.CLOSED,
        "outcome": outcome,
        "reason_code": code,
        "text": text,
        "second": second,
    }


def seconding(case: Case, by: str, *, confirm: bool, text: str) -> Change:
    """Confirm somebody else's decision, which closes the case, or send it back to them with a reason.

    Raises `ConflictError` when nothing waits, `ForbiddenError` for the person who decided.
    """
    if case.state is not CaseState.AWAITING_SECOND or case.decision is None:
        raise ConflictError("no decision of this case waits for a second person")
    if case.decision.by == by:
        raise ForbiddenError("four eyes: a second person must confirm what you decided")
    if confirm:
        outcome = case.decision.outcome
        return {"type": CaseEventType.CONFIRMED, "state": CaseState.CLOSED, "outcome": outcome, "text": text}
    if not text:
        raise InvalidInputError("say why it goes back", field="text")
    return {"type": CaseEventType.SENT_BACK, "state": CaseState.ASSIGNED, "text": text}


def reopening(case: Case, text: str) -> Change:
    """Look at a closed case again; whatever is decided then needs a second person."""
    if case.state is not CaseState.CLOSED:
        raise ConflictError("only a closed case can be reopened")
    return {"type": CaseEventType.REOPENED, "state": CaseState.OPEN, "text": text}


def fold(events: Sequence[CaseEvent]) -> Case:
    """The case that these events make, of which the first opened it."""
    return reduce(apply, events[1:], opened(events[0]))


def opened(event: CaseEvent) -> Case:
    """The case after its first event. ValueError when that did not open it."""
    found = event.opening
    if event.type is not CaseEventType.OPENED or found is None:
        raise ValueError(f"the first event of case {event.case_id} did not open it")
    return Case(
        case_id=event.case_id,
        kind=found.kind,
        subject=event.subject,
        state=event.state,
        version=event.seq,
        opened_at=event.at,
        due_at=event.at + found.service_ms,
        opened_by=event.by,
        finding=found.finding,
        transaction=found.transaction,
        service_ms=found.service_ms,
        changed_at=event.at,
        changed_by=event.by,
        changed_type=event.type,
        head=event.hash,
    )


def apply(case: Case, event: CaseEvent) -> Case:
    """The case after one more event."""
    always = {
        "state": event.state,
        "version": event.seq,
        "changed_at": event.at,
        "changed_by": event.by,
        "changed_type": event.type,
        "head": event.hash,
    }
    return case.model_copy(update=always | _EFFECTS.get(event.type, _none)(case, event))


def _none(case: Case, event: CaseEvent) -> Change:
    del case, event
    return {}


def _assigned(case: Case, event: CaseEvent) -> Change:
    del case
    return {"assignee": event.assignee}


def _decided(case: Case, event: CaseEvent) -> Change:
    if event.outcome is None or event.reason_code is None:
        raise ValueError(f"event {event.seq} of case {event.case_id} decided nothing")
    decision = CaseDecision(
        outcome=event.outcome,
        reason_code=event.reason_code,
        text=event.text,
        by=event.by,
        at=event.at,
        second=event.second,
    )
    return {"assignee": event.by, "decision": decision, **_closed(case, event)}


def _confirmed(case: Case, event: CaseEvent) -> Change:
    assert case.decision is not None  # noqa: S101 - only a decided case waits for a second person
    decision = case.decision.model_copy(update={"confirmed_by": event.by, "confirmed_at": event.at})
    return {"decision": decision, **_closed(case, event)}


def _closed(case: Case, event: CaseEvent) -> Change:
    del case
    return {"outcome": event.outcome, "closed_at": event.at} if event.state is CaseState.CLOSED else {}


def _sent_back(case: Case, event: CaseEvent) -> Change:
    del case, event
    return {"decision": None}


def _reopened(case: Case, event: CaseEvent) -> Change:
    again = {"outcome": None, "closed_at": None, "decision": None, "assignee": None, "decided_before": True}
    return {**again, "due_at": event.at + case.service_ms}


_EFFECTS: dict[CaseEventType, Callable[[Case, CaseEvent], Change]] = {
    CaseEventType.ASSIGNED: _assigned,
    CaseEventType.DECIDED: _decided,
    CaseEventType.CONFIRMED: _confirmed,
    CaseEventType.SENT_BACK: _sent_back,
    CaseEventType.REOPENED: _reopened,
}
