"""The recommendations table keeps what is made and changed, finds what is due, counts and forgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rapport.recommendations.lifecycle import closed, judged
from rapport.recommendations.model import (
    ExperimentGroup,
    Head,
    Recommendation,
    RecommendationOutcome,
    RecommendationState,
)
from rapport.recommendations.personal import CustomerRecommendations
from rapport.recommendations.ports import Tally, Turn
from rapport.recommendations.statistics import PolicyEstimates, action_counts
from rapport.recommendations.store import DynamoRecommendationStore
from rapport.runtime.clock import DAY_MS
from rapport.runtime.dynamodb import ContendedError
from rapport.runtime.errors import InvalidInputError

from tests.builders.recommendations import ANN, HOUR, NOON, TABLE, Office, recommendation, recommendations_table, round_


@pytest.fixture
def store() -> Iterator[DynamoRecommendationStore]:
    with recommendations_table() as client:
        yield DynamoRecommendationStore(client, TABLE)


def made(store: DynamoRecommendationStore, *items: Recommendation, customer_id: str = "C1") -> None:
    before = store.head(customer_id)
    after = Head(customer_id=customer_id, version=before.version + 1 if before else 1)
    store.turn(Turn(before, after, None, items, ()))


def test_a_service_on_the_table_does_what_it_does_in_memory(store: DynamoRecommendationStore) -> None:
    kept, remembered = Office(store), Office()
    for office in (kept, remembered):
        one = office.until_the_policy_speaks()
        office.service.implement("C1", one.recommendation_id, by=ANN, note="done")
        office.now += 20 * DAY_MS
        office.open()
    assert store.past("C1", 0) == remembered.store.past("C1", 0)
    assert store.head("C1") == remembered.store.head("C1")
    counted = {code: {k: v for k, v in row.items() if v} for code, row in store.actions().items()}
    assert counted == {code: dict(row) for code, row in remembered.store.counts.items()}


def test_of_two_who_change_at_once_one_is_told_that_it_lost(store: DynamoRecommendationStore) -> None:
    one = recommendation()
    made(store, one)
    done = closed(one, RecommendationState.IMPLEMENTED, by=ANN, at=NOON)
    store.change(one, done)
    with pytest.raises(ContendedError):
        store.change(one, closed(one, RecommendationState.IGNORED, at=NOON))
    with pytest.raises(ContendedError):
        store.turn(Turn(None, Head(customer_id="C1", version=1), None, (), ()))
    assert store.load("C1", one.recommendation_id) == done


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_recommendations_are_listed_newest_first_and_by_rank_page_after_page(
    store: DynamoRecommendationStore, limit: int
) -> None:
    made(store, *[recommendation(n, NOON) for n in (1, 2)])
    made(store, *[recommendation(n, NOON + HOUR) for n in (1, 2, 3)])
    found, cursor = store.page("C1", state=None, limit=limit, cursor=None)
    while cursor:
        more, cursor = store.page("C1", state=None, limit=limit, cursor=cursor)
        found += more
    assert [(one.made_at, one.rank) for one in found] == [
        (NOON + HOUR, 1), (NOON + HOUR, 2), (NOON + HOUR, 3), (NOON, 1), (NOON, 2),
    ]  # fmt: skip


def test_a_list_may_be_of_one_state(store: DynamoRecommendationStore) -> None:
    first, second = recommendation(1), recommendation(2)
    made(store, first, second)
    store.change(first, closed(first, RecommendationState.IMPLEMENTED, by=ANN, at=NOON))
    found, _ = store.page("C1", state=RecommendationState.OPEN, limit=10, cursor=None)
    assert found == [second]


def test_a_cursor_of_another_customer_is_refused(store: DynamoRecommendationStore) -> None:
    made(store, recommendation(1), recommendation(2))
    _, cursor = store.page("C1", state=None, limit=1, cursor=None)
    with pytest.raises(InvalidInputError):
        store.page("C2", state=None, limit=1, cursor=cursor)


def test_what_is_due_is_found_until_it_is_done(store: DynamoRecommendationStore) -> None:
    one = recommendation()
    made(store, one)
    assert store.overdue(one.expires_at - 1, 10) == []
    assert store.overdue(one.expires_at, 10) == [one]
    store.change(one, closed(one, RecommendationState.IGNORED, at=one.expires_at))
    assert store.overdue(one.expires_at, 10) == []


def test_a_round_is_settled_once_and_counted_where_it_was_the_first(store: DynamoRecommendationStore) -> None:
    first, later = round_(), round_(at=NOON + DAY_MS, first=False)
    for number, each in enumerate((first, later)):
        before = store.head("C1")
        store.turn(Turn(before, Head(customer_id="C1", version=number + 1), each, (), ()))
    assert store.mature(first.outcome_at, 10) == [first]
    for each in (first, later):
        known = each.model_copy(
            update={"outcomes": {RecommendationOutcome.ACTIVE: True, RecommendationOutcome.ARREARS_REDUCED: False}}
        )
        store.settle(known)
        with pytest.raises(ContendedError):
            store.settle(known)
    tallies, policies = store.effects("test")
    assert tallies == {
        (RecommendationOutcome.ACTIVE, ExperimentGroup.TREATED): Tally(1, 1),
        (RecommendationOutcome.ARREARS_REDUCED, ExperimentGroup.TREATED): Tally(1, 0),
    }
    assert policies is None
    assert [each.at for each in store.settled("test", 10)] == [later.at, first.at]
    assert store.settled("another", 10) == []
    assert store.mature(later.outcome_at, 10) == []


def test_the_last_judgement_of_policies_is_kept(store: DynamoRecommendationStore) -> None:
    store.keep_policies("test", PolicyEstimates(at=1, items=()))
    store.keep_policies("test", PolicyEstimates(at=2, items=()))
    assert store.effects("test")[1] == PolicyEstimates(at=2, items=())


def test_shares_are_of_what_people_decided_or_left_lying(store: DynamoRecommendationStore) -> None:
    items = [recommendation(number) for number in range(1, 7)]
    made(store, *items)
    states = [RecommendationState.IMPLEMENTED] * 2 + [RecommendationState.IGNORED, RecommendationState.DISMISSED]
    for one, state in zip(items, [*states, RecommendationState.SUPERSEDED], strict=False):
        store.change(one, closed(one, state, by=ANN, at=NOON))
    store.change(items[5], judged(items[5], by=ANN, at=NOON, helpful=True, text=""))
    (row,) = action_counts(store.actions())
    assert (row.made, row.open, row.implemented, row.superseded, row.helpful) == (6, 1, 2, 1, 1)
    assert row.taken == 0.5
    assert row.taken_low is not None
    assert row.taken_high is not None
    assert 0 < row.taken_low < 0.5 < row.taken_high < 1


def test_an_erasure_leaves_nothing_of_the_customer_and_an_export_gives_it_all(
    store: DynamoRecommendationStore,
) -> None:
    office = Office(store)
    office.until_the_policy_speaks()
    office.people["C2"] = office.people["C1"].model_copy(update={"customer_id": "C2"})
    office.until_the_policy_speaks("C2")
    holder = CustomerRecommendations(store, lambda username: {"mia": ["C1", "C1"]}.get(username, []))
    assert {one["customer_id"] for one in holder.export("mia")} == {"C1"}
    assert holder.export("nobody") == []
    assert holder.erase("mia") == ()
    assert store.everything("C1") == []
    assert store.everything("C2")
    assert holder.erase("mia") == ()
