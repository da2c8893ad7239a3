"""Which payments become cases, what their end teaches the model, and which others are like them."""

from __future__ import annotations

from typing import Any

import pytest
from rapport.calls.model import Band
from rapport.cases.intake import Intake, Levels
from rapport.cases.model import SYSTEM, CaseEventType, CaseOutcome, CaseState, DecisionCode
from rapport.cases.outcomes import OutcomeRecorder
from rapport.cases.similar import similar
from rapport.customers.model import Customer, Transaction
from rapport.inference.assignment import Arm
from rapport.inference.service import Bands
from rapport.registry.model import Answer, PrincipalReason
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError, PoisonRecordError
from rapport.scoring.history import CustomerHistory
from rapport.scoring.model import FraudAnswer, FraudDecision

from tests.builders.cases import ANN, BOB, HOUR, NOON, WHY, Office, payment
from tests.builders.customers import customer
from tests.builders.registry import MemoryRegistry, prediction

THRESHOLD = 0.2


class Bank:
    """A customer with payments, and a model that finds expensive ones suspicious."""

    def __init__(self, payments: list[Transaction]) -> None:
        self.payments = payments
        self.asked: list[str] = []

    def get(self, customer_id: str) -> Customer | None:
        return customer(customer_id) if customer_id == "C1" else None

    def page(self, customer_id: str, **_: Any) -> tuple[list[Transaction], None]:
        return [each for each in self.payments if each.customer_id == customer_id][::-1], None

    def months(self, customer_id: str) -> list[Any]:
        return []

    def fraud(self, paid: Transaction) -> FraudAnswer:
        self.asked.append(paid.transaction_id)
        if paid.customer_id != "C1":
            raise NotFoundError("there is no such customer")
        if paid.merchant == "Unreadable":
            raise InvalidInputError("must be a number", field="tx_amount")
        probability = min(0.95, paid.amount / 1000)
        score = Answer(
            prediction_id="p1",
            name="fraud",
            version="1.0.0",
            arm=Arm.CHAMPION,
            probability=probability,
            value=round(100 * probability),
            synthetic=True,
            reasons=(PrincipalReason(code="tx_amount", en="Amount", ja="金額", direction="raises", log_odds=1.0),),
        )
        decision = FraudDecision.REVIEW if probability >= THRESHOLD else FraudDecision.ALLOW
        return FraudAnswer(score=score, threshold=THRESHOLD, decision=decision)


class Desk:
    """An intake over a bank."""

    def __init__(self, *payments: Transaction) -> None:
        self.bank = Bank(list(payments))
        self.office = Office()
        bands = Bands(high=70, medium=40)
        hours = {Band.HIGH: 4, Band.MEDIUM: 24, Band.LOW: 72}
        self.intake = Intake(
            scores=self.bank,
            cases=self.office.cases,
            history=CustomerHistory(self.bank, self.bank),
            levels=Levels(band=bands.of, service_ms=lambda band: hours[band] * HOUR),
            clock=lambda: NOON,
        )


@pytest.mark.parametrize(
    ("amount", "band", "hours"),
    [(200.0, Band.LOW, 72), (400.0, Band.MEDIUM, 24), (900.0, Band.HIGH, 4)],
)
def test_a_suspicious_payment_opens_a_case_with_the_service_level_of_its_band(
    amount: float, band: Band, hours: int
) -> None:
    case = Desk().intake.consider(payment(amount=amount))
    assert case is not None
    assert (case.opened_by, case.finding.band, case.due_at - case.opened_at) == (SYSTEM, band, hours * HOUR)
    assert case.finding.reasons[0].ja == "金額"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"amount": 199.9}, id="below the threshold"),
        pytest.param({"amount": -900.0}, id="a refund"),
        pytest.param({"at": NOON - 4 * DAY_MS, "amount": 900.0}, id="from a file of the past"),
        pytest.param({"at": NOON + 4 * DAY_MS, "amount": 900.0}, id="still to come"),
        pytest.param({"customer_id": "C9", "amount": 900.0}, id="of a customer who is gone"),
    ],
)
def test_other_payments_open_none(fields: dict[str, Any]) -> None:
    assert Desk().intake.consider(payment(**fields)) is None


def test_what_is_old_is_not_even_scored() -> None:
    desk = Desk()
    desk.intake.consider(payment(at=NOON - 4 * DAY_MS))
    assert desk.bank.asked == []


def test_a_payment_that_is_delivered_twice_opens_one_case() -> None:
    desk = Desk()
    item = {"json": {"S": payment(amount=900.0).model_dump_json()}}
    first, again = desk.intake.consider_item(item), desk.intake.consider_item(item)
    assert first is not None
    assert first == again
    assert len(desk.office.store.events(first.case_id)) == 1


