"""However often customers are looked at: the sums say what the newest snapshots say, and each is in one segment."""

from __future__ import annotations

from collections import defaultdict
from math import log1p

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapport.analytics.store import AnalyticsStore
from rapport.analytics.value import value_analytics
from rapport.customers.search import CustomerQuery, CustomerSearch
from rapport.customers.snapshot import Snapshot
from rapport.customers.snapshot_store import STEP, SnapshotStore, value_step
from rapport.customers.store import CustomerStore

from tests.builders.customers import TABLE, customer, customers_table
from tests.builders.snapshots import snapshots

IDS = ("C1", "C2", "C3", "C4", "C5")
DAY_MS = 86_400_000


@st.composite
def looks(draw: st.DrawFn) -> list[Snapshot]:
    who = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=12))
    return [draw(snapshots(customer_id, (number + 1) * DAY_MS)) for number, customer_id in enumerate(who)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(taken=looks())
def test_sums_and_segments_equal_a_recount_of_the_newest_snapshots(taken: list[Snapshot]) -> None:
    with customers_table() as client:
        for customer_id in IDS:
            CustomerStore(client, TABLE).put(customer(customer_id))
        store = SnapshotStore(client, TABLE)
        for each in taken:
            store.put(each)
            store.put(each)
        newest = {each.customer_id: each for each in taken}
        counts = AnalyticsStore(client, TABLE)
        assert store.of(IDS) == newest

        sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in counts.groups():
            for name, amount in row.sums.items():
                sums[row.segment][name] += amount
        for group in {each.group for each in taken}:
            mine = [each for each in newest.values() if each.group == group]
            assert sums[group]["customers"] == len(mine)
            assert sums[group]["churn"] == pytest.approx(sum(each.churn for each in mine), abs=1e-5)
            assert sums[group]["log_money"] == pytest.approx(
                sum(log1p(each.mean_purchase) for each in mine if each.mean_purchase is not None), abs=1e-4
            )
        search = CustomerSearch(client, TABLE)
        for group in ("loyal", "lost-big", "none"):
            found, cursor = search.page(CustomerQuery(group=group), limit=10, cursor=None)
            mine = [each for each in newest.values() if each.group == group]
            assert {each.customer_id for each in found} == {each.customer_id for each in mine}
            values = [round(newest[each.customer_id].value_12m) for each in found]
            assert values == sorted(values, reverse=True)
            assert cursor is None
        total = sum(each.value_12m for each in newest.values() if each.currency == "USD")
        usd = next((each for each in value_analytics(counts).currencies if each.currency == "USD"), None)
        assert (usd.value if usd else 0.0) == pytest.approx(total, abs=0.05)


@given(value=st.floats(0, 1e15))
def test_a_step_of_the_value_scale_is_five_percent_wide(value: float) -> None:
    step = value_step(value)
    if 1 <= value < STEP**998:
        assert STEP ** (step - 1) * (1 - 1e-9) <= value < STEP**step * (1 + 1e-9)
    assert (step == 0) is (value < 1)
