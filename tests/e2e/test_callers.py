"""Who is calling, through the front door: calls become profiles, bursts campaigns, agents' words lists."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually, invoke

pytestmark = pytest.mark.e2e
CUSTOMER = "+12025550100"
SAID = (
    "this is the alert system of your card issuer with important information about the interest rate on your account "
    "you now qualify for a reduced rate press one to speak with a representative before the offer expires today"
)


def profile(person: Person, number: str) -> dict[str, Any]:
    answer = person.get(f"/api/profiles/caller/{number.replace('+', '%2B')}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def look_up(stack: LocalStack, number: str, contact: str) -> dict[str, Any]:
    data = {
        "ContactId": contact,
        "Channel": "VOICE",
        "CustomerEndpoint": {"Address": number, "Type": "TELEPHONE_NUMBER"},
        "SystemEndpoint": {"Address": "+81312340000", "Type": "TELEPHONE_NUMBER"},
    }
    return invoke(
        stack, "CallsLookup", {"Name": "ContactFlowEvent", "Details": {"ContactData": data, "Parameters": {}}}
    )


def ended_call(person: Person, number: str, contact: str, *, said: str | None = None) -> None:
    """A call that the agent takes and ends."""
    body = {"contact_id": contact, "phone": number}
    assert person.post("/api/start_call", body).status_code == 201
    if said:
        turn = {"id": "t1", "role": "CUSTOMER", "content": said, "begin_offset_millis": 0, "end_offset_millis": 9000}
        assert person.post("/api/score_customer", {"contact_id": contact, "utterances": [turn]}).status_code == 200
    assert person.post("/api/end_call", {"contact_id": contact, "outcome": "OTHER"}).status_code == 200


def fresh() -> str:
    # An IP number of Japan; none begins with 0 after the prefix.
    return f"+8150{uuid.uuid4().int % 900_000 + 100_000}"


def test_a_call_is_looked_up_taken_and_profiled_under_a_token(stack: LocalStack, hana: Person) -> None:
    number, contact = f"{fresh()}11", str(uuid.uuid4())
    answer = look_up(stack, number, contact)
    assert answer["lookupStatus"] == "ok"
    assert all(isinstance(value, str) for value in answer.values())
    assert look_up(stack, number, contact) == answer
    ended_call(hana, number, contact, said=SAID)
    found = eventually(lambda: profile(hana, number), lambda p: p["persistence"]["dialled"] == 1)
    assert (found["frequency"]["total"], found["number_type"], found["country"]) == (1, "VOIP", "JP")
    assert found["ending"] is None
    assert all(reason["text"]["en"] and reason["text"]["ja"] for reason in found["spam"]["reasons"])
    stored = stack.client("dynamodb").scan(TableName=stack.outputs["CallersTableName"])["Items"]
    assert number[1:] not in str(stored)


def test_a_customer_is_known_by_the_number_and_by_its_token(hana: Person, stack: LocalStack) -> None:
    contact = str(uuid.uuid4())
    assert look_up(stack, CUSTOMER, contact)["spamReason"] == "customer"
    body = {"contact_id": contact, "phone": CUSTOMER, "customer_id": profile(hana, CUSTOMER)["customers"][0]}
    assert hana.post("/api/start_call", body).status_code == 201
    assert hana.post("/api/end_call", {"contact_id": contact}).status_code == 200
    token = profile(hana, CUSTOMER)["caller"]
    found = eventually(
        lambda: hana.get(f"/api/profiles/caller/{token}").json(),
        lambda p: p.get("ending") == CUSTOMER[-4:],
    )
    assert found["spam"]["advice"] == "none"


def test_a_burst_becomes_a_campaign_that_the_next_call_is_warned_of(
    stack: LocalStack, hana: Person, yuki: Person
) -> None:
    block = fresh()
    for line in range(10, 24):
        ended_call(hana, f"{block}{line}", str(uuid.uuid4()))
    found = eventually(lambda: profile(hana, f"{block}12"), lambda p: p["campaign"] is not None)
    campaign = found["campaign"]["campaign_id"]
    answer = look_up(stack, f"{block}77", str(uuid.uuid4()))
    assert (answer["isSpam"], answer["spamReason"]) == ("false", "campaign")
    assert hana.post(f"/api/callers/campaigns/{campaign}/verdict", {"verdict": "spam"}).status_code == 403
    judged = yuki.post(f"/api/callers/campaigns/{campaign}/verdict", {"verdict": "spam"})
    assert judged.json()["verdict"] == "spam", judged.text
    assert look_up(stack, f"{block}78", str(uuid.uuid4()))["isSpam"] == "true"
    detail = hana.get(f"/api/callers/campaigns/{campaign}").json()
    assert len(detail["members"]) >= 7
    assert detail["edges"]
    listed = hana.get("/api/callers/campaigns").json()["items"]
    assert campaign in [item["campaign_id"] for item in listed]


def test_two_agents_block_a_number_and_a_supervisor_takes_it_off(
    stack: LocalStack, hana: Person, emma: Person, yuki: Person, liam: Person
) -> None:
    number, contact = f"{fresh()}55", str(uuid.uuid4())
    ended_call(hana, number, contact)
    first = hana.post("/api/callers/feedback", {"contact_id": contact, "spam": True})
    assert (first.status_code, first.json()["block"]) == (200, None)
    assert emma.post("/api/callers/feedback", {"contact_id": contact, "spam": True}).status_code == 404
    second = emma.post("/api/callers/feedback", {"phone": number, "spam": True}).json()
    assert second["block"]["by"] == "feedback"
    assert look_up(stack, number, str(uuid.uuid4()))["spamReason"] == "block-list"
    token = second["caller"]
    assert token in [entry["caller"] for entry in hana.get("/api/callers/lists?list=block").json()["items"]]
    assert yuki.request("DELETE", f"/api/callers/lists/block/{token}").status_code == 204
    assert profile(hana, number)["block"] is None
    made = yuki.post("/api/callers/lists", {"caller": token, "list": "allow", "days": 5, "reason": "a supplier"},
                     headers={"idempotency-key": uuid.uuid4().hex})  # fmt: skip
    assert made.status_code == 201
    assert look_up(stack, number, str(uuid.uuid4()))["spamReason"] == "allow-list"
    labels = liam.get("/api/callers/labels").json()["items"]
    assert sum(label["caller"] == token and label["spam"] for label in labels) == 2
    assert hana.get("/api/callers/labels").status_code == 403


@pytest.mark.parametrize("number", ["anonymous", "not-a-number", "%2B1"])
def test_what_is_no_number_is_refused(hana: Person, number: str) -> None:
    answer = hana.get(f"/api/profiles/caller/{number}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "phone_number"


@pytest.mark.parametrize("body", [{"spam": True}, {"spam": True, "phone": "+81312345678", "contact_id": "x"}, {}])
def test_feedback_names_one_number(hana: Person, body: dict[str, Any]) -> None:
    assert hana.post("/api/callers/feedback", body).status_code == 422


def test_a_record_that_nobody_can_read_goes_to_the_poison_queue_and_holds_nobody_up(
    stack: LocalStack, hana: Person
) -> None:
    name, number = stack.outputs["IntelligenceStreamName"], f"{fresh()}33"
    stack.client("kinesis").put_record(StreamName=name, Data=b"not json", PartitionKey="x")
    ended_call(hana, number, str(uuid.uuid4()))
    eventually(lambda: profile(hana, number), lambda p: p["frequency"]["total"] == 1)
