"""A snapshot is kept for its day, only forward in time, and not of a customer who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rapport.analytics.store import AnalyticsStore
from rapport.customers.snapshot_store import SnapshotStore
from rapport.customers.store import CustomerStore
from rapport.runtime.errors import NotFoundError

from tests.builders.customers import TABLE, at, customer, customers_table, everything
from tests.builders.snapshots import snapshot


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        CustomerStore(made, TABLE).put(customer("C1"))
        yield made


@pytest.fixture
def store(client: Any) -> SnapshotStore:
    return SnapshotStore(client, TABLE, sleep=lambda _: None)


def test_the_last_snapshot_of_each_day_is_kept(store: SnapshotStore) -> None:
    for when, value in ((at("2025-06-01"), 1.0), (at("2025-06-01") + 60_000, 2.0), (at("2025-06-02"), 3.0)):
        store.put(snapshot(at=when, value_12m=value))
    kept = store.history("C1", "2025-06-01")
    assert [(each.day, each.value_12m) for each in kept] == [("2025-06-01", 2.0), ("2025-06-02", 3.0)]
    assert store.history("C1", "2025-06-02") == kept[1:]
    assert store.get("C1") == kept[-1]


def test_an_older_snapshot_that_comes_late_changes_nothing(store: SnapshotStore, client: Any) -> None:
    store.put(snapshot(at=at("2025-06-02"), segment="lost-big"))
    before = everything(client)
    store.put(snapshot(at=at("2025-06-01")))
    assert everything(client) == before


def test_a_customer_who_is_gone_gets_no_snapshot_and_is_not_counted(store: SnapshotStore, client: Any) -> None:
    with pytest.raises(NotFoundError):
        store.put(snapshot("C9"))
    assert list(AnalyticsStore(client, TABLE).groups()) == []


def test_what_a_customer_no_longer_is_leaves_no_index_entry_behind(store: SnapshotStore, client: Any) -> None:
    store.put(snapshot(at=at("2025-06-01")))
    store.put(snapshot(at=at("2025-06-02"), segment="lost-big", value_12m=80.0))
    entries = [
        item["facet"]["S"] for item in everything(client) if item.get("facet", {}).get("S", "").startswith("GROUP")
    ]
    assert len(entries) == 1
    assert entries[0].startswith("GROUP#lost-big#")
