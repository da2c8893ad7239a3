"""Fraud cases through the front door: a payment comes in, a case opens, two people decide, the model learns."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import rapport_inference

from models.upload import upload
from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually
from tests.e2e.thefts import book, case_of_theft, payment, victim

pytestmark = pytest.mark.e2e

SHIPPED = rapport_inference.ROOT / "models"
UPLOADED = "9.0.0"
WHY = "the customer was called and knows this shop"


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


@pytest.fixture(scope="module")
def mia(stack: LocalStack) -> Person:
    """Another risk analyst."""
    return Person.signed_in(stack.url, "mia.novak", stack.credentials["mia.novak"])


def done(person: Person, path: str, body: Any, **headers: str) -> Any:
    answer = person.post(path, body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


def everything(person: Person, **query: str) -> list[dict[str, Any]]:
    """Every case of a list, a few a page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = person.get("/api/cases", params={"limit": "3", **query, **cursor}).json()
        found += page["items"]
        if not page["next_cursor"]:
            return found
        cursor = {"cursor": page["next_cursor"]}


def outcomes(stack: LocalStack, transaction_id: str) -> list[bool | None]:
    """Outcomes of every prediction about a payment."""
    table, client = stack.outputs["ModelsTableName"], stack.client("dynamodb")
    keys = client.query(
        TableName=table,
        IndexName="by_subject",
        KeyConditionExpression="subject = :subject",
        ExpressionAttributeValues={":subject": {"S": f"fraud#{transaction_id}"}},
    )["Items"]
    items = [client.get_item(TableName=table, Key={n: k[n] for n in ("pk", "sk")})["Item"] for k in keys]
    return [item["outcome"]["BOOL"] if "outcome" in item else None for item in items]


def test_a_suspicious_payment_becomes_a_case_that_two_people_close_and_the_model_learns(
    stack: LocalStack, liam: Person, mia: Person
) -> None:
    case = case_of_theft(liam)
    address = f"/api/cases/{case['case_id']}"
    detail = liam.get(address).json()
    assert detail["recommendation"] == "fraud"
    finding = detail["case"]["finding"]
    assert finding["probability"] >= finding["threshold"] > 0.126
    assert all(reason["en"] and reason["ja"] for reason in finding["reasons"])
    assert detail["customer"]["name"] == "Victoria Vale"
    assert detail["second_for"] == {"fraud": [], "legitimate": ["override"], "inconclusive": ["override"]}
    assert outcomes(stack, case["subject"]["id"]) == [None]

    taken = done(liam, f"{address}/assign", {"assignee": "liam.hughes", "version": 1}, **key())
    done(mia, f"{address}/comment", {"text": "お客様に電話しました"}, **key())
    stale = liam.post(
        f"{address}/decision",
        {"outcome": "legitimate", "reason_code": "customer_confirmed", "text": WHY, "version": taken["version"]},
    )
    assert (stale.status_code, stale.json()["errors"][0]["field"]) == (409, "version")
    assert "mia.novak has changed this case" in stale.json()["detail"]

    decision = {"outcome": "legitimate", "reason_code": "customer_confirmed", "text": WHY, "version": 3}
    headers = key()
    waiting = done(liam, f"{address}/decision", decision, **headers)
    assert done(liam, f"{address}/decision", decision, **headers) == waiting
    assert (waiting["state"], waiting["decision"]["second"]) == ("awaiting_second", ["override"])
    own = liam.post(f"{address}/decision", {"confirm": True})
    assert (own.status_code, own.json()["type"].rpartition("/")[2]) == (403, "forbidden")
    assert outcomes(stack, case["subject"]["id"]) == [None]

    closed = done(mia, f"{address}/decision", {"confirm": True, "version": 4}, **key())
    assert (closed["state"], closed["outcome"]) == ("closed", "legitimate")
    assert closed["decision"]["confirmed_by"] == "mia.novak"
    eventually(lambda: outcomes(stack, case["subject"]["id"]), lambda found: found == [False])

    record = mia.get(address).json()
    assert [event["type"] for event in record["events"]] == [
        "opened", "assigned", "commented", "decided", "confirmed",
    ]  # fmt: skip
    assert record["verification"] == {"intact": True, "events": 5, "broken_at": None, "problem": None}


