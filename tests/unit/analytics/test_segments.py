"""Segments stand beside the whole, value falls from tenth to tenth, and a customer is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.analytics.changes import changes
from rapport.analytics.value import trend, value_analytics
from rapport.calls.model import Band, LocalisedText
from rapport.customers.ledger import Ledger
from rapport.customers.snapshot_store import SnapshotStore, value_step
from rapport.customers.store import CustomerStore
from rapport.runtime.clock import DAY_MS, now_ms

from infra.stacks.data import CALL_INDEXES
from tests.builders.customers import TABLE, at, customer, customers_table, transaction
from tests.builders.dynamodb import create_table
from tests.builders.http import Caller, load_handler
from tests.builders.snapshots import snapshot
from tests.unit.calls.test_counting import call

NOW = at("2025-06-30")
BIG = LocalisedText(en="Lost after a large purchase", ja="高額購入後に離れた顧客")


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    with customers_table() as client:
        create_table(client, "calls", CALL_INDEXES)
        people, ledger, snapshots = CustomerStore(client, TABLE), Ledger(client, TABLE), SnapshotStore(client, TABLE)
        for number in range(4):
            people.put(customer(f"C{number}"))
        today = now_ms()
        ledger.book("C0", [transaction("T1", "C0", at=today - 40 * DAY_MS, amount=80, channel="online")])
        ledger.book("C0", [transaction("T2", "C0", at=today - 41 * DAY_MS, amount=20, category="travel")])
        for number, value in enumerate((900.0, 300.0, 600.0)):
            snapshots.put(snapshot(f"C{number}", value_12m=value))
        lost: dict[str, Any] = {"segment": "lost-big", "recency_days": 300.0, "frequency": 2.0, "level": Band.HIGH}
        snapshots.put(snapshot("C3", value_12m=50.0, churn=0.4, **lost))
        module = load_handler("analytics_api", monkeypatch, {"CUSTOMERS_TABLE": TABLE, "CALLS_TABLE": "calls"})
        yield Caller(module, ("supervisor",))


def test_every_segment_of_the_model_is_told_with_its_share_value_and_churn(supervisor: Caller) -> None:
    found = supervisor.get("/api/analytics/segments").body
    assert (found["customers"], found["whole"]["share"]) == (4, 1.0)
    by_code = {each["code"]: each for each in found["segments"]}
    assert by_code.keys() == {"loyal", "lost-big", "lost-small"}
    assert (by_code["loyal"]["share"], by_code["loyal"]["values"][0]["value"]) == (0.75, 1800.0)
    assert by_code["lost-big"]["churn"] == {"mean": 0.4, "high": 1, "medium": 0, "low": 0}
    assert by_code["lost-big"]["words"][0]["en"].startswith("Typically 300 days since the last purchase; all")
    assert by_code["lost-small"]["customers"] == 0


def test_customers_of_a_segment_come_in_pages_the_most_valuable_first(supervisor: Caller) -> None:
    path = "/api/analytics/segments/loyal/customers"
    first = supervisor.get(path, limit="2").body
    second = supervisor.get(path, limit="2", cursor=first["next_cursor"]).body
    ids = [each["customer"]["customer_id"] for page in (first, second) for each in page["items"]]
    assert (ids, second["next_cursor"]) == (["C0", "C2", "C1"], None)
    other = supervisor.get("/api/analytics/segments/lost-big/customers", cursor=first["next_cursor"])
    assert (other.status, other.fields) == (422, ["cursor"])
    assert supervisor.get("/api/analytics/segments/nothing/customers").body["items"] == []
    assert supervisor.get("/api/analytics/segments/%27x/customers").status == 422


def test_a_summary_holds_what_is_stored_and_says_when_nobody_is_known(supervisor: Caller) -> None:
    found = supervisor.get("/api/analytics/C0/summary").body
    (value,) = found["value"]
    assert (value["currency"], value["spent_12m"]) == ("USD", 100.0)
    assert [(each["name"], each["share"]) for each in value["categories"]] == [("groceries", 0.8), ("travel", 0.2)]
    assert {each["name"]: each["share"] for each in value["channels"]} == {"online": 0.8, "card_present": 0.2}
    assert found["scores"]["value_12m"] == 900.0
    assert found["activity"]["purchases_12m"] == 2
    assert supervisor.get("/api/analytics/nobody/summary").status == 404


def test_a_customer_whom_no_model_has_seen_has_no_scores(supervisor: Caller) -> None:
    module = supervisor.module
    module.customer_store.put(customer("C9"))
    found = Caller(module, ("agent",)).get("/api/analytics/C9/summary").body
    assert (found["scores"], found["history"], found["changed"], found["value"]) == (None, [], [], [])


def test_changes_are_told_against_a_month_ago_in_both_languages() -> None:
    before = snapshot(at=NOW - 40 * DAY_MS, churn=0.05, level=Band.LOW)
    now = snapshot(
        at=NOW, churn=0.2, level=Band.HIGH, segment="lost-big", segment_name=BIG, value_12m=600.0,
        spent_30d=50.0, spent_30d_before=100.0,
    )  # fmt: skip
    told = changes(now, [before, now], since=NOW - 30 * DAY_MS, calls=[call(outcome="PAID"), call(outcome="PAID")])
    assert [each.en for each in told] == [
        "The risk of leaving went from low to high (5 % to 20 %)",
        "Moved from “Loyal customers” to “Lost after a large purchase”",
        "The value expected in 12 months fell by 50 %",
        "Spending of the last 30 days fell by 50 % against the 30 days before",
        "2 calls in the last 30 days (paid 2)",
    ]
    assert told[0].ja == "離反リスクが「低」から「高」に変化（5 %→20 %）"
    assert changes(now.model_copy(update={"spent_30d_before": 50.0}), [now], since=0, calls=[]) == []


class Steps:
    """Values as counters of the scale tell them."""

    def __init__(self, values: list[float]) -> None:
        self._values = values

    def values(self) -> Iterator[tuple[str, int, int, Decimal]]:
        for value in self._values:
            yield "USD", value_step(value), 1, Decimal(repr(round(value, 2)))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=80))
def test_tenths_are_of_equal_size_and_sum_to_the_whole(values: list[float]) -> None:
    (found,) = value_analytics(Steps(values)).currencies
    assert sum(each.value for each in found.deciles) == pytest.approx(found.value, rel=1e-6, abs=0.2)
    assert all(each.customers == pytest.approx(len(values) / 10, abs=0.06) for each in found.deciles)
    ranked = sorted(values, reverse=True)
    if len(values) % 10 == 0:
        top = sum(ranked[: len(values) // 10])
        assert found.deciles[0].value == pytest.approx(top, rel=0.06, abs=2.0)


def test_a_trend_is_the_slope_of_whole_months_and_needs_three() -> None:
    found = trend([100.0, 110.0, 120.0, 130.0])
    assert found is not None
    assert (found.monthly, found.relative, found.explained) == (10.0, 0.087, 1.0)
    assert trend([100.0, 110.0]) is None
    flat = trend([5.0, 5.0, 5.0])
    assert flat is not None
    assert (flat.monthly, flat.explained) == (0.0, 0.0)
