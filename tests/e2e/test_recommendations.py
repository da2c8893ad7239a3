"""Recommendations through the front door: made from evidence, answered, counted, and their outcomes noticed."""

from __future__ import annotations

import json
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


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def debtor(liam: Person, days_past_due: int = 70) -> str:
    """A new customer who owes money for so many days."""
    customer_id = f"REC-{uuid.uuid4().hex[:10]}"
    body = {
        "customer_id": customer_id,
        "name": "Dana Doe",
        "phone": "+12025550198",
        "balance_due": 900.0,
        "days_past_due": days_past_due,
    }
    answer = liam.post("/api/customers", body, headers=key())
    assert answer.status_code == 201, answer.text
    return customer_id


def page(person: Person, user_id: str, **query: str) -> dict[str, Any]:
    answer = person.get(f"/api/recommendations/{user_id}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def advised(hana: Person, liam: Person) -> tuple[str, dict[str, Any]]:
    """A customer in difficulties with what a rule recommends."""
    user_id = debtor(liam)
    (one,) = [each for each in page(hana, user_id)["items"] if each["code"] == "advice_referral"]
    return user_id, one


def test_a_customer_in_difficulties_is_recommended_advice_with_reasons_in_both_languages(
    hana: Person, liam: Person
) -> None:
    user_id, one = advised(hana, liam)
    assert (one["source"], one["state"], one["rank"]) == ("rule", "open", 1)
    assert one["reasons"][0]["text"] == {"en": "70 days past due", "ja": "延滞70日"}
    assert page(hana, user_id)["items"] == page(liam, user_id)["items"]


def test_what_was_said_in_calls_is_evidence(hana: Person) -> None:
    """The demonstration tenant's customers have called before."""
    found = [one for number in range(1, 13) for one in page(hana, f"C{number:05d}")["items"]]
    assert {fact["source"] for one in found for fact in one["evidence"]} >= {"record", "scores", "calls"}
    assert all(one["propensity"] is None for one in found if one["source"] == "rule")
    assert all(0 < one["propensity"] <= 1 for one in found if one["source"] == "policy")


def test_it_is_done_once_however_often_it_is_said_and_cannot_be_undone(hana: Person, liam: Person) -> None:
    user_id, one = advised(hana, liam)
    address = f"/api/recommendations/{user_id}/{one['recommendation_id']}"
    headers = key()
    done = hana.post(f"{address}/implement", {"note": "appointment made"}, headers=headers)
    assert (done.status_code, done.json()["state"]) == (200, "implemented")
    assert hana.post(f"{address}/implement", {"note": "appointment made"}, headers=headers).json() == done.json()
    assert liam.post(f"{address}/implement", {}, headers=key()).json() == done.json()
    other = liam.post(f"{address}/dismiss", {"reason": "other"}, headers=key())
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (409, "conflict")
    reused = hana.post(f"{address}/implement", {"note": "another"}, headers=headers)
    assert (reused.status_code, reused.json()["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    judged = hana.post(f"{address}/feedback", {"helpful": True, "text": "助かりました"}, headers=key())
    assert judged.json()["feedback"][0]["by"] == "hana.sato"
    codes = {each["code"] for each in page(hana, user_id, state="open")["items"]}
    assert "advice_referral" not in codes
    (row,) = [each for each in liam.get("/api/recommendations/stats").json()["actions"] if each["code"] == one["code"]]
    assert row["implemented"] >= 1
    assert row["helpful"] >= 1


def test_pages_follow_one_another_and_a_state_may_be_asked_for(hana: Person, liam: Person) -> None:
    user_id, one = advised(hana, liam)
    address = f"/api/recommendations/{user_id}/{one['recommendation_id']}"
    assert hana.post(f"{address}/dismiss", {"reason": "customer_declined"}, headers=key()).status_code == 200
    (dismissed,) = page(hana, user_id, state="dismissed")["items"]
    assert dismissed["changes"][0]["reason"] == "customer_declined"
    found, cursor = [], None
    while True:
        part = page(hana, user_id, limit="1", **({"cursor": cursor} if cursor else {}))
        found += [each["recommendation_id"] for each in part["items"]]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert found == [each["recommendation_id"] for each in page(hana, user_id)["items"]]


def test_a_login_from_nowhere_asks_for_the_customers_identity(hana: Person, liam: Person) -> None:
    """Eight failed logins are a risk whatever the anomaly model thinks of each."""
    user_id = debtor(liam, days_past_due=0)
    now = int(time.time() * 1000)
    failed = [
        {
            "event_id": f"{user_id}-{number}",
            "kind": "security",
            "name": "login.failed",
            "at": now - number * 1000,
            "user_id": user_id,
            "attributes": {"address_country": "XX", "device": f"d{number}", "new_device": True},
        }
        for number in range(12)
    ]
    taken = liam.post("/api/realtime/events", {"events": failed}, headers=key())
    assert taken.status_code == 202, taken.text
    found = eventually(
        lambda: [each["code"] for each in page(hana, user_id, state="open")["items"]],
        lambda codes: "verify_identity" in codes,
    )
    assert found[0] == "verify_identity"


def test_what_nobody_took_up_is_noticed_and_outcomes_are_counted(stack: LocalStack, hana: Person, liam: Person) -> None:
    user_id, one = advised(hana, liam)
    client, table = stack.client("dynamodb"), stack.outputs["RecommendationsTableName"]
    partition = {"S": f"CUSTOMER#{user_id}"}

    def items(prefix: str) -> list[dict[str, Any]]:
        found = client.query(
            TableName=table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": partition, ":prefix": {"S": prefix}},
        )["Items"]
        return [dict(item) for item in found]

    # As it lies there a month later: due since a day.
    past = int(time.time() * 1000) - DAY_MS
    for item in (*items("REC#"), *items("ROUND#")):
        told = json.loads(item["json"]["S"])
        told["expires_at" if "expires_at" in told else "outcome_at"] = past
        if "outcome_at" in told:
            told["at"] = past - 28 * DAY_MS
        client.put_item(TableName=table, Item={**item, "due_at": {"N": str(past)}, "json": {"S": json.dumps(told)}})
    swept = invoke(stack, "RecommendationsOutcomes", {})
    assert swept["ignored"] >= 1
    assert swept["settled"] >= 1
    assert swept["judged_on"] >= 1
    (ignored,) = page(hana, user_id, state="ignored")["items"][-1:]
    assert ignored["changes"][0]["by"] == "system"
    assert one["recommendation_id"] in {
        each["recommendation_id"] for each in page(hana, user_id, state="ignored")["items"]
    }
    stats = liam.get("/api/recommendations/stats").json()
    assert {each["outcome"] for each in stats["effects"]} == {"active", "arrears_reduced"}
    assert {each["verdict"] for each in stats["effects"]} == {"too_few"}
    assert sum(each["treated"]["customers"] + each["held_out"]["customers"] for each in stats["effects"]) >= 2
    assert {each["policy"] for each in stats["policies"]["items"]} >= {"in_service", "nothing"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/recommendations/nobody-knows-me", 404),
        ("/api/recommendations/C00001?state=undecided", 422),
        ("/api/recommendations/C00001?cursor=made-up", 422),
        ("/api/recommendations/C00001?limit=0", 422),
        ("/api/recommendations/%20", 422),
    ],
)
def test_what_cannot_be_asked_is_refused(hana: Person, path: str, status: int) -> None:
    answer = hana.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("implement", {"note": "x" * 1001}, 422),
        ("implement", {"note": "\u0000"}, 422),
        ("dismiss", {}, 422),
        ("dismiss", {"reason": "because"}, 422),
        ("feedback", {"helpful": "perhaps"}, 422),
        ("feedback", {"helpful": True, "stars": 5}, 422),
        ("implement", {}, 404),
    ],
)
def test_what_cannot_be_said_is_refused(hana: Person, what: str, body: dict[str, Any], status: int) -> None:
    answer = hana.post(f"/api/recommendations/C00001/1790000000000-1/{what}", body, headers=key())
    assert answer.status_code == status, answer.text


def test_customers_see_none_of_it_and_agents_no_statistics(stack: LocalStack, hana: Person) -> None:
    customer = Person.signed_in(stack.url, "mia.lopez", stack.credentials["mia.lopez"])
    assert customer.get("/api/recommendations/C00001").status_code == 403
    assert hana.get("/api/recommendations/stats").status_code == 403
    assert Person(stack.url).get("/api/recommendations/C00001").status_code == 401