def test_a_case_sent_back_and_one_reopened_go_on_and_a_new_decision_corrects_the_label(
    stack: LocalStack, liam: Person, mia: Person, yuki: Person
) -> None:
    case = case_of_theft(liam)
    address = f"/api/cases/{case['case_id']}"
    override = {"outcome": "legitimate", "reason_code": "usual_behaviour", "text": WHY}
    done(liam, f"{address}/decision", override)
    assert mia.post(f"{address}/decision", {"confirm": False}).status_code == 422
    back = done(mia, f"{address}/decision", {"confirm": False, "text": "call the shop first"}, **key())
    assert (back["state"], back["assignee"]) == ("assigned", "liam.hughes")
    done(liam, f"{address}/decision", {"outcome": "fraud", "reason_code": "customer_denied", "text": ""})
    eventually(lambda: outcomes(stack, case["subject"]["id"]), lambda found: found == [True])

    reopened = done(yuki, f"{address}/reopen", {"text": "the customer has found the receipt"}, **key())
    assert (reopened["state"], reopened["assignee"], reopened["outcome"]) == ("open", None, None)
    again = done(yuki, f"{address}/decision", override)
    assert again["decision"]["second"] == ["override", "reopened"]
    done(liam, f"{address}/decision", {"confirm": True})
    eventually(lambda: outcomes(stack, case["subject"]["id"]), lambda found: found == [False])


def test_a_record_that_was_tampered_with_says_where(stack: LocalStack, liam: Person) -> None:
    case = case_of_theft(liam)
    address = f"/api/cases/{case['case_id']}"
    done(liam, f"{address}/comment", {"text": "the shop confirms the delivery"})
    client, table = stack.client("dynamodb"), stack.outputs["CasesTableName"]
    place = {"pk": {"S": f"CASE#{case['case_id']}"}, "sk": {"S": "EVENT#000002"}}
    written = client.get_item(TableName=table, Key=place)["Item"]["json"]["S"]
    client.update_item(
        TableName=table,
        Key=place,
        UpdateExpression="SET #json = :json",
        ExpressionAttributeNames={"#json": "json"},
        ExpressionAttributeValues={":json": {"S": written.replace("confirms", "denies")}},
    )
    found = liam.get(address).json()["verification"]
    assert (found["intact"], found["broken_at"]) == (False, 2)


def test_the_inbox_is_filtered_paged_and_counted(liam: Person, mia: Person) -> None:
    case = case_of_theft(liam)
    before = liam.get("/api/cases", params={"limit": 1}).json()["counts"]
    address = f"/api/cases/{case['case_id']}"
    done(liam, f"{address}/assign", {"assignee": "mia.novak"})
    mine = everything(mia, assignee="me")
    assert case["case_id"] in [each["case_id"] for each in mine]
    assert {each["assignee"] for each in mine} == {"mia.novak"}
    assert {each["assignee"] for each in everything(liam, assignee="nobody")} == {None}
    high = everything(liam, band="HIGH", kind="fraud")
    assert {each["band"] for each in high} == {"HIGH"}
    waiting = everything(liam, state="open")
    assert [each["due_at"] for each in waiting] == sorted(each["due_at"] for each in waiting)
    after = liam.get("/api/cases", params={"limit": 1}).json()["counts"]
    assert (after["open"], after["assigned"]) == (before["open"] - 1, before["assigned"] + 1)
    done(mia, f"{address}/assign", {"assignee": None})


def test_an_analyst_opens_a_case_by_hand_once(liam: Person) -> None:
    customer_id = victim(liam)
    (transaction_id,) = book(liam, customer_id, [payment(customer_id, int(time.time() * 1000) - 1000)])
    body, headers = {"customer_id": customer_id, "transaction_id": transaction_id}, key()
    made = done(liam, "/api/cases", body, **headers)
    assert done(liam, "/api/cases", body, **headers)["case_id"] == made["case_id"]
    assert made["opened_by"] == "liam.hughes"
    again = liam.post("/api/cases", body, headers=key())
    assert again.status_code == 409
    assert made["case_id"] in again.json()["detail"]
    missing = liam.post("/api/cases", {**body, "transaction_id": "nothing"}, headers=key())
    assert missing.status_code == 404


