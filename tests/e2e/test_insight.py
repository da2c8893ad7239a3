"""Segments, summaries, features and counted calls through the front door."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually, invoke

pytestmark = pytest.mark.e2e

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


def snapshots(stack: LocalStack, event: dict[str, Any]) -> dict[str, Any]:
    """What the schedule does, or an operator for a few customers."""
    return invoke(stack, "ScoringSnapshots", event)


@pytest.fixture(scope="module")
def bought(liam: Person) -> str:
    """A customer who bought something a week ago."""
    customer_id, now = f"SEEN-{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    person = {"customer_id": customer_id, "name": f"Ada {customer_id}", "phone": "+12025550188"}
    assert liam.post("/api/customers", person, headers=key()).status_code == 201
    buy(liam, customer_id, 1, now - 7 * DAY_MS)
    return customer_id


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def buy(person: Person, customer_id: str, number: int, at: int) -> None:
    bought = {
        "transaction_id": f"{customer_id}-{number}",
        "at": at,
        "amount": 40.0 * number,
        "currency": "USD",
        "category": "travel",
        "channel": "online",
        "merchant": "Railway",
        "country": "US",
    }
    answer = person.post(f"/api/customers/{customer_id}/transactions", bought, headers=key())
    assert answer.status_code == 201, answer.text


def read(person: Person, path: str, **query: str) -> Any:
    answer = person.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def members(person: Person, code: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = read(person, f"/api/analytics/segments/{code}/customers", **({"cursor": cursor} if cursor else {}))
        found += [item["customer"]["customer_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    return found


def test_the_first_round_looks_at_every_seeded_customer(yuki: Person, hana: Person) -> None:
    found = eventually(
        lambda: read(yuki, "/api/analytics/segments"), lambda found: found["customers"] >= 24, within_s=90, every_s=2
    )
    assert sum(each["customers"] for each in found["segments"]) == found["customers"]
    assert {each["code"] for each in found["segments"]} >= {"loyal", "lost-big", "lost-small"}
    (usd,) = [each for each in read(yuki, "/api/analytics/value")["currencies"] if each["currency"] == "USD"]
    shares = [decile["share"] for decile in usd["deciles"]]
    assert shares == sorted(shares, reverse=True)
    revenue = read(yuki, "/api/analytics/revenue")["currencies"][0]
    assert revenue["ahead"]
    assert revenue["trend"]["months"] >= 3
    for name in ("segments", "value", "revenue", "calls", "segments/loyal/customers"):
        assert hana.get(f"/api/analytics/{name}").status_code == 403


def test_a_customer_enters_a_segment_when_seen_and_the_summary_tells(
    stack: LocalStack, liam: Person, hana: Person, bought: str
) -> None:
    path = f"/api/analytics/{bought}/summary"
    assert read(hana, path)["scores"] is None
    assert snapshots(stack, {"customer_ids": [bought, "nobody"]}) == {"taken": 1}
    before = read(hana, path)
    assert before["value"][0]["channels"][0]["name"] == "online"
    code = before["scores"]["segment"]
    eventually(lambda: members(liam, code), lambda found: found.count(bought) == 1)
    # Another purchase moves the value, and with it the place in the segment.
    buy(liam, bought, 2, int(time.time() * 1000) - 1000)
    assert snapshots(stack, {"customer_ids": [bought]}) == {"taken": 1}
    after = read(hana, path)
    assert after["scores"]["value_12m"] != before["scores"]["value_12m"]
    assert after["scores"]["at"] > before["scores"]["at"]
    eventually(lambda: members(liam, after["scores"]["segment"]), lambda found: found.count(bought) == 1)
    assert hana.get("/api/analytics/nobody/summary").status_code == 404


def test_a_round_of_the_day_is_not_begun_twice(stack: LocalStack) -> None:
    first = snapshots(stack, {})
    assert first["finished_at"] is not None
    assert snapshots(stack, {}) == first


def test_features_are_served_with_a_customers_place_among_everybody(hana: Person) -> None:
    declared = read(hana, "/api/features")
    assert len(declared["items"]) == 75
    mine = read(hana, "/api/customers/C00003/features")
    assert len(mine["items"]) == 65
    assert all(0 <= item["rank"] <= 1 for item in mine["items"] if item["rank"] is not None)
    assert hana.get("/api/customers/nobody/features").status_code == 404
    assert hana.get("/api/customers/%27%20or%201/features").status_code == 422


def test_an_ended_call_is_counted_once_with_its_outcome(yuki: Person, hana: Person) -> None:
    def refused() -> int:
        outcomes = read(yuki, "/api/analytics/calls")["outcomes"]
        return sum(each["calls"] for each in outcomes if each["value"] == "REFUSED")

    before = refused()
    started = hana.post("/api/start_call", {"language": "en-US"}, headers=key())
    contact_id = started.json()["contact_id"]
    for outcome in ("CALLBACK", "REFUSED"):
        ended = hana.post("/api/end_call", {"contact_id": contact_id, "outcome": outcome})
        assert ended.status_code == 200, ended.text
    eventually(refused, lambda found: found == before + 1)