@pytest.mark.parametrize(
    "item",
    [{}, {"json": {"S": "{"}}, {"json": {"S": '{"amount": 1}'}}, {"json": {}},
     {"json": {"S": payment(amount=900.0, merchant="Unreadable").model_dump_json()}}],
)  # fmt: skip
def test_what_no_retry_makes_readable_is_poison(item: dict[str, Any]) -> None:
    with pytest.raises(PoisonRecordError):
        Desk().intake.consider_item(item)


def test_an_analyst_opens_a_case_for_any_payment_once() -> None:
    desk = Desk(payment("T1", amount=5.0), payment("T2", amount=-5.0))
    case = desk.intake.open_by_hand("C1", "T1", ANN)
    assert (case.opened_by, case.finding.recommendation) == (ANN, CaseOutcome.LEGITIMATE)
    with pytest.raises(ConflictError, match=case.case_id):
        desk.intake.open_by_hand("C1", "T1", BOB)
    with pytest.raises(NotFoundError):
        desk.intake.open_by_hand("C1", "T7", ANN)
    with pytest.raises(InvalidInputError):
        desk.intake.open_by_hand("C1", "T2", ANN)


# -- what a decision teaches --


class School:
    """Predictions about a payment, and what cases taught about them."""

    def __init__(self) -> None:
        self.registry = MemoryRegistry()
        self.registry.record([prediction(1, name="fraud", subject="T1")])
        self.office = Office()
        self.recorder = OutcomeRecorder(self.registry, lambda: NOON)
        self.case_id = self.office.opened().case_id

    def taught(self) -> list[int]:
        """How many predictions each event of the case labels."""
        return [self.recorder.record(event) for event in self.office.store.events(self.case_id)]

    @property
    def outcome(self) -> bool | None:
        return self.registry.said[0].outcome

    def decide(self, outcome: CaseOutcome, by: str = ANN) -> None:
        self.office.cases.decide(self.case_id, outcome, DecisionCode.OTHER, WHY, by=by, version=None)


def test_a_closed_case_labels_the_prediction_once_however_often_its_events_come() -> None:
    school = School()
    school.decide(CaseOutcome.FRAUD)
    assert school.taught() == [0, 1]
    school.office.cases.comment(school.case_id, "card blocked", by=BOB)
    assert school.taught() == [0, 0, 0]
    assert school.outcome is True


def test_a_decision_that_waits_for_a_second_person_teaches_nothing_yet() -> None:
    school = School()
    school.decide(CaseOutcome.LEGITIMATE)
    assert school.taught() == [0, 0]
    school.office.cases.second(school.case_id, "", confirm=True, by=BOB, version=None)
    assert school.taught() == [0, 0, 1]
    assert school.outcome is False


def test_an_inconclusive_end_teaches_nothing() -> None:
    school = School()
    school.decide(CaseOutcome.INCONCLUSIVE)
    school.office.cases.second(school.case_id, "", confirm=True, by=BOB, version=None)
    assert school.taught() == [0, 0, 0]
    assert school.outcome is None


def test_a_case_that_is_decided_anew_corrects_what_it_taught() -> None:
    school = School()
    school.decide(CaseOutcome.FRAUD)
    school.taught()
    school.office.cases.reopen(school.case_id, "the customer called", by=BOB, version=None)
    school.decide(CaseOutcome.LEGITIMATE, by=BOB)
    school.office.cases.second(school.case_id, "", confirm=True, by=ANN, version=None)
    last = school.office.store.events(school.case_id)[-1]
    assert (last.type, last.state) == (CaseEventType.CONFIRMED, CaseState.CLOSED)
    assert school.recorder.record(last) == 1
    assert school.outcome is False


# -- similar payments --


def test_the_most_similar_payments_come_first_and_say_what_they_share() -> None:
    asked = payment("T0", merchant="Volt", category="electronics", country="BR", channel="online", amount=900.0)
    same = payment("T1", merchant="Volt", category="electronics", country="BR", channel="online", amount=700.0)
    kind = payment("T2", merchant="Other", category="electronics", country="US", amount=20.0)
    unlike = payment("T3", merchant="Corner Shop", category="groceries", country="US", amount=12.0)
    refund = payment("T4", merchant="Volt", amount=-900.0)
    found = similar(asked, [unlike, kind, refund, asked, same])
    assert [each.transaction.transaction_id for each in found] == ["T1", "T2"]
    assert found[0].shares == ("merchant", "category", "country", "channel", "amount")
    assert found[1].shares == ("category",)
