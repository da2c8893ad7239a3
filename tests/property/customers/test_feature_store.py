"""Whatever is booked in whatever order, the stored state says what all transactions together say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapport.customers import feature_state
from rapport.customers.feature_state import state_key
from rapport.customers.feature_store import FeatureStore
from rapport.customers.features.measures import PLAN
from rapport.customers.features.online import CustomerState
from rapport.customers.ledger import Ledger
from rapport.customers.model import Transaction
from rapport.customers.store import CustomerStore

from tests.builders.customers import TABLE, at, customer, customers_table, transaction

NOW = at("2026-06-01")
DAY = 86_400_000
numbers = iter(range(10**9))


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with customers_table() as made:
        yield made


class Counting:
    """A client that counts what is read."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._client, name)


def stores(client: Any) -> tuple[Ledger, FeatureStore]:
    ledger = Ledger(client, TABLE, sleep=lambda _: None)
    return ledger, FeatureStore(client, TABLE, ledger, lambda: NOW)


@st.composite
def bookings(draw: st.DrawFn) -> list[list[Transaction]]:
    """Lists as they are booked: purchases and refunds of two years, in no order, some again."""
    each = st.builds(
        lambda number, days, ms, amount, category, channel, merchant: transaction(
            f"T{number}", at=NOW - days * DAY - ms, amount=amount, category=category, channel=channel, merchant=merchant
        ),
        st.integers(0, 30),
        st.one_of(st.integers(0, 3), st.integers(0, 730), st.sampled_from([7, 30, 90, 364, 365, 366, 400])),
        st.integers(1, DAY - 1),
        st.sampled_from([12.5, -12.5, 0.01, 999.99, -3.0]),
        st.sampled_from(["groceries", "cash", "travel"]),
        st.sampled_from(["card_present", "online", "direct_debit"]),
        st.sampled_from(["A", "B", "Ｃ商店"]),
    )
    # One id has one content: what comes again is the very same.
    made = {found.transaction_id: found for found in draw(st.lists(each, min_size=1, max_size=8))}
    order = draw(st.permutations([*made.values(), *draw(st.lists(st.sampled_from([*made.values()]), max_size=4))]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=4)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True) if start < end]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(booked=bookings(), reads=st.lists(st.booleans(), min_size=20, max_size=20))
def test_the_stored_state_gives_the_features_of_all_transactions(
    client: Any, booked: list[list[Transaction]], reads: list[bool]
) -> None:
    owner = f"P{next(numbers)}"
    CustomerStore(client, TABLE).put(customer(owner))
    ledger, store = stores(client)
    known: dict[str, Transaction] = {}
    for part, read in zip(booked, reads, strict=False):
        mine = [
            each.model_copy(update={"customer_id": owner, "transaction_id": f"{owner}-{each.transaction_id}"})
            for each in part
        ]
        ledger.book(owner, mine)
        known |= {each.transaction_id: each for each in mine}
        if read:
            store.features(owner, NOW)
    expected = CustomerState()
    for each in sorted(known.values(), key=lambda one: one.at):
        expected.add(each)
    found = store.profile(owner, NOW)
    assert found is not None
    assert found.features() == pytest.approx(expected.features(NOW), nan_ok=True, rel=1e-12)
    # Once there is a state, no history is read however much is booked after it.
    later = transaction(f"{owner}-later", customer_id=owner, at=NOW - 1)
    ledger.book(owner, [later])
    expected.add(later)
    counted = Counting(client)
    assert (
        FeatureStore(counted, TABLE, Ledger(counted, TABLE)).features(owner, NOW)["transactions_365d"]
        == (expected.features(NOW)["transactions_365d"])
    )
    assert counted.calls == ["batch_get_item"]


def seeded(client: Any, owner: str) -> tuple[Ledger, FeatureStore]:
    CustomerStore(client, TABLE).put(customer(owner))
    ledger, store = stores(client)
    ledger.book(owner, [transaction(f"{owner}-1", customer_id=owner, at=NOW - DAY)])
    store.features(owner, NOW)
    return ledger, store


def held(client: Any, owner: str) -> dict[str, Any]:
    return dict(client.get_item(TableName=TABLE, Key=state_key(owner))["Item"])


def test_a_state_of_another_plan_is_made_again(client: Any) -> None:
    _, store = seeded(client, "old")
    item = held(client, "old") | {"counts": {"S": "another"}, "state": {"B": b"unreadable"}}
    client.put_item(TableName=TABLE, Item=item)
    assert store.features("old", NOW)["transactions_365d"] == 1
    assert held(client, "old")["counts"]["S"] == PLAN.fingerprint


def test_a_state_that_missed_a_booking_is_not_believed(client: Any) -> None:
    ledger, store = seeded(client, "late")
    before = held(client, "late")
    ledger.book("late", [transaction("late-2", customer_id="late", at=NOW - DAY)])
    client.put_item(TableName=TABLE, Item=before)
    assert store.features("late", NOW)["transactions_365d"] == 2
    assert held(client, "late")["booked"] == {"N": "2"}


def test_an_older_state_does_not_overwrite_a_newer_one(client: Any) -> None:
    ledger, store = seeded(client, "slow")
    older = store._read("slow")["FEATURES"]
    ledger.book("slow", [transaction("slow-2", customer_id="slow", at=NOW - DAY)])
    store._keep("slow", feature_state.read_held(older, 1))  # type: ignore[arg-type]
    assert held(client, "slow")["booked"] == {"N": "2"}


def test_what_is_booked_during_a_call_is_not_known_before_it(client: Any) -> None:
    ledger, store = seeded(client, "during")
    ledger.book("during", [transaction("during-2", customer_id="during", at=NOW + 1, amount=5_000)])
    assert store.features("during", NOW)["transactions_365d"] == 1
    assert store.features("during", NOW + 2)["transactions_365d"] == 2


def test_a_stranger_has_no_features_and_a_customer_without_transactions_those_of_the_record(client: Any) -> None:
    CustomerStore(client, TABLE).put(customer("new", days_past_due=4))
    _, store = stores(client)
    assert store.features("nobody", NOW) == {}
    found = store.features("new", NOW)
    assert found["days_past_due"] == 4
    assert found["observed_days"] != found["observed_days"]


def test_a_booking_that_no_state_can_count_is_booked_all_the_same(client: Any) -> None:
    ledger, _ = seeded(client, "rich")
    assert ledger.book("rich", [transaction("rich-2", customer_id="rich", at=NOW - DAY, amount=5e11)]) == 1
    assert held(client, "rich")["booked"] == {"N": "1"}


def test_a_list_of_many_transactions_takes_the_state_along_in_every_write(client: Any) -> None:
    ledger, store = seeded(client, "many")
    many = [transaction(f"many-{n}", customer_id="many", at=NOW - n * DAY) for n in range(2, 90)]
    assert ledger.book("many", many) == 88
    assert held(client, "many")["booked"] == {"N": "89"}
    assert store.features("many", NOW)["transactions_365d"] == 89


def test_a_state_vanishes_when_nobody_asks_for_a_hundred_days(client: Any) -> None:
    seeded(client, "quiet")
    assert held(client, "quiet")["expires_at"] == {"N": str(NOW // 1000 + 100 * 86_400)}
