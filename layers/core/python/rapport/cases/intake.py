"""How a payment becomes a case: by itself when the fraud model finds it suspicious, or because somebody asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rapport.calls.model import Band
from rapport.cases.model import SYSTEM, Case, CaseFinding, CaseKind, CaseOpening, CaseSubject, CaseSubjectKind
from rapport.cases.ports import FraudScores
from rapport.cases.service import CaseService
from rapport.customers.model import Transaction
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError, PoisonRecordError
from rapport.scoring.history import CustomerHistory
from rapport.scoring.model import FraudAnswer, FraudDecision

# A payment that is older was booked from a file of the past: nobody can stop it any more.
RECENT_DAYS = 3


@dataclass(frozen=True)
class Levels:
    """The band of a score, and how long work on a case of this band may take (ms)."""

    band: Callable[[int], Band]
    service_ms: Callable[[Band], int]


class Intake:
    """Opens cases for payments."""

    def __init__(
        self,
        *,
        scores: FraudScores,
        cases: CaseService,
        history: CustomerHistory,
        levels: Levels,
        clock: Callable[[], int],
    ) -> None:
        self._scores = scores
        self._cases = cases
        self._history = history
        self._levels = levels
        self._clock = clock

    def consider(self, payment: Transaction) -> Case | None:
        """Score a recent purchase; open its case from the operating threshold on.

        None for what opens no case: what is old or still to come, a refund, a customer who is gone, or below the
        threshold.
        """
        if payment.amount <= 0 or abs(self._clock() - payment.at) > RECENT_DAYS * DAY_MS:
            return None
        try:
            answer = self._scores.fraud(payment)
        except NotFoundError:
            return None
        if answer.decision is FraudDecision.ALLOW:
            return None
        return self._open(payment, answer, SYSTEM)[0]

    def consider_item(self, image: Mapping[str, Any]) -> Case | None:
        """The same of an item of the customers table as its stream brings it. `PoisonRecordError` for any other."""
        try:
            payment = Transaction.model_validate_json(image["json"]["S"])
        except (KeyError, TypeError, ValidationError) as error:
            raise PoisonRecordError(f"no transaction: {type(error).__name__}") from None
        try:
            return self.consider(payment)
        except InvalidInputError as error:
            raise PoisonRecordError(f"the model cannot take it: {error.detail}") from None

    def open_by_hand(self, customer_id: str, transaction_id: str, by: str) -> Case:
        """Open a case for a payment of the last 400 days, whatever its score. `ConflictError` when it has one."""
        known = self._history.known(customer_id, self._clock() + 1, fresh=True)
        payment = next((each for each in known.transactions if each.transaction_id == transaction_id), None)
        if payment is None:
            raise NotFoundError("the customer has no such transaction in the last 400 days")
        if payment.amount <= 0:
            raise InvalidInputError("a refund is no payment that could be fraud", field="transaction_id")
        case, new = self._open(payment, self._scores.fraud(payment), by)
        if not new:
            raise ConflictError(f"the transaction has case {case.case_id} already", field="transaction_id")
        return case

    def _open(self, payment: Transaction, answer: FraudAnswer, by: str) -> tuple[Case, bool]:
        score = answer.score
        band = self._levels.band(score.value)
        finding = CaseFinding(
            model=score.name,
            version=score.version,
            prediction_id=score.prediction_id,
            synthetic=score.synthetic,
            probability=score.probability,
            threshold=answer.threshold,
            score=score.value,
            band=band,
            reasons=score.reasons,
        )
        subject = CaseSubject(
            kind=CaseSubjectKind.TRANSACTION, id=payment.transaction_id, customer_id=payment.customer_id
        )
        found = CaseOpening(
            kind=CaseKind.FRAUD, finding=finding, transaction=payment, service_ms=self._levels.service_ms(band)
        )
        return self._cases.open(subject, found, by)


def image_bytes(record: Mapping[str, Any]) -> bytes:
    """The new image of a table stream's record, as the poison queue keeps it."""
    return json.dumps(record["dynamodb"].get("NewImage", {})).encode()
