"""The vocabulary of cases. Times are epoch milliseconds, money is in the account's currency. All models are frozen.

A case is what its events make of it (`workflow.fold`); what is stored beside them is a copy for reading.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rapport.calls.model import Band
from rapport.customers.model import Transaction
from rapport.registry.model import PrincipalReason
from rapport.runtime.chain import Integrity, Link

SYSTEM = "system"
Probability = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseKind(StrEnum):
    """Why somebody looks: the fraud model found a payment suspicious."""

    FRAUD = "fraud"


class CaseSubjectKind(StrEnum):
    TRANSACTION = "transaction"


class CaseState(StrEnum):
    """Waiting for somebody, being worked on, waiting for a second person, decided."""

    OPEN = "open"
    ASSIGNED = "assigned"
    AWAITING_SECOND = "awaiting_second"
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    FRAUD = "fraud"
    LEGITIMATE = "legitimate"
    INCONCLUSIVE = "inconclusive"


class DecisionCode(StrEnum):
    """Why it was decided so."""

    CUSTOMER_CONFIRMED = "customer_confirmed"
    CUSTOMER_DENIED = "customer_denied"
    KNOWN_PATTERN = "known_pattern"
    USUAL_BEHAVIOUR = "usual_behaviour"
    STOLEN_CREDENTIALS = "stolen_credentials"
    NO_CONTACT = "no_contact"
    OTHER = "other"


class SecondReason(StrEnum):
    """Why a second person must agree: against the model, much money, or decided once before."""

    OVERRIDE = "override"
    AMOUNT = "amount"
    REOPENED = "reopened"


class CaseEventType(StrEnum):
    OPENED = "opened"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    DECIDED = "decided"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"


class CaseSubject(Model):
    """What a case is about, and which customer it concerns."""

    kind: CaseSubjectKind
    id: str
    customer_id: str


class CaseFinding(Model):
    """What a model said: the probability, and from which on it recommends to act."""

    model: str
    version: str
    prediction_id: str
    synthetic: bool
    probability: Probability
    threshold: Probability
    score: Annotated[int, Field(ge=0, le=100)]
    band: Band
    reasons: tuple[PrincipalReason, ...]

    @property
    def recommendation(self) -> CaseOutcome:
        return CaseOutcome.FRAUD if self.probability >= self.threshold else CaseOutcome.LEGITIMATE


class CaseOpening(Model):
    """What was known when a case was opened: never changed afterwards. `service_ms` is how long its work may take."""

    kind: CaseKind
    finding: CaseFinding
    transaction: Transaction
    service_ms: Annotated[int, Field(gt=0)]


class CaseEvent(Link):
    """Something that happened to a case. `state` is the case's state after it."""

    case_id: str
    type: CaseEventType
    at: int
    by: str
    subject: CaseSubject
    state: CaseState
    text: str = ""
    opening: CaseOpening | None = None
    assignee: str | None = None
    outcome: CaseOutcome | None = None
    reason_code: DecisionCode | None = None
    second: tuple[SecondReason, ...] = ()
    before: str
    hash: str


class CaseDecision(Model):
    """What the first person decided; `second` says why another one must agree, `confirmed_by` who did."""

    outcome: CaseOutcome
    reason_code: DecisionCode
    text: str
    by: str
    at: int
    second: tuple[SecondReason, ...] = ()
    confirmed_by: str | None = None
    confirmed_at: int | None = None


class Case(Model):
    """A case as it is now. `version` is the number of its events and the optimistic lock, `head` the last one's hash.

    `decision` is the pending or final one; `outcome` is set only while the case is closed. `decided_before` says that
    it was closed once and opened again.
    """

    case_id: str
    kind: CaseKind
    subject: CaseSubject
    state: CaseState
    version: int
    opened_at: int
    due_at: int
    opened_by: str
    finding: CaseFinding
    transaction: Transaction
    service_ms: int
    assignee: str | None = None
    decision: CaseDecision | None = None
    outcome: CaseOutcome | None = None
    closed_at: int | None = None
    decided_before: bool = False
    changed_at: int
    changed_by: str
    changed_type: CaseEventType
    head: str

    @property
    def amount(self) -> float:
        """The amount at stake."""
        return abs(self.transaction.amount)


class CaseVerification(Integrity):
    """Whether the record is whole; else the number of the first event that is not as it was written, and how."""
