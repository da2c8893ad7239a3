"""Analytics answer managers only, for periods that make sense, with shares and sums that can be checked by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore

from infra.stacks.data import CALL_INDEXES
from tests.builders.customers import TABLE, at, customer, customers_table, transaction
from tests.builders.dynamodb import create_table
from tests.builders.http import Caller, load_handler

CALLS = "calls"
NAMES = ("customers", "transactions", "cohorts", "metrics", "segments", "value", "revenue", "calls")
PATHS = [f"/api/analytics/{name}" for name in NAMES]


@pytest.fixture
def client() -> Iterator[Any]:
    with customers_table() as made:
        store, ledger = CustomerStore(made, TABLE), Ledger(made, TABLE)
        for number, month in enumerate(["2025-01", "2025-01", "2025-02", "2025-02"]):
            store.put(customer(f"C{number}", joined_at=at(f"{month}-10"), segment="gold" if number else None))
        ledger.book("C0", [transaction("T1", "C0", at=at("2025-01-20"), amount=10)])
        ledger.book("C1", [transaction("T2", "C1", at=at("2025-02-03"), amount=20, category="travel")])
        ledger.book("C1", [transaction("T3", "C1", at=at("2025-02-04"), amount=-5, channel="online")])
        ledger.book("C2", [transaction("T4", "C2", at=at("2025-02-28"), amount=300, currency="JPY")])
        create_table(made, CALLS, CALL_INDEXES)
        yield made


@pytest.fixture
def calling(client: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Caller]:
    module = load_handler("analytics_api", monkeypatch, {"CUSTOMERS_TABLE": TABLE, "CALLS_TABLE": CALLS})
    return lambda *groups: Caller(module, groups)


@pytest.fixture
def supervisor(calling: Callable[..., Caller]) -> Caller:
    return calling("supervisor")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("customer", 403), ("analyst", 200), ("admin", 200)])
def test_only_managers_read_analytics(calling: Callable[..., Caller], path: str, role: str, status: int) -> None:
    assert calling(role).get(path).status == status


def test_customers_are_counted_by_segment_and_month_of_joining(supervisor: Caller) -> None:
    found = supervisor.get(PATHS[0]).body
    assert found["customers"] == 4
    assert found["segments"] == [{"value": "gold", "customers": 3}, {"value": "unknown", "customers": 1}]
    assert found["joined"] == [{"value": "2025-01", "customers": 2}, {"value": "2025-02", "customers": 2}]


def test_transactions_are_summed_per_currency(supervisor: Caller) -> None:
    found = supervisor.get(PATHS[1], **{"from": "2025-01", "to": "2025-02"}).body
    usd, jpy = found["currencies"]
    assert (usd["currency"], jpy["currency"]) == ("USD", "JPY")
    assert usd["totals"] == {"purchases": 2, "spent": 30.0, "refunds": 1, "refunded": 5.0}
    assert [(row["period"], row["spent"]) for row in usd["series"]] == [("2025-01", 10.0), ("2025-02", 20.0)]
    assert [row["name"] for row in usd["categories"]] == ["travel", "groceries"]


def test_days_are_cut_at_both_ends_and_months_may_be_crossed(supervisor: Caller) -> None:
    found = supervisor.get(PATHS[1], by="day", **{"from": "2025-01-20", "to": "2025-02-03"}).body
    assert [row["period"] for row in found["currencies"][0]["series"]] == ["2025-01-20", "2025-02-03"]


def test_a_cohorts_active_share_is_of_those_who_joined(supervisor: Caller) -> None:
    january, february = supervisor.get(PATHS[2], **{"from": "2025-01", "to": "2025-02"}).body["cohorts"]
    assert [(age["age"], age["active"], age["active_share"]) for age in january["ages"]] == [(0, 1, 0.5), (1, 1, 0.5)]
    assert january["ages"][1]["spending"][0]["spent"] == 20.0
    assert (february["customers"], february["ages"][0]["active_share"]) == (2, 0.5)


def test_metrics_stand_beside_the_month_before(supervisor: Caller) -> None:
    found = supervisor.get(PATHS[3], month="2025-02").body
    assert (found["customers"], found["active"][-1]) == (4, {"month": "2025-02", "active": 2})
    usd = next(each for each in found["currencies"] if each["currency"] == "USD")
    assert (usd["month"]["spent"], usd["previous"]["spent"], usd["average_purchase"]) == (20.0, 10.0, 20.0)


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (PATHS[1], {"from": "2025-13"}, "from"),
        (PATHS[1], {"from": "2025-05", "to": "2025-04"}, "from"),
        (PATHS[1], {"from": "2015-01", "to": "2025-04"}, "from"),
        (PATHS[1], {"from": "2025-02-30", "by": "day"}, "from"),
        (PATHS[1], {"to": "2025-02", "by": "day"}, "to"),
        (PATHS[1], {"from": "2025-01-01", "to": "2025-12-31", "by": "day"}, "from"),
        (PATHS[1], {"from": "yesterday"}, "from"),
        (PATHS[1], {"by": "hour"}, "by"),
        (PATHS[2], {"to": "0000-01"}, "to"),
        (PATHS[3], {"month": "2025-00"}, "month"),
    ],
)
def test_a_period_that_makes_no_sense_is_named(
    supervisor: Caller, path: str, query: dict[str, str], field: str
) -> None:
    answer = supervisor.get(path, **query)
    assert (answer.status, answer.fields) == (422, [field])
