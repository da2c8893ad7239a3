"""Cases as the API shows them."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from rapport.calls.model import Band
from rapport.cases.model import (
    Case,
    CaseEvent,
    CaseKind,
    CaseOutcome,
    CaseState,
    CaseSubject,
    CaseVerification,
    SecondReason,
)
from rapport.cases.similar import SimilarPayment
from rapport.customers.view import CustomerView


class CaseSummary(BaseModel):
    """A line of the inbox. `amount` is what is at stake, in `currency`."""

    case_id: str
    kind: CaseKind
    subject: CaseSubject
    state: CaseState
    version: int
    opened_at: int
    due_at: int
    score: int
    band: Band
    recommendation: CaseOutcome
    amount: float
    currency: str
    merchant: str
    assignee: str | None
    outcome: CaseOutcome | None

    @classmethod
    def of(cls, case: Case) -> Self:
        return cls(
            **{name: getattr(case, name) for name in cls.model_fields if name in type(case).model_fields},
            score=case.finding.score,
            band=case.finding.band,
            recommendation=case.finding.recommendation,
            amount=case.amount,
            currency=case.transaction.currency,
            merchant=case.transaction.merchant,
        )


class CaseCounts(BaseModel):
    """How many cases of the kind are in each state, whatever else is asked for."""

    open: int
    assigned: int
    awaiting_second: int
    closed: int


class CasePage(BaseModel):
    """A page of cases, the soonest due first (of closed ones the last). It may be short although a cursor follows."""

    items: list[CaseSummary]
    counts: CaseCounts
    next_cursor: str | None


class CaseDetail(BaseModel):
    """Everything about a case on one page.

    `events` is the whole record, oldest first, and `verification` whether it is as it was written. `second_for` says
    for each outcome why a second person would have to agree; empty lists for those that one person decides.
    `customer` is None when the record is gone; `similar` are other payments of the last 90 days.
    """

    case: Case
    recommendation: CaseOutcome
    customer: CustomerView | None
    similar: list[SimilarPayment]
    events: list[CaseEvent]
    verification: CaseVerification
    second_for: dict[CaseOutcome, list[SecondReason]]