def test_an_agent_sees_no_cases(hana: Person, liam: Person) -> None:
    case = everything(liam)[0]
    address = f"/api/cases/{case['case_id']}"
    assert {hana.get(path).status_code for path in ("/api/cases", "/api/cases/staff", address)} == {403}
    body = {"outcome": "fraud", "reason_code": "other", "text": WHY}
    assert hana.post(f"{address}/decision", body, headers=key()).status_code == 403
    assert hana.post(f"{address}/comment", {"text": "hello"}, headers=key()).status_code == 403


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("decision", {"outcome": "maybe", "reason_code": "other"}, "outcome"),
        ("decision", {"outcome": "fraud"}, "body"),
        ("decision", {"outcome": "fraud", "reason_code": "other", "confirm": True}, "body"),
        ("decision", {"outcome": "legitimate", "reason_code": "other", "text": "no"}, "text"),
        ("comment", {"text": "  "}, "text"),
        ("comment", {"text": "x" * 2001}, "text"),
        ("comment", {"text": "bell\u0007"}, "text"),
        ("assign", {"assignee": "hana.sato"}, "assignee"),
        ("assign", {"assignee": "'; DROP TABLE cases; --"}, "assignee"),
        ("assign", {"assignee": None, "version": -1}, "version"),
        ("reopen", {}, "text"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(
    liam: Person, action: str, body: dict[str, Any], field: str
) -> None:
    case = everything(liam, state="open")[0]
    answer = liam.post(f"/api/cases/{case['case_id']}/{action}", body, headers=key())
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert liam.get(f"/api/cases/{case['case_id']}").json()["case"]["version"] == case["version"]


def test_a_case_nobody_knows_and_a_cursor_that_was_made_up(liam: Person) -> None:
    assert liam.get(f"/api/cases/{uuid.uuid4()}").status_code == 404
    assert liam.get("/api/cases/nothing").status_code == 422
    assert liam.get("/api/cases", params={"cursor": "bm90aGluZw"}).status_code == 422
    assert liam.get("/api/cases", params={"state": "lost"}).status_code == 422


def test_what_the_intake_cannot_read_goes_to_the_poison_queue(stack: LocalStack) -> None:
    sqs, queue = stack.client("sqs"), stack.outputs["PoisonQueueUrl"]
    marker = uuid.uuid4().hex
    stack.client("dynamodb").put_item(
        TableName=stack.outputs["CustomersTableName"],
        Item={"pk": {"S": "CUSTOMER#poison"}, "sk": {"S": f"TXN#{marker}"}, "json": {"S": "{"}},
    )

    def received() -> list[dict[str, Any]]:
        return list(sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []))

    messages = eventually(received, lambda found: any("no transaction" in m["Body"] for m in found))
    for message in messages:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def test_a_version_that_was_uploaded_finds_cases_too(
    stack: LocalStack, liam: Person, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And the roles of both functions may read it where it lies."""
    shipped = SHIPPED / "fraud" / (SHIPPED / "fraud" / "CURRENT").read_text().strip()
    folder: Path = tmp_path_factory.mktemp("fraud") / UPLOADED
    shutil.copytree(shipped, folder)
    said = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**said, "version": UPLOADED}))
    names = {"bucket": stack.outputs["FilesBucketName"], "table": stack.outputs["ModelsTableName"]}
    upload(folder, s3=stack.client("s3"), dynamodb=stack.client("dynamodb"), **names)
    why = "watch it for a day"
    done(liam, "/api/models/fraud/challenge", {"version": UPLOADED, "share": 1.0, "reason": why})
    # A function reads the roll-out again after half a minute.
    time.sleep(31)
    case = case_of_theft(liam)
    assert liam.get(f"/api/cases/{case['case_id']}").json()["case"]["finding"]["version"] == UPLOADED
    customer_id = victim(liam)
    (transaction_id,) = book(liam, customer_id, [payment(customer_id, int(time.time() * 1000) - 1000)])
    made = done(liam, "/api/cases", {"customer_id": customer_id, "transaction_id": transaction_id})
    assert made["finding"]["version"] == UPLOADED
    done(liam, "/api/models/fraud/challenge", {"version": None, "reason": "seen enough"})
