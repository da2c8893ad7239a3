"""The cases table keeps cases with their events and counters, and finds them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rapport.calls.model import Band
from rapport.cases.chain import verify
from rapport.cases.model import Case, CaseKind, CaseOutcome, CaseState, DecisionCode
from rapport.cases.store import CaseQuery, DynamoCaseStore
from rapport.runtime.dynamodb import ContendedError
from rapport.runtime.errors import InvalidInputError

from tests.builders.cases import ANN, BOB, HOUR, TABLE, WHY, Office, cases_table, finding, opening, subject


@pytest.fixture
def store() -> Iterator[DynamoCaseStore]:
    with cases_table() as client:
        yield DynamoCaseStore(client, TABLE)


@pytest.fixture
def office(store: DynamoCaseStore) -> Office:
    return Office(store)


def several(office: Office, count: int) -> list[Case]:
    """Cases that are due one hour after the other; every third has a high score."""
    made = []
    for number in range(count):
        band, probability = (Band.HIGH, 0.9) if number % 3 == 0 else (Band.MEDIUM, 0.5)
        found = opening(finding(probability, band=band), transaction_id=f"T{number}")
        made.append(office.cases.open(subject(f"T{number}"), found, "system")[0])
        office.now += HOUR
    return made


def ids(found: list[Case]) -> list[str]:
    return [case.case_id for case in found]


def everything(store: DynamoCaseStore, query: CaseQuery, limit: int) -> list[str]:
    found, cursor = store.page(query, limit=limit, cursor=None)
    seen = ids(found)
    while cursor:
        found, cursor = store.page(query, limit=limit, cursor=cursor)
        seen += ids(found)
    return seen


def test_a_case_is_read_back_with_its_record(office: Office, store: DynamoCaseStore) -> None:
    case = office.opened()
    office.cases.comment(case.case_id, "hello", by=ANN)
    office.cases.decide(case.case_id, CaseOutcome.LEGITIMATE, DecisionCode.USUAL_BEHAVIOUR, WHY, by=ANN, version=2)
    closed = office.cases.second(case.case_id, "", confirm=True, by=BOB, version=3)
    assert store.load(case.case_id) == closed
    assert verify(closed, store.events(case.case_id)).intact
    assert store.load("nothing") is None


def test_of_two_changes_at_once_one_is_told_that_it_lost(office: Office, store: DynamoCaseStore) -> None:
    case = office.opened()
    after = office.cases.comment(case.case_id, "first", by=ANN)
    (event,) = [event for event in store.events(case.case_id) if event.seq == 2]
    with pytest.raises(ContendedError):
        store.append(case, after, event)
    with pytest.raises(ContendedError):
        store.append(None, case, event)


def test_counters_follow_every_change_of_state(office: Office, store: DynamoCaseStore) -> None:
    first, second, _ = several(office, 3)
    office.cases.assign(first.case_id, ANN, by=ANN, version=1)
    office.cases.comment(first.case_id, "looking", by=ANN)
    office.cases.decide(second.case_id, CaseOutcome.FRAUD, DecisionCode.CUSTOMER_DENIED, "", by=BOB, version=1)
    expected = {CaseState.OPEN: 1, CaseState.ASSIGNED: 1, CaseState.AWAITING_SECOND: 0, CaseState.CLOSED: 1}
    assert store.counts() == store.counts(CaseKind.FRAUD) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_cases_are_listed_by_when_they_are_due_page_after_page(
    office: Office, store: DynamoCaseStore, limit: int
) -> None:
    made = several(office, 7)
    assert everything(store, CaseQuery(), limit) == ids(made)
    assert everything(store, CaseQuery(state=CaseState.OPEN), limit) == ids(made)
    high = [case for case in made if case.finding.band is Band.HIGH]
    assert everything(store, CaseQuery(band=Band.HIGH, kind=CaseKind.FRAUD), limit) == ids(high)


def test_closed_cases_are_listed_from_the_last(office: Office, store: DynamoCaseStore) -> None:
    made = several(office, 3)
    for case in made:
        office.cases.decide(case.case_id, CaseOutcome.FRAUD, DecisionCode.CUSTOMER_DENIED, "", by=ANN, version=1)
    assert everything(store, CaseQuery(state=CaseState.CLOSED), 2) == ids(made)[::-1]


def test_cases_are_found_by_whose_they_are(office: Office, store: DynamoCaseStore) -> None:
    first, second, third = several(office, 3)
    office.cases.assign(first.case_id, ANN, by=ANN, version=1)
    office.cases.assign(second.case_id, BOB, by=ANN, version=1)
    assert everything(store, CaseQuery(assignee=ANN), 10) == [first.case_id]
    assert everything(store, CaseQuery(assignee=BOB, state=CaseState.ASSIGNED, band=Band.MEDIUM), 10) == [
        second.case_id
    ]
    assert everything(store, CaseQuery(assignee=BOB, state=CaseState.CLOSED), 10) == []
    assert everything(store, CaseQuery(unassigned=True), 10) == [third.case_id]


def test_a_cursor_of_another_list_is_refused(office: Office, store: DynamoCaseStore) -> None:
    several(office, 3)
    _, cursor = store.page(CaseQuery(state=CaseState.OPEN), limit=1, cursor=None)
    for query in (CaseQuery(), CaseQuery(state=CaseState.CLOSED)):
        with pytest.raises(InvalidInputError):
            store.page(query, limit=1, cursor=cursor)
