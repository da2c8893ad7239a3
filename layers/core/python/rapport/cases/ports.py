"""What cases need of the world outside."""

from __future__ import annotations

from typing import Protocol

from rapport.cases.model import Case, CaseEvent
from rapport.customers.model import Transaction
from rapport.scoring.model import FraudAnswer


class CaseStore(Protocol):
    """Keeps cases. `append` raises `ContendedError` when somebody else was first."""

    def load(self, case_id: str) -> Case | None: ...

    def events(self, case_id: str) -> list[CaseEvent]: ...

    def append(self, before: Case | None, after: Case, event: CaseEvent) -> None: ...


class Staff(Protocol):
    """Who may work on cases."""

    def names(self) -> frozenset[str]: ...


class FraudScores(Protocol):
    """What `Scoring` answers about a payment."""

    def fraud(self, payment: Transaction) -> FraudAnswer: ...
