"""Cases, the findings they start from, and a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import mock_aws
from rapport.calls.model import Band
from rapport.cases.model import Case, CaseEvent, CaseFinding, CaseKind, CaseOpening, CaseSubject, CaseSubjectKind
from rapport.cases.service import CaseService
from rapport.cases.workflow import FourEyes
from rapport.customers.model import Transaction
from rapport.registry.model import PrincipalReason
from rapport.runtime.dynamodb import ContendedError

from infra.stacks.data import CASE_INDEXES
from tests.builders.customers import transaction
from tests.builders.dynamodb import aws_client, create_table

NOON = 1_790_000_000_000
HOUR = 3_600_000
LIMIT = 2_000.0
ANN, BOB, EVE = "ann.lee", "bob.ray", "eve.fox"
WHY = "spoke to the customer, who knows the shop"


def finding(probability: float = 0.6, **changed: Any) -> CaseFinding:
    """What the fraud model said; it recommends from 0.2 on."""
    given: dict[str, Any] = {
        "model": "fraud",
        "version": "1.0.0",
        "prediction_id": "p1",
        "synthetic": True,
        "probability": probability,
        "threshold": 0.2,
        "score": round(100 * probability),
        "band": Band.MEDIUM,
        "reasons": (PrincipalReason(code="tx_new_merchant", en="New", ja="新規", direction="raises", log_odds=1.2),),
    }
    return CaseFinding.model_validate(given | changed)


def payment(transaction_id: str = "T1", **fields: Any) -> Transaction:
    return transaction(transaction_id, **{"at": NOON - HOUR, "amount": 480.0, **fields})


def opening(found: CaseFinding | None = None, **payment_fields: Any) -> CaseOpening:
    return CaseOpening(
        kind=CaseKind.FRAUD, finding=found or finding(), transaction=payment(**payment_fields), service_ms=24 * HOUR
    )


def subject(transaction_id: str = "T1") -> CaseSubject:
    return CaseSubject(kind=CaseSubjectKind.TRANSACTION, id=transaction_id, customer_id="C1")


class MemoryCases:
    """Implements `CaseStore` in memory."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.kept: dict[str, list[CaseEvent]] = {}

    def load(self, case_id: str) -> Case | None:
        return self.cases.get(case_id)

    def events(self, case_id: str) -> list[CaseEvent]:
        return list(self.kept.get(case_id, []))

    def append(self, before: Case | None, after: Case, event: CaseEvent) -> None:
        if self.cases.get(after.case_id) != before:
            raise ContendedError
        self.cases[after.case_id] = after
        self.kept.setdefault(after.case_id, []).append(event)


class Office:
    """A service of cases with three people and a clock that can be set."""

    def __init__(self, store: Any = None) -> None:
        self.now = NOON
        self.store = store or MemoryCases()
        self.cases = CaseService(
            store=self.store,
            staff=self,
            four_eyes=FourEyes({"USD": LIMIT}),
            clock=lambda: self.now,
            sleep=lambda _: None,
        )

    def names(self) -> frozenset[str]:
        return frozenset({ANN, BOB, EVE})

    def opened(self, probability: float = 0.6, transaction_id: str = "T1", **payment_fields: Any) -> Case:
        found = opening(finding(probability), transaction_id=transaction_id, **payment_fields)
        return self.cases.open(subject(transaction_id), found, "system")[0]


TABLE = "cases"


@contextmanager
def cases_table() -> Iterator[Any]:
    """A DynamoDB client with an empty cases table."""
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, TABLE, CASE_INDEXES)
        yield client
