"""The customer record through the front door: find, read, book, import a file, analyse, report."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e

MAY = 1_746_878_400_000  # 2025-05-10T12:00Z


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def purchase(transaction_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "transaction_id": transaction_id,
        "at": MAY,
        "amount": 12.5,
        "currency": "EUR",
        "category": "groceries",
        "channel": "card_present",
        "merchant": "Corner Shop",
        "country": "DE",
        **fields,
    }


@pytest.fixture
def made(liam: Person) -> str:
    """A new customer with a name of her own."""
    customer_id = f"E2E-{uuid.uuid4().hex[:10]}"
    body = {"customer_id": customer_id, "name": f"Ada {customer_id}", "phone": "+12025550199", "joined_at": MAY}
    answer = liam.post("/api/customers", body, headers=key())
    assert answer.status_code == 201, answer.text
    return customer_id


def found(person: Person, **query: str) -> set[str]:
    answer = person.get("/api/customers", params={"limit": "100", **query})
    assert answer.status_code == 200, answer.text
    return {item["customer_id"] for item in answer.json()["items"]}


def test_an_agent_finds_seeded_customers_by_name_number_and_risk(hana: Person) -> None:
    assert "C00002" in found(hana, q="花子")
    assert found(hana, q="+1 202 555 0100") >= {"C00001"}
    assert found(hana, vip="true") == {"C00005", "C00008"}
    assert found(hana, risk="HIGH")
    first = hana.get("/api/customers", params={"limit": "10"}).json()
    second = hana.get("/api/customers", params={"limit": "10", "cursor": first["next_cursor"]}).json()
    ids = [item["customer_id"] for page in (first, second) for item in page["items"]]
    assert ids == sorted(set(ids))


def test_a_renamed_customer_is_found_by_the_new_name_only(liam: Person, hana: Person, made: str) -> None:
    eventually(lambda: found(hana, q=f"Ada {made}"), lambda ids: ids == {made})
    body = {"customer_id": made, "name": f"Grace {made}", "phone": "+12025550199", "joined_at": MAY}
    assert liam.request("PUT", f"/api/customers/{made}", json=body).status_code == 200
    eventually(lambda: found(hana, q=f"Grace {made}"), lambda ids: ids == {made})
    assert found(hana, q=f"Ada {made}") == set()
    assert hana.request("PUT", f"/api/customers/{made}", json=body).status_code == 403


def test_transactions_are_booked_once_and_a_wrong_list_not_at_all(liam: Person, hana: Person, made: str) -> None:
    path = f"/api/customers/{made}/transactions"
    rows = [purchase(f"{made}-{number}", at=MAY + number) for number in range(30)]
    assert liam.post(path, {"transactions": rows}, headers=key()).json() == {"added": 30, "known": 0}
    assert liam.post(path, rows[0], headers=key()).json() == {"added": 0, "known": 1}
    clash = liam.post(path, {"transactions": [purchase(f"{made}-x"), rows[0] | {"amount": 1}]}, headers=key())
    assert clash.status_code == 409
    assert clash.json()["errors"][0]["field"] == "transactions.1.transaction_id"
    wrong = liam.post(path, {"transactions": [purchase(f"{made}-x"), purchase(f"{made}-y", category="sweets")]})
    assert wrong.json()["errors"][0]["field"] == "transactions.1.category"
    assert hana.post(path, rows[0]).status_code == 403
    listed = hana.get(path, params={"limit": "100"}).json()["items"]
    assert [each["transaction_id"] for each in listed] == [f"{made}-{number}" for number in reversed(range(30))]
    overview = hana.get(f"/api/customers/{made}/overview").json()
    assert overview["totals"] == [{"currency": "EUR", "purchases": 30, "spent": 375.0, "refunds": 0, "refunded": 0.0}]


def test_a_failed_booking_does_not_use_up_its_key(liam: Person) -> None:
    headers = key()
    for _ in range(2):
        answer = liam.post("/api/customers/nobody/transactions", purchase("lost"), headers=headers)
        assert answer.status_code == 404


def test_an_overview_holds_the_customers_calls(liam: Person) -> None:
    calls = liam.get("/api/customers/C00001/overview").json()["calls"]
    assert "history-000" in {call["contact_id"] for call in calls}


def imported(person: Person, kind: str, content: str) -> dict[str, Any]:
    """Upload a file and wait until its import is over."""
    started = person.post("/api/customers/imports", {"kind": kind}, headers=key())
    assert started.status_code == 201, started.text
    put = httpx.put(started.json()["upload_url"], content=content.encode(), timeout=30)
    assert put.status_code == 200, put.text
    path = f"/api/customers/imports/{started.json()['import_id']}"
    state: dict[str, Any] = eventually(
        lambda: person.get(path).json(), lambda job: job["state"] not in {"WAITING", "RUNNING"}
    )
    return state


def test_files_are_imported_as_a_whole_or_not_at_all(liam: Person, made: str) -> None:
    customers = (
        "customer_id,name,phone,segment,joined_at\n"
        f"{made},Hopper {made},+12025550199,gold,2025-05-10\n"
        f"{made}-2,山田 {made},+819000019999,gold,2025-05-11\n"
    )
    job = imported(liam, "customers", customers)
    assert (job["state"], job["rows_stored"]) == ("DONE", 2), job
    eventually(lambda: found(liam, q=f"山田 {made}"), lambda ids: ids == {f"{made}-2"})
    header = "transaction_id,customer_id,at,amount,currency,category,channel,merchant,country"
    good = f"{made}-a,{made},2025-05-12,10.00,EUR,travel,online,Rail,DE"
    bad = f"{made}-b,{made},2025-05-12,ten,EUR,sweets,online,Rail,DE"
    job = imported(liam, "transactions", "\n".join([header, good, bad]))
    assert (job["state"], job["rows_rejected"]) == ("REJECTED", 1)
    assert [(error["row"], error["column"]) for error in job["errors"]] == [(3, "amount"), (3, "category")]
    assert liam.get(f"/api/customers/{made}/transactions").json()["items"] == []
    job = imported(liam, "transactions", "\n".join([header, good]))
    assert (job["state"], job["rows_stored"]) == ("DONE", 1), job
    assert len(liam.get(f"/api/customers/{made}/transactions").json()["items"]) == 1


def test_analytics_count_what_was_booked_and_agents_do_not_see_them(
    liam: Person, yuki: Person, hana: Person, made: str
) -> None:
    def spent() -> float:
        params = {"from": "2025-05-10", "to": "2025-05-10", "by": "day"}
        answer = yuki.get("/api/analytics/transactions", params=params)
        assert answer.status_code == 200, answer.text
        return sum(each["totals"]["spent"] for each in answer.json()["currencies"] if each["currency"] == "CHF")

    before = spent()
    booked = liam.post(f"/api/customers/{made}/transactions", purchase(f"{made}-1", currency="CHF", amount=70.25))
    assert booked.status_code == 201
    assert round(spent() - before, 2) == 70.25
    cohorts = yuki.get("/api/analytics/cohorts", params={"from": "2025-05", "to": "2025-05"}).json()["cohorts"]
    assert cohorts[0]["ages"][0]["active"] >= 1
    assert yuki.get("/api/analytics/customers").json()["customers"] >= 24
    assert yuki.get("/api/analytics/metrics", params={"month": "2025-05"}).json()["active"][-1]["active"] >= 1
    for name in ("customers", "transactions", "cohorts", "metrics"):
        assert hana.get(f"/api/analytics/{name}").status_code == 403


@pytest.mark.parametrize(("form", "start"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("html", b"<!doctype html>")])
def test_a_report_is_fetched_from_its_address(yuki: Person, form: str, start: bytes) -> None:
    headers = key()
    body = {"kind": "customers", "format": form, "language": "ja"}
    made = yuki.post("/api/reports", body, headers=headers)
    assert made.status_code == 201, made.text
    content = httpx.get(made.json()["url"], timeout=30).content
    assert content.startswith(start)
    assert len(content) == made.json()["bytes"]
    again = yuki.post("/api/reports", body, headers=headers)
    assert again.json()["report_id"] == made.json()["report_id"]


def test_a_report_of_a_wrong_period_fails_each_time_it_is_asked_for(yuki: Person) -> None:
    headers = key()
    for _ in range(2):
        answer = yuki.post("/api/reports", {"kind": "cohorts", "from": "2025-05", "to": "2025-04"}, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "from"
