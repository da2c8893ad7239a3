"""The functions themselves: who may see and answer what, refusals by name, and the hourly sweep."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rapport.calls.model import LocalisedText
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.inference.anomaly import Kind
from rapport.profiles.model import AnomalyFound
from rapport.profiles.state import ProfileState
from rapport.profiles.store import DynamoProfiles
from rapport.profiles.updater import StoredProfile
from rapport.realtime.event import Event, EventKind
from rapport.recommendations.model import Head
from rapport.recommendations.ports import Turn
from rapport.recommendations.store import DynamoRecommendationStore
from rapport.runtime.clock import DAY_MS

from infra.stacks.data import CALL_INDEXES, CUSTOMER_INDEXES, RECOMMENDATION_INDEXES
from tests.builders.customers import transaction
from tests.builders.dynamodb import create_table
from tests.builders.http import CONTEXT, Caller, load_handler
from tests.builders.recommendations import debtor, round_

# A sweep stops a minute before its time is over.
SPACIOUS = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
ENVIRONMENT = {
    "RECOMMENDATIONS_TABLE": "recommendations",
    "CUSTOMERS_TABLE": "customers",
    "CALLS_TABLE": "calls",
    "PROFILES_TABLE": "profiles",
    "IDENTITY_TABLE": "identity",
    "RECOMMENDATION_HOLDOUT_PERCENT": "0",
}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """DynamoDB with a customer in difficulties."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "recommendations", RECOMMENDATION_INDEXES)
        create_table(client, "customers", CUSTOMER_INDEXES)
        create_table(client, "calls", CALL_INDEXES)
        create_table(client, "profiles")
        create_table(client, "identity")
        CustomerStore(client, "customers").put(debtor(days_past_due=70))
        yield client


@pytest.fixture
def hana(client: Any, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """An agent."""
    return Caller(load_handler("recommendations_api", monkeypatch, ENVIRONMENT), ("agent",), "hana")


def advice(caller: Caller) -> str:
    """Where the advice for the customer in difficulties is answered."""
    items = caller.get("/api/recommendations/C1").body["items"]
    (one,) = [each for each in items if each["code"] == "advice_referral"]
    return f"/api/recommendations/C1/{one['recommendation_id']}"


def test_a_look_makes_what_is_warranted_and_another_look_shows_the_same(hana: Caller) -> None:
    first = hana.get("/api/recommendations/C1").body
    assert first == hana.get("/api/recommendations/C1").body
    assert (first["group"], first["policy_synthetic"], first["next_cursor"]) == ("treated", True, None)
    (one,) = hana.get("/api/recommendations/C1", limit=1).body["items"]
    assert one["code"] == "advice_referral"
    assert one["evidence"][0]["text"] == {"en": "70 days past due", "ja": "延滞70日"}


def test_what_the_profile_found_unusual_is_in_the_evidence(client: Any, hana: Caller) -> None:
    now = int(time.time() * 1000)
    state = ProfileState()
    state.add(Event(event_id="e1", kind=EventKind.SECURITY, name="login.failed", at=now, user_id="C1"))
    state.close()
    profiles = DynamoProfiles(client, "profiles")
    profiles.save({"C1": StoredProfile(state.to_bytes(), 1)})
    said = LocalisedText(en="From a country never seen before", ja="初めての国から")
    odd = AnomalyFound(
        event_id="e1", at=now, kind=Kind.LOGIN, name="login.failed", score=0.8, rarity=0.001, reasons=[said]
    )
    profiles.add_anomalies("C1", [odd])
    first = hana.get("/api/recommendations/C1").body["items"][0]
    assert (first["code"], first["reasons"][0]["text"]["en"]) == ("verify_identity", said.en)


def test_answers_are_given_once_and_the_same_key_gives_the_same_answer(hana: Caller) -> None:
    address = advice(hana)
    done = hana.post(f"{address}/implement", {"note": " told her "}, idempotency_key="12345678")
    assert (done.status, done.body["state"], done.body["changes"][0]["note"]) == (200, "implemented", "told her")
    assert hana.post(f"{address}/implement", {"note": " told her "}, idempotency_key="12345678").body == done.body
    assert hana.post(f"{address}/implement", {}).body == done.body
    refused = hana.post(f"{address}/dismiss", {"reason": "other"})
    assert (refused.status, refused.kind) == (409, "conflict")
    judged = hana.post(f"{address}/feedback", {"helpful": False, "text": "遅すぎました"}).body
    assert judged["feedback"][0]["by"] == "hana"
    assert hana.get("/api/recommendations/C1", state="implemented").body["items"] == [judged]


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("dismiss", {}, "reason"),
        ("dismiss", {"reason": "because"}, "reason"),
        ("implement", {"note": "x" * 1001}, "note"),
        ("implement", {"note": "\u0007"}, "note"),
        ("feedback", {"text": "fine"}, "helpful"),
        ("feedback", {"helpful": True, "stars": 5}, "stars"),
    ],
)
def test_what_is_wrong_is_named(hana: Caller, what: str, body: dict[str, Any], field: str) -> None:
    answer = hana.post(f"{advice(hana)}/{what}", body)
    assert (answer.status, answer.fields) == (422, [field])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/recommendations/C9", 404),
        ("/api/recommendations/a%20b", 422),
        ("/api/recommendations/" + "x" * 129, 422),
    ],
)
def test_a_customer_nobody_knows_has_none(hana: Caller, path: str, status: int) -> None:
    assert hana.get(path).status == status


def test_a_made_up_cursor_is_refused(hana: Caller) -> None:
    answer = hana.get("/api/recommendations/C1", cursor="e30")
    assert (answer.status, answer.fields) == (422, ["cursor"])


@pytest.mark.parametrize(
    ("groups", "reads", "counts"),
    [(("customer",), 403, 403), (("agent",), 200, 403), (("supervisor",), 200, 200), (("analyst",), 200, 200)],
)
def test_who_works_here_reads_them_and_who_leads_reads_the_statistics(
    hana: Caller, groups: tuple[str, ...], reads: int, counts: int
) -> None:
    person = Caller(hana.module, groups)
    assert person.get("/api/recommendations/C1").status == reads
    assert person.get("/api/recommendations/stats").status == counts


def test_the_sweep_settles_what_is_due_and_judges_policies_on_it(
    client: Any, hana: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DynamoRecommendationStore(client, "recommendations")
    now = int(time.time() * 1000)
    at = now - 29 * DAY_MS
    Ledger(client, "customers").book("C1", [transaction("T1", "C1", at=at + DAY_MS)])
    due = round_(at=at, experiment="first")
    store.turn(Turn(None, Head(customer_id="C1", version=1), due, (), ()))
    outcomes = load_handler("recommendations_outcomes", monkeypatch, ENVIRONMENT)
    assert outcomes.handler({}, SPACIOUS) == {"ignored": 0, "settled": 1, "judged_on": 1}
    assert outcomes.handler({}, CONTEXT) == {"ignored": 0, "settled": 0, "judged_on": 1}
    stats = Caller(hana.module, ("analyst",)).get("/api/recommendations/stats").body
    (active,) = [each for each in stats["effects"] if each["outcome"] == "active"]
    assert active["treated"] == {"customers": 1, "rate": 1.0}
    assert (active["verdict"], active["difference"]) == ("too_few", None)
    assert {each["customers"] for each in stats["policies"]["items"]} == {1}
    assert store.mature(now, 10) == []
