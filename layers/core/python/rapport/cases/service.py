"""What people do with cases. Every change is one event, written with the case in one transaction."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from rapport.cases import workflow
from rapport.cases.chain import verify
from rapport.cases.model import (
    Case,
    CaseEvent,
    CaseOpening,
    CaseOutcome,
    CaseSubject,
    CaseVerification,
    DecisionCode,
    SecondReason,
)
from rapport.cases.ports import CaseStore, Staff
from rapport.cases.workflow import Change, FourEyes
from rapport.runtime.chain import GENESIS
from rapport.runtime.dynamodb import ContendedError
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

ATTEMPTS = 6
_NAMESPACE = uuid.UUID("6f1b7c86-3c1e-4f5e-9d5c-0f5a3f6a1d27")


def case_id_of(subject: CaseSubject, kind: str) -> str:
    """One case for one subject, however often it is found suspicious."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{subject.kind}:{subject.id}"))


class CaseService:
    """The cases context's service."""

    def __init__(
        self,
        *,
        store: CaseStore,
        staff: Staff,
        four_eyes: FourEyes,
        clock: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._staff = staff
        self._four_eyes = four_eyes
        self._clock = clock
        self._sleep = sleep

    def open(self, subject: CaseSubject, found: CaseOpening, by: str) -> tuple[Case, bool]:
        """The case of a subject, and whether it was opened just now: a second opening changes nothing."""
        case_id = case_id_of(subject, found.kind)
        for attempt in range(ATTEMPTS):
            known = self._store.load(case_id)
            if known is not None:
                return known, False
            event = self._event(None, case_id, subject, by, workflow.opening(subject, found))
            case = workflow.opened(event)
            try:
                self._store.append(None, case, event)
            except ContendedError:
                self._sleep(0.02 * 2**attempt)
            else:
                return case, True
        raise ConflictError("the case is being written by others; try again")

    def get(self, case_id: str) -> Case:
        """A case; `NotFoundError` when there is none."""
        found = self._store.load(case_id)
        if found is None:
            raise NotFoundError("there is no such case")
        return found

    def record(self, case: Case) -> tuple[list[CaseEvent], CaseVerification]:
        """The events of a case, oldest first, and whether they are whole."""
        events = self._store.events(case.case_id)
        return events, verify(case, events)

    def second_for(self, case: Case) -> dict[CaseOutcome, tuple[SecondReason, ...]]:
        """Why a second person would have to agree to each outcome."""
        return {outcome: self._four_eyes.needed(case, outcome) for outcome in CaseOutcome}

    def assign(self, case_id: str, assignee: str | None, *, by: str, version: int | None) -> Case:
        """Give a case to somebody who works on cases, or to nobody."""
        if assignee not in {None, by} and assignee not in self._staff.names():
            raise InvalidInputError("there is no such analyst or supervisor", field="assignee")
        return self._change(case_id, by, version, lambda case: workflow.assigning(case, assignee))

    def comment(self, case_id: str, text: str, *, by: str) -> Case:
        """Add a comment, whatever else happens to the case meanwhile."""
        return self._change(case_id, by, None, lambda case: workflow.commenting(case, text))

    def decide(
        self, case_id: str, outcome: CaseOutcome, code: DecisionCode, text: str, *, by: str, version: int | None
    ) -> Case:
        return self._change(
            case_id, by, version, lambda case: workflow.deciding(case, by, outcome, code, text, self._four_eyes)
        )

    def second(self, case_id: str, text: str, *, confirm: bool, by: str, version: int | None) -> Case:
        """Confirm what somebody else decided, or send it back."""
        return self._change(case_id, by, version, lambda case: workflow.seconding(case, by, confirm=confirm, text=text))

    def reopen(self, case_id: str, text: str, *, by: str, version: int | None) -> Case:
        return self._change(case_id, by, version, lambda case: workflow.reopening(case, text))

    def _change(self, case_id: str, by: str, version: int | None, make: Callable[[Case], Change]) -> Case:
        """Append one event. `version` is the case's when the caller looked; another one now is a conflict."""
        for attempt in range(ATTEMPTS):
            case = self.get(case_id)
            if version is not None and case.version != version:
                raise ConflictError(_changed(case), field="version")
            event = self._event(case, case_id, case.subject, by, make(case))
            after = workflow.apply(case, event)
            try:
                self._store.append(case, after, event)
            except ContendedError:
                # Somebody was first, here or at the counters: read again, which says who.
                self._sleep(0.02 * 2**attempt)
            else:
                return after
        raise ConflictError("the case is being written by others; try again")

    def _event(self, case: Case | None, case_id: str, subject: CaseSubject, by: str, change: Change) -> CaseEvent:
        """The next event of the chain. Time never runs backwards along it, whatever clocks say."""
        now = self._clock()
        content = {
            "case_id": case_id,
            "seq": case.version + 1 if case else 1,
            "at": max(now, case.changed_at) if case else now,
            "by": by,
            "subject": subject,
            "before": case.head if case else GENESIS,
            "hash": "",
        }
        return CaseEvent.model_validate(content | change).sealed()


def _changed(case: Case) -> str:
    at = datetime.fromtimestamp(case.changed_at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{case.changed_by} has changed this case meanwhile ({case.changed_type}, {at}): look again"
