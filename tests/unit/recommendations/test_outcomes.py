"""What is due is noticed once: ignored recommendations, and what happened after each round."""

from __future__ import annotations

import pytest
from rapport.recommendations.model import ExperimentGroup, RecommendationOutcome, RecommendationState
from rapport.recommendations.outcomes import OutcomeSweep, Swept
from rapport.recommendations.ports import Tally
from rapport.runtime.clock import DAY_MS

from tests.builders.customers import transaction
from tests.builders.recommendations import HOUR, NOON, MemoryRecommendations, Office, debtor, round_


@pytest.fixture
def office() -> Office:
    return Office()


def sweep(office: Office) -> OutcomeSweep:
    people = office.service._sources.customers
    return OutcomeSweep(office.store, people, office, lambda: office.now)


def test_what_nobody_took_up_is_ignored_without_anybody_looking(office: Office) -> None:
    one = office.until_the_policy_speaks()
    office.now = one.expires_at
    found = sweep(office).run(lambda: True)
    assert found.ignored >= 1
    assert office.store.load("C1", one.recommendation_id).state is RecommendationState.IGNORED
    assert sweep(office).run(lambda: True) == Swept()


def test_a_round_is_settled_after_its_days_and_not_before(office: Office) -> None:
    office.open()
    (made,) = office.store.rounds.values()
    office.now = made.outcome_at - 1
    assert sweep(office).run(lambda: True).settled == 0
    office.now = made.outcome_at
    assert sweep(office).run(lambda: True).settled == 1
    assert office.store.tallies[RecommendationOutcome.ACTIVE, ExperimentGroup.TREATED] == Tally(1, 0)


@pytest.mark.parametrize(
    ("when", "amount", "expected"),
    [
        (NOON + HOUR, 10.0, True),
        (NOON + HOUR, -10.0, False),  # a refund
        (NOON, 10.0, False),  # at the moment of the round: not after it
        (NOON + 28 * DAY_MS, 10.0, False),  # when it is over
    ],
)
def test_a_customer_is_active_who_bought_within_the_days(
    office: Office, when: int, amount: float, expected: bool
) -> None:
    office.bought = [transaction("T1", "C1", at=when, amount=amount)]
    assert sweep(office).outcomes(round_())[RecommendationOutcome.ACTIVE] is expected


@pytest.mark.parametrize(("balance", "expected"), [(899.0, True), (900.0, False), (1_000.0, False)])
def test_arrears_are_reduced_when_less_is_owed_than_then(office: Office, balance: float, expected: bool) -> None:
    office.people["C1"] = debtor(balance_due=balance)
    assert sweep(office).outcomes(round_())[RecommendationOutcome.ARREARS_REDUCED] is expected


def test_who_owed_nothing_has_no_arrears_to_reduce_and_who_is_gone_has_no_outcome(office: Office) -> None:
    assert set(sweep(office).outcomes(round_(owed=0.0))) == {RecommendationOutcome.ACTIVE}
    assert sweep(office).outcomes(round_("C9")) == {}


def test_only_a_customers_first_round_counts_for_the_hold_out() -> None:
    store = MemoryRecommendations()
    for at, first in ((NOON, True), (NOON + DAY_MS, False)):
        store.rounds["C1", f"{at:013d}"] = round_(at=at, first=first)
    office = Office(store)
    office.now = NOON + 60 * DAY_MS
    assert sweep(office).run(lambda: True) == Swept(settled=2)
    assert store.tallies[RecommendationOutcome.ACTIVE, ExperimentGroup.TREATED].customers == 1


def test_a_sweep_without_time_leaves_what_is_due_to_the_next(office: Office) -> None:
    one = office.until_the_policy_speaks()
    office.now = one.expires_at
    assert sweep(office).run(lambda: False) == Swept()
