"""The main job through the front door: start, score, watch, note, escalate, end."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Live, Person, eventually

pytestmark = pytest.mark.e2e


def utterance(number: int, role: str, content: str) -> dict[str, Any]:
    """One finished turn, three seconds long."""
    begin = number * 4000
    return {
        "id": f"turn-{number}",
        "role": role,
        "content": content,
        "begin_offset_millis": begin,
        "end_offset_millis": begin + 3000,
    }


TROUBLE = [
    utterance(0, "AGENT", "Thank you for calling, how can I help you today?"),
    utterance(1, "CUSTOMER", "I lost my job last month and I can't pay my bill."),
    utterance(2, "AGENT", "I am sorry to hear that. Which account is it about?"),
    utterance(3, "CUSTOMER", "The credit card. I cannot afford the minimum payment, this is terrible."),
]


@pytest.fixture
def call(hana: Person) -> str:
    """A call that hana has just taken."""
    answer = hana.post("/api/start_call", {"language": "en-US"}, headers={"idempotency-key": uuid.uuid4().hex})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["contact_id"])


def test_a_call_is_scored_turn_by_turn_and_explained_in_both_languages(hana: Person, call: str) -> None:
    first = hana.post("/api/score_customer", {"contact_id": call, "utterances": TROUBLE[:1]}).json()
    scored = hana.post("/api/score_customer", {"contact_id": call, "utterances": TROUBLE[1:]}).json()
    assert scored["score"]["value"] > first["score"]["value"]
    assert scored["insights"]["payment_trouble_count"] >= 1
    for reason in scored["score"]["reasons"]:
        assert reason["text"]["en"]
        assert reason["text"]["ja"]
    assert scored["score"]["model"]["synthetic"] is True
    timeline = hana.get(f"/api/calls/{call}/timeline").json()["items"]
    assert [entry["segment_id"] for entry in timeline] == [turn["id"] for turn in TROUBLE]
    assert all(entry["score"] is not None for entry in timeline)


def test_scoring_the_same_turns_again_changes_nothing(hana: Person, call: str) -> None:
    body = {"contact_id": call, "utterances": TROUBLE}
    once = hana.post("/api/score_customer", body).json()
    again = hana.post("/api/score_customer", body).json()
    assert again == once


def test_starting_twice_with_one_idempotency_key_makes_one_call(hana: Person) -> None:
    headers = {"idempotency-key": uuid.uuid4().hex}
    once = hana.post("/api/start_call", {"language": "ja-JP"}, headers=headers)
    again = hana.post("/api/start_call", {"language": "ja-JP"}, headers=headers)
    assert once.json()["contact_id"] == again.json()["contact_id"]
    other = hana.post("/api/start_call", {"language": "en-US"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-key-reused")


def test_a_note_and_an_escalation_reach_the_supervisor_live(hana: Person, yuki: Person, call: str) -> None:
    with yuki.live() as live:
        live.send(action="join_team", team="collections")
        live.until(lambda m: m["type"] == "joined")
        live.join_call(call)
        note = hana.post(f"/api/calls/{call}/notes", {"text": "Asked for an instalment plan 🙂 分割払い"})
        assert note.status_code == 201, note.text
        seen = live.until(lambda m: m["type"] == "note")
        assert seen["note"]["text"] == "Asked for an instalment plan 🙂 分割払い"
        escalated = hana.post(f"/api/calls/{call}/actions", {"kind": "ESCALATE", "comment": "wants a manager"})
        assert escalated.status_code == 201, escalated.text
        live.until(lambda m: m["type"] == "alert" and m["contact_id"] == call)
    assert hana.get(f"/api/calls/{call}").json()["escalated"] is True


def test_an_ended_call_keeps_its_outcome_and_leaves_the_active_list(hana: Person, call: str) -> None:
    ended = hana.post("/api/end_call", {"contact_id": call, "outcome": "PROMISED"})
    assert ended.status_code == 200, ended.text
    assert ended.json()["status"] == "ENDED"
    assert ended.json()["outcome"] == "PROMISED"
    active = eventually(
        lambda: hana.get("/api/calls?active=true&limit=100").json()["items"],
        lambda items: call not in {item["contact_id"] for item in items},
    )
    assert call not in {item["contact_id"] for item in active}


def test_a_reconnect_resumes_without_gap_or_repeat(hana: Person, call: str) -> None:
    def score(turns: list[dict[str, Any]]) -> None:
        assert hana.post("/api/score_customer", {"contact_id": call, "utterances": turns}).status_code == 200

    def numbers(live: Live) -> list[int]:
        return [event["seq"] for event in live.events(call)]

    with hana.live() as live:
        live.join_call(call)
        score(TROUBLE[:2])
        latest = hana.get(f"/api/calls/{call}").json()["seq"]
        live.until(lambda m: m.get("seq") == latest and m["type"] != "joined")
        seen = sorted(set(numbers(live)))
    score(TROUBLE[2:])
    latest = hana.get(f"/api/calls/{call}").json()["seq"]
    with hana.live() as live:
        joined = live.join_call(call, last_seq=seen[-1])
        assert joined == {**joined, "type": "joined", "seq": latest}
        resumed = [number for number in numbers(live) if number > seen[-1]]
    assert sorted(set(resumed)) == list(range(seen[-1] + 1, latest + 1))


def test_other_peoples_calls_do_not_exist_for_an_agent(emma: Person, yuki: Person, call: str) -> None:
    assert yuki.get(f"/api/calls/{call}").status_code == 200
    for answer in (
        emma.get(f"/api/calls/{call}"),
        emma.get(f"/api/calls/{call}/timeline"),
        emma.post(f"/api/calls/{call}/notes", {"text": "mine now"}),
        emma.post("/api/score_customer", {"contact_id": call, "utterances": TROUBLE}),
        emma.post("/api/end_call", {"contact_id": call}),
    ):
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("/not-found")
    with emma.live() as live:
        assert live.join_call(call)["type"] == "error"
        live.send(action="join_team", team="collections")
        assert live.until(lambda m: m["type"] in {"joined", "error"})["type"] == "error"


def test_a_supervisor_lists_the_teams_active_calls_and_no_other_teams(yuki: Person, emma: Person, call: str) -> None:
    other = emma.post("/api/start_call", {}).json()["contact_id"]
    items = eventually(
        lambda: yuki.get("/api/calls?team=collections&active=true&limit=100").json()["items"],
        lambda found: call in {item["contact_id"] for item in found},
    )
    assert {item["team"] for item in items} == {"collections"}
    assert other not in {item["contact_id"] for item in items}


def test_a_failed_request_does_not_use_up_its_idempotency_key(hana: Person) -> None:
    headers = {"idempotency-key": uuid.uuid4().hex}
    for _ in range(2):
        answer = hana.post("/api/calls/none/notes", {"text": "lost"}, headers=headers)
        assert answer.status_code == 404


def test_a_room_that_was_left_is_silent(hana: Person, call: str) -> None:
    with hana.live() as live:
        live.join_call(call)
        live.send(action="leave_call", contact_id=call)
        live.until(lambda m: m["type"] == "left")
        assert hana.post(f"/api/calls/{call}/notes", {"text": "nobody listens"}).status_code == 201
        live.send(action="ping")
        live.until(lambda m: m["type"] == "pong")
        assert not [m for m in live.messages if m["type"] == "note"]


def streamed(stack: LocalStack, contact_id: str, segment: dict[str, Any]) -> None:
    record = {"EventType": "SEGMENTS", "ContactId": contact_id, "Segments": [segment]}
    stack.client("kinesis").put_record(
        StreamName=stack.outputs["SegmentStreamName"], Data=json.dumps(record).encode(), PartitionKey=contact_id
    )


@pytest.mark.parametrize("by", ["http", "stream"])
def test_a_final_turn_replaces_its_pieces_from_the_stream(stack: LocalStack, hana: Person, call: str, by: str) -> None:
    turn = TROUBLE[1]
    said = {"ParticipantRole": turn["role"], "BeginOffsetMillis": turn["begin_offset_millis"]}
    piece = {"Id": "piece-1", "TranscriptId": turn["id"], "PartialContent": "i lost", "EndOffsetMillis": 4500, **said}
    streamed(stack, call, {"Utterance": piece})

    def entries() -> list[tuple[bool, str]]:
        items = hana.get(f"/api/calls/{call}/timeline").json()["items"]
        return [(entry["partial"], entry["content"]) for entry in items]

    eventually(entries, lambda found: found == [(True, "i lost")])
    if by == "http":
        assert hana.post("/api/score_customer", {"contact_id": call, "utterances": [turn]}).status_code == 200
    else:
        end = turn["end_offset_millis"]
        streamed(
            stack, call, {"Transcript": {"Id": turn["id"], "Content": turn["content"], "EndOffsetMillis": end, **said}}
        )
    eventually(entries, lambda found: found == [(False, turn["content"])])
