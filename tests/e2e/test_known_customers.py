"""What a call knows of its customer: transactions and record, the record alone, or nobody."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from rapport.inference.payment_risk import HISTORY_FEATURES

from sandbox.replay import Recording, Replay, Spoken
from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e
PHONE = "+12025550100"
SAID = "i lost my job and i can't pay this month"


def customer_of(phone: str, stack: LocalStack) -> str:
    table = stack.outputs["CustomersTableName"]
    found = stack.client("dynamodb").query(
        TableName=table,
        IndexName="by_phone",
        KeyConditionExpression="phone = :phone",
        ExpressionAttributeValues={":phone": {"S": phone}},
    )
    return str(found["Items"][0]["pk"]["S"].removeprefix("CUSTOMER#"))


def state(stack: LocalStack, customer_id: str) -> dict[str, dict[str, str]]:
    return {
        "TableName": stack.outputs["CustomersTableName"],
        "Key": {"pk": {"S": f"CUSTOMER#{customer_id}"}, "sk": {"S": "FEATURES"}},  # type: ignore[dict-item]
    }


def forget(stack: LocalStack, customer_id: str) -> None:
    """As if nobody had ever asked: whoever reads next makes the state again."""
    stack.client("dynamodb").delete_item(**state(stack, customer_id))


def kept(stack: LocalStack, customer_id: str) -> bool:
    return "Item" in stack.client("dynamodb").get_item(**state(stack, customer_id))


def started(person: Person, customer_id: str | None) -> str:
    answer = person.post("/api/start_call", {"customer_id": customer_id} if customer_id else {})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["contact_id"])


def turn(name: str = "t1") -> dict[str, Any]:
    return {"id": name, "role": "CUSTOMER", "content": SAID, "begin_offset_millis": 0, "end_offset_millis": 3000}


def stored_features(stack: LocalStack, contact_id: str) -> dict[str, float]:
    item = stack.client("dynamodb").get_item(
        TableName=stack.outputs["CallsTableName"], Key={"pk": {"S": f"CALL#{contact_id}"}, "sk": {"S": "CALL"}}
    )["Item"]
    found: dict[str, float] = json.loads(item["facts"]["S"])["known"]["features"]
    return found


def test_a_call_over_http_is_scored_with_what_the_customer_did_before(stack: LocalStack, hana: Person) -> None:
    alex = customer_of(PHONE, stack)
    forget(stack, alex)
    contact = started(hana, alex)
    score = hana.post("/api/score_customer", {"contact_id": contact, "utterances": [turn()]}).json()["score"]
    assert score["customer_data"] == "transactions"
    features = stored_features(stack, contact)
    assert set(features) & set(HISTORY_FEATURES)
    assert "days_past_due" in features
    assert kept(stack, alex)


def test_a_call_from_the_stream_is_scored_with_what_the_customer_did_before(stack: LocalStack, hana: Person) -> None:
    alex = customer_of(PHONE, stack)
    contact = started(hana, alex)
    forget(stack, alex)
    said = {
        "Id": uuid.uuid4().hex,
        "ParticipantRole": "CUSTOMER",
        "Content": SAID,
        "BeginOffsetMillis": 0,
        "EndOffsetMillis": 3000,
    }
    record = {"EventType": "SEGMENTS", "ContactId": contact, "Segments": [{"Transcript": said}]}
    stack.client("kinesis").put_record(
        StreamName=stack.outputs["SegmentStreamName"], Data=json.dumps(record).encode(), PartitionKey=contact
    )
    call = eventually(
        lambda: hana.get(f"/api/calls/{contact}").json(), lambda found: found["insights"]["segment_count"] == 1
    )
    assert call["score"]["customer_data"] == "transactions"
    assert set(stored_features(stack, contact)) & set(HISTORY_FEATURES)
    assert kept(stack, alex)


def test_the_look_up_knows_what_the_caller_did_before(stack: LocalStack, hana: Person) -> None:
    alex = customer_of(PHONE, stack)
    forget(stack, alex)
    replay = Replay(stack.described, Recording("made", "en-US", (Spoken("CUSTOMER", SAID, 0, 3000, None),)), speed=1000,
                    phone=PHONE)  # fmt: skip
    replay.run()
    call = eventually(
        lambda: hana.get(f"/api/calls/{replay.contact_id}").json(),
        # The end of a call and its turns come by different streams, in either order.
        lambda found: found.get("status") == "ENDED" and found["score"] is not None,
    )
    assert call["customer_id"] == alex
    assert call["score"]["customer_data"] == "transactions"
    assert kept(stack, alex)


def test_a_customer_without_transactions_and_a_stranger_are_scored_too(stack: LocalStack, hana: Person) -> None:
    admin = Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
    number = uuid.uuid4().int % 10_000_000
    new = {"customer_id": f"N{number}", "name": "New Person", "phone": f"+1303{number:07d}", "days_past_due": 12}
    made = admin.post("/api/customers", new)
    assert made.status_code == 201, made.text
    for customer_id, data in ((new["customer_id"], "record"), (None, "none")):
        contact = started(hana, customer_id)
        score = hana.post("/api/score_customer", {"contact_id": contact, "utterances": [turn()]}).json()["score"]
        assert score["customer_data"] == data
        assert 0 < score["probability"] < 1


def test_a_churn_score_makes_the_state_once_and_a_booking_takes_it_along(stack: LocalStack, hana: Person) -> None:
    alex = customer_of(PHONE, stack)
    forget(stack, alex)
    assert hana.post("/api/inference/churn-score", {"customer_id": alex}).status_code == 200
    before = stack.client("dynamodb").get_item(**state(stack, alex))["Item"]["booked"]["N"]
    admin = Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])
    paid = {
        "transaction_id": uuid.uuid4().hex, "at": 1_750_000_000_000, "amount": 12.5, "currency": "USD",
        "category": "groceries", "channel": "online", "merchant": "Corner Shop", "country": "US",
    }  # fmt: skip
    booked = admin.post(f"/api/customers/{alex}/transactions", {"transactions": [paid]})
    assert booked.status_code in (200, 201), booked.text
    after = stack.client("dynamodb").get_item(**state(stack, alex))["Item"]["booked"]["N"]
    assert int(after) == int(before) + 1
