"""Who may do what to a case, in which state, and when a second person must agree."""

from __future__ import annotations

import pytest
from rapport.cases.model import CaseEventType, CaseOutcome, CaseState, DecisionCode, SecondReason
from rapport.runtime.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError

from tests.builders.cases import ANN, BOB, HOUR, LIMIT, NOON, WHY, Office

DENIED, KNOWN = DecisionCode.CUSTOMER_DENIED, DecisionCode.CUSTOMER_CONFIRMED


@pytest.fixture
def office() -> Office:
    return Office()


def overridden(office: Office, by: str = ANN) -> str:
    """A case that the model finds fraudulent and `by` called legitimate."""
    case = office.opened()
    office.cases.decide(case.case_id, CaseOutcome.LEGITIMATE, KNOWN, WHY, by=by, version=None)
    return case.case_id


def test_a_case_is_due_after_the_service_level_of_its_band(office: Office) -> None:
    case = office.opened()
    assert (case.opened_at, case.due_at) == (NOON, NOON + 24 * HOUR)
    assert (case.state, case.assignee, case.finding.recommendation) == (CaseState.OPEN, None, CaseOutcome.FRAUD)


def test_a_payment_has_one_case_however_often_it_is_opened(office: Office) -> None:
    first = office.opened()
    again = office.opened()
    assert again == first
    assert len(office.store.events(first.case_id)) == 1


def test_a_decision_with_the_model_below_the_amount_closes_the_case(office: Office) -> None:
    case = office.opened()
    closed = office.cases.decide(case.case_id, CaseOutcome.FRAUD, DENIED, "", by=ANN, version=1)
    assert (closed.state, closed.outcome, closed.assignee) == (CaseState.CLOSED, CaseOutcome.FRAUD, ANN)


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [
        pytest.param(0.6, CaseOutcome.LEGITIMATE, id="the model says fraud"),
        pytest.param(0.6, CaseOutcome.INCONCLUSIVE, id="to leave it open is not what the model says, either"),
        pytest.param(0.1, CaseOutcome.FRAUD, id="the model says legitimate"),
        pytest.param(0.2, CaseOutcome.LEGITIMATE, id="at the threshold the model says fraud"),
    ],
)
def test_a_decision_against_the_model_waits_for_a_second_person(
    office: Office, probability: float, outcome: CaseOutcome
) -> None:
    case = office.opened(probability)
    waiting = office.cases.decide(case.case_id, outcome, DecisionCode.OTHER, WHY, by=ANN, version=None)
    assert (waiting.state, waiting.outcome) == (CaseState.AWAITING_SECOND, None)
    assert waiting.decision is not None
    assert waiting.decision.second == (SecondReason.OVERRIDE,)


@pytest.mark.parametrize(
    ("amount", "currency", "second"),
    [
        pytest.param(LIMIT - 0.01, "USD", (), id="below"),
        pytest.param(LIMIT, "USD", (SecondReason.AMOUNT,), id="at the amount"),
        pytest.param(1.0, "XAF", (SecondReason.AMOUNT,), id="a currency without an amount always needs two"),
    ],
)
def test_from_an_amount_on_two_people_decide(
    office: Office, amount: float, currency: str, second: tuple[SecondReason, ...]
) -> None:
    case = office.opened(amount=amount, currency=currency)
    decided = office.cases.decide(case.case_id, CaseOutcome.FRAUD, DENIED, WHY, by=ANN, version=None)
    assert decided.decision is not None
    assert decided.decision.second == second


def test_what_a_second_person_must_confirm_needs_a_reason_of_some_length(office: Office) -> None:
    case = office.opened()
    with pytest.raises(InvalidInputError) as error:
        office.cases.decide(case.case_id, CaseOutcome.LEGITIMATE, KNOWN, "fine", by=ANN, version=None)
    assert error.value.field == "text"
    assert office.cases.get(case.case_id) == case


def test_the_first_person_may_not_confirm_or_send_back_the_own_decision(office: Office) -> None:
    case_id = overridden(office)
    for confirm in (True, False):
        with pytest.raises(ForbiddenError, match="four eyes"):
            office.cases.second(case_id, WHY, confirm=confirm, by=ANN, version=None)


def test_a_second_person_confirms_and_the_case_is_closed(office: Office) -> None:
    case_id = overridden(office)
    closed = office.cases.second(case_id, "", confirm=True, by=BOB, version=None)
    assert closed.decision is not None
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, CaseOutcome.LEGITIMATE)
    assert (closed.decision.by, closed.decision.confirmed_by) == (ANN, BOB)


