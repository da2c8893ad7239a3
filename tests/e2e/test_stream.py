"""Calls from Amazon Connect's streams, whatever the streams do."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from sandbox.replay import Recording, Replay, Spoken
from sandbox.stack import LocalStack
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e

LINES = (
    ("AGENT", "thank you for calling example bank"),
    ("CUSTOMER", "hello it is about my card"),
    ("CUSTOMER", "i lost my job and i can't pay this month"),
    ("AGENT", "i am sorry to hear that"),
    ("CUSTOMER", "i don't have the money right now this is terrible"),
    ("CUSTOMER", "i will pay fifty on friday"),
)
JAPANESE = (
    ("AGENT", "サンプル銀行でございます。"),
    ("CUSTOMER", "今月は払えません。"),
    ("CUSTOMER", "月末までに必ず振り込みます。"),
)


def recording(lines: tuple[tuple[str, str], ...], language: str = "en-US") -> Recording:
    turns = tuple(
        Spoken(role, text, number * 4000, number * 4000 + 3000, None) for number, (role, text) in enumerate(lines)
    )
    return Recording("made", language, turns)


def finished(stack: LocalStack, viewer: Person, lines: tuple[tuple[str, str], ...], **options: Any) -> dict[str, Any]:
    """Replay a call at once and wait until everything of it has arrived."""
    replay = Replay(stack.described, recording(lines), speed=1000, phone="+12025550100", **options)
    replay.run()
    return eventually(
        lambda: viewer.get(f"/api/calls/{replay.contact_id}").json(),
        lambda call: (
            call.get("status") == "ENDED"
            and call.get("analysis") == "COMPLETED"
            and call.get("agent_id") == "hana.sato"
            and call["insights"]["segment_count"] == len(lines)
        ),
    )


def told(viewer: Person, call: dict[str, Any]) -> list[tuple[str, str, int]]:
    entries = viewer.get(f"/api/calls/{call['contact_id']}/timeline").json()["items"]
    assert not [entry for entry in entries if entry["partial"]]
    return [(entry["role"], entry["content"], entry["score"]) for entry in entries]


def drain(sqs: Any, queue: str) -> None:
    """Empty the queue. Purging would do so some time within a minute, and take later messages with it."""
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def test_a_call_is_recognised_joined_scored_and_explained(stack: LocalStack, hana: Person) -> None:
    call = finished(stack, hana, LINES)
    assert call["customer_name"] == "Alex Morgan"
    assert call["team"] == "collections"
    assert call["score"]["reasons"]
    timeline = told(hana, call)
    assert [(role, text) for role, text, _ in timeline] == list(LINES)
    assert timeline[4][2] > timeline[1][2], "trouble raises the score"
    assert timeline[5][2] < timeline[4][2], "a promise lowers it"


def test_a_japanese_call_is_understood(stack: LocalStack, hana: Person) -> None:
    call = finished(stack, hana, JAPANESE)
    assert call["insights"]["payment_trouble_count"] == 1
    assert call["insights"]["promise_to_pay_count"] == 1


def test_disorder_and_duplicates_change_nothing(stack: LocalStack, hana: Person) -> None:
    clean = finished(stack, hana, LINES)
    messy = finished(stack, hana, LINES, shuffle=True, duplicate=True)
    assert told(hana, messy) == told(hana, clean)
    assert messy["score"] == clean["score"]
    assert messy["insights"] == clean["insights"]


def test_a_poison_record_is_kept_with_its_reason_and_can_be_redriven(stack: LocalStack, hana: Person) -> None:
    from rapport.calls.redrive import redrive

    kinesis, sqs = stack.client("kinesis"), stack.client("sqs")
    stream, queue = stack.outputs["SegmentStreamName"], stack.outputs["PoisonQueueUrl"]
    drain(sqs, queue)
    contact = str(uuid.uuid4())
    bad = {"EventType": "SEGMENTS", "ContactId": contact, "Segments": [{"Transcript": {"Content": "no id"}}]}
    good = {"EventType": "STARTED", "ContactId": contact, "Channel": "VOICE", "LanguageCode": "en-US"}
    kinesis.put_records(
        StreamName=stream,
        Records=[{"Data": json.dumps(record).encode(), "PartitionKey": contact} for record in (bad, good)],
    )
    body = eventually(
        lambda: sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0).get("Messages", []),
        bool,
    )[0]["Body"]
    assert "Segments[0].Transcript.BeginOffsetMillis" in json.loads(body)["reason"]
    header = {"pk": {"S": f"CALL#{contact}"}, "sk": {"S": "CALL"}}
    table = stack.outputs["CallsTableName"]
    eventually(lambda: stack.client("dynamodb").get_item(TableName=table, Key=header), lambda found: "Item" in found)
    redriven = list(redrive(sqs, kinesis, queue_url=queue))
    assert [found.put_back for found in redriven] == [True]
    again = eventually(
        lambda: sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0).get("Messages", []),
        bool,
    )
    assert json.loads(again[0]["Body"])["reason"] == json.loads(body)["reason"], "still unreadable, so kept again"
    drain(sqs, queue)


def test_unreadable_contact_records_and_agent_events_are_kept_too(stack: LocalStack) -> None:
    kinesis, sqs = stack.client("kinesis"), stack.client("sqs")
    drain(sqs, stack.outputs["PoisonQueueUrl"])
    for output in ("ContactRecordStreamName", "AgentEventStreamName"):
        kinesis.put_record(StreamName=stack.outputs[output], Data=b'{"nothing": 1}', PartitionKey="x")
    seen: set[str] = set()

    def reasons() -> set[str]:
        found = sqs.receive_message(
            QueueUrl=stack.outputs["PoisonQueueUrl"], VisibilityTimeout=0, MaxNumberOfMessages=10
        )
        seen.update(json.loads(message["Body"])["reason"] for message in found.get("Messages", []))
        return seen

    eventually(reasons, lambda found: len(found) >= 2)
    assert {reason.split(":")[0] for reason in seen} == {"ContactId", "AgentARN"}
    drain(sqs, stack.outputs["PoisonQueueUrl"])


def test_an_agents_presence_is_kept(stack: LocalStack) -> None:
    event = {
        "AgentARN": "arn:aws:connect:us-east-1:1:instance/i/agent/agent-hana.sato",
        "EventType": "STATE_CHANGE",
        "EventTimestamp": "2026-01-01T00:00:00.000Z",
        "CurrentAgentSnapshot": {"AgentStatus": {"Name": "Available"}},
    }
    stack.client("kinesis").put_record(
        StreamName=stack.outputs["AgentEventStreamName"], Data=json.dumps(event).encode(), PartitionKey="a"
    )
    key = {"pk": {"S": "CONNECT_AGENT#agent-hana.sato"}, "sk": {"S": "PRESENCE"}}
    found = eventually(
        lambda: stack.client("dynamodb").get_item(TableName=stack.outputs["IdentityTableName"], Key=key),
        lambda answer: "Item" in answer,
    )
    assert found["Item"]["status"]["S"] == "Available"


@pytest.mark.parametrize(
    "endpoint",
    [
        {"Address": "+12025550100", "Type": "TELEPHONE_NUMBER"},
        {"Address": "anonymous", "Type": "TELEPHONE_NUMBER"},
        {"Type": "TELEPHONE_NUMBER"},
        None,
        "nonsense",
    ],
    ids=["known", "anonymous", "no-address", "null", "nonsense"],
)
def test_the_look_up_always_answers_a_flat_map_of_strings(stack: LocalStack, endpoint: Any) -> None:
    contact = {"ContactId": str(uuid.uuid4()), "CustomerEndpoint": endpoint, "Channel": "VOICE"}
    event = {"Name": "ContactFlowEvent", "Details": {"ContactData": contact, "Parameters": {}}}

    def ask(body: Any) -> dict[str, str]:
        answer = stack.client("lambda").invoke(
            FunctionName=stack.outputs["LookupFunctionName"], Payload=json.dumps(body).encode()
        )
        assert "FunctionError" not in answer
        found: dict[str, str] = json.loads(answer["Payload"].read())
        return found

    first, second = ask(event), ask(event)
    assert first == second, "Connect's retry gets the same answer"
    for answer in (first, ask({}), ask([])):
        assert all(isinstance(value, str) and value for value in answer.values())
        assert answer.keys() == first.keys()