def test_a_second_person_sends_back_with_a_reason_and_the_first_decides_anew(office: Office) -> None:
    case_id = overridden(office)
    with pytest.raises(InvalidInputError, match="why it goes back"):
        office.cases.second(case_id, "", confirm=False, by=BOB, version=None)
    back = office.cases.second(case_id, "call the shop first", confirm=False, by=BOB, version=None)
    assert (back.state, back.assignee, back.decision) == (CaseState.ASSIGNED, ANN, None)
    assert (
        office.cases.decide(case_id, CaseOutcome.FRAUD, DENIED, "", by=ANN, version=None).outcome is CaseOutcome.FRAUD
    )


def test_while_a_decision_waits_the_case_is_neither_assigned_nor_decided_again(office: Office) -> None:
    case_id = overridden(office)
    with pytest.raises(ConflictError, match="second person"):
        office.cases.assign(case_id, BOB, by=BOB, version=None)
    with pytest.raises(ConflictError, match="second person"):
        office.cases.decide(case_id, CaseOutcome.FRAUD, DENIED, WHY, by=BOB, version=None)


def test_somebody_elses_case_is_not_decided_before_it_is_taken_over(office: Office) -> None:
    case = office.opened()
    office.cases.assign(case.case_id, ANN, by=ANN, version=1)
    with pytest.raises(ConflictError, match=ANN):
        office.cases.decide(case.case_id, CaseOutcome.FRAUD, DENIED, "", by=BOB, version=None)
    office.cases.assign(case.case_id, BOB, by=BOB, version=2)
    assert office.cases.decide(case.case_id, CaseOutcome.FRAUD, DENIED, "", by=BOB, version=3).state is CaseState.CLOSED


def test_a_case_goes_to_people_who_work_on_cases_and_back_to_nobody(office: Office) -> None:
    case = office.opened()
    with pytest.raises(InvalidInputError) as error:
        office.cases.assign(case.case_id, "hana.sato", by=ANN, version=None)
    assert error.value.field == "assignee"
    assert office.cases.assign(case.case_id, BOB, by=ANN, version=None).state is CaseState.ASSIGNED
    assert office.cases.assign(case.case_id, None, by=ANN, version=None).state is CaseState.OPEN


def test_a_stale_change_says_who_was_first_and_changes_nothing(office: Office) -> None:
    case = office.opened()
    office.cases.assign(case.case_id, BOB, by=BOB, version=case.version)
    with pytest.raises(ConflictError, match=f"{BOB} has changed this case meanwhile \\(assigned") as error:
        office.cases.assign(case.case_id, ANN, by=ANN, version=case.version)
    assert error.value.field == "version"
    assert office.cases.get(case.case_id).assignee == BOB


def test_comments_are_taken_in_any_state_and_whatever_version_was_seen(office: Office) -> None:
    case_id = overridden(office)
    office.cases.comment(case_id, "asked the shop", by=BOB)
    office.cases.second(case_id, "", confirm=True, by=BOB, version=None)
    office.cases.comment(case_id, "the shop called back", by=ANN)
    texts = [event.text for event in office.store.events(case_id) if event.type is CaseEventType.COMMENTED]
    assert texts == ["asked the shop", "the shop called back"]


def test_a_reopened_case_is_nobodys_due_anew_and_always_takes_two_people(office: Office) -> None:
    case_id = overridden(office)
    office.cases.second(case_id, "", confirm=True, by=BOB, version=None)
    office.now += 100 * HOUR
    again = office.cases.reopen(case_id, "the customer complained", by=BOB, version=None)
    assert (again.state, again.assignee, again.outcome) == (CaseState.OPEN, None, None)
    assert again.due_at == office.now + 24 * HOUR
    decided = office.cases.decide(case_id, CaseOutcome.FRAUD, DENIED, WHY, by=BOB, version=None)
    assert decided.decision is not None
    assert decided.decision.second == (SecondReason.REOPENED,)


def test_only_a_closed_case_is_reopened_and_a_closed_one_takes_nothing_else(office: Office) -> None:
    case = office.opened()
    with pytest.raises(ConflictError, match="only a closed case"):
        office.cases.reopen(case.case_id, "why not", by=ANN, version=None)
    office.cases.decide(case.case_id, CaseOutcome.FRAUD, DENIED, "", by=ANN, version=None)
    refused = (
        lambda: office.cases.assign(case.case_id, BOB, by=BOB, version=None),
        lambda: office.cases.decide(case.case_id, CaseOutcome.FRAUD, DENIED, WHY, by=ANN, version=None),
        lambda: office.cases.second(case.case_id, "", confirm=True, by=BOB, version=None),
    )
    for change in refused:
        with pytest.raises(ConflictError):
            change()


def test_a_case_that_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.cases.comment("nothing", "hello", by=ANN)
