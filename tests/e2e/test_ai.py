"""AI help through the front door: by rules without a key, by a model with one, and what it cost."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.stack import LocalStack
from sandbox.vendors.openai import OpenAiServer, put_key
from tests.e2e.applicants import applicant
from tests.e2e.client import Person, eventually

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def mia(stack: LocalStack) -> Person:
    """A customer."""
    return Person.signed_in(stack.url, "mia.lopez", stack.credentials["mia.lopez"])


@pytest.fixture(scope="module")
def liam(stack: LocalStack) -> Person:
    """A risk analyst."""
    return Person.signed_in(stack.url, "liam.hughes", stack.credentials["liam.hughes"])


def done(person: Person, path: str, body: Any) -> Any:
    answer = person.post(f"/api/ai/{path}", body, headers={"idempotency-key": uuid.uuid4().hex})
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


QUESTIONS = {
    "personalize-onboarding": {"customer_name": "Alex Morgan", "device": "phone", "has_documents": False},
    "optimize-communication": {"customer_name": "山田 花子", "purpose": "reminder", "language": "ja"},
    "analyze-behavior": {"events": [{"kind": "visit", "minutes_ago": 3000}], "steps_left": ["documents"]},
    "detect-fraud": {"model_probability": 0.8, "phone_kind": "voip"},
}


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_question_is_answered_by_rules_without_a_key(liam: Person, path: str) -> None:
    answer = done(liam, path, QUESTIONS[path])
    assert (answer["source"], answer["fallback"], answer["cost_micro_usd"]) == ("rules", "no_key", 0)
    assert 0 < answer["confidence"] <= 1


def test_a_customer_may_only_talk_to_the_chatbot(mia: Person) -> None:
    for path, body in QUESTIONS.items():
        assert mia.post(f"/api/ai/{path}", body).status_code == 403
    assert mia.get("/api/ai/analytics").status_code == 403
    assert mia.get("/api/ai/handovers").status_code == 403


def test_a_conversation_is_remembered_on_another_device_and_nobody_elses(
    stack: LocalStack, mia: Person, hana: Person
) -> None:
    first = done(mia, "chatbot", {"message": "How long does it take?"})
    assert first["citations"][0]["id"] == "duration"
    session = first["session_id"]
    done(mia, "chatbot", {"message": "My phone is +1 202 555 0143. What does it cost?", "session_id": session})
    elsewhere = Person.signed_in(stack.url, "mia.lopez", stack.credentials["mia.lopez"])
    sessions = elsewhere.get("/api/ai/chatbot/sessions").json()["items"]
    assert session in [item["session_id"] for item in sessions]
    said = elsewhere.get(f"/api/ai/chatbot/sessions/{session}").json()["items"]
    assert [turn["role"] for turn in said] == ["customer", "assistant"] * 2
    assert "555" not in said[2]["text"]
    assert "[number]" in said[2]["text"]
    assert hana.get(f"/api/ai/chatbot/sessions/{session}").status_code == 404
    headers = {"idempotency-key": uuid.uuid4().hex}
    stolen = hana.post("/api/ai/chatbot", {"message": "and?", "session_id": session}, headers=headers)
    assert stolen.status_code == 404
    assert hana.post("/api/ai/chatbot", {"message": "hello"}, headers=headers).status_code == 201


def test_a_person_is_asked_for_by_words_once_and_taken_once(mia: Person, hana: Person, yuki: Person) -> None:
    first = done(mia, "chatbot", {"message": "I want to talk to a person"})
    again = done(mia, "chatbot", {"message": "this is unacceptable", "session_id": first["session_id"]})
    assert first["escalated"]
    assert again["escalated"]
    found = [h for h in yuki.get("/api/ai/handovers").json()["items"] if h["session_id"] == first["session_id"]]
    assert [handover["reason"] for handover in found] == ["human"]
    path = f"handovers/{found[0]['handover_id']}/take"
    assert done(hana, path, {})["taken_by"] == "hana.sato"
    assert yuki.post(f"/api/ai/{path}", {}).status_code == 409


def test_two_answers_with_little_confidence_bring_a_person(mia: Person) -> None:
    first = done(mia, "chatbot", {"message": "What is the weather in Paris?"})
    assert not first["escalated"]
    second = done(mia, "chatbot", {"message": "And in Rome, sunny?", "session_id": first["session_id"]})
    assert second["escalated"]


def test_the_same_message_under_one_key_is_said_once(mia: Person) -> None:
    headers = {"idempotency-key": uuid.uuid4().hex}
    answers = [mia.post("/api/ai/chatbot", {"message": "hello"}, headers=headers).json() for _ in range(2)]
    assert answers[0] == answers[1]


def test_a_user_sees_own_interactions_page_by_page_and_judges_them(mia: Person, hana: Person, yuki: Person) -> None:
    mine = done(mia, "chatbot", {"message": "How do I sign?"})["interaction_id"]
    page = mia.get("/api/ai/interactions", params={"limit": 1}).json()
    assert [item["interaction_id"] for item in page["items"]] == [mine]
    following = mia.get("/api/ai/interactions", params={"limit": 100, "cursor": page["next_cursor"]}).json()
    assert following["items"]
    assert {item["username"] for item in following["items"]} == {"mia.lopez"}
    judged = done(mia, f"interactions/{mine}/feedback", {"helpful": False, "comment": "call +1 202 555 0143"})
    assert (judged["helpful"], judged["feedback"]) == (False, "call [number]")
    assert hana.post(f"/api/ai/interactions/{mine}/feedback", {"helpful": True}).status_code == 404
    everybody = yuki.get("/api/ai/interactions", params={"limit": 100}).json()["items"]
    assert [item["helpful"] for item in everybody if item["interaction_id"] == mine] == [False]
    first = yuki.get("/api/ai/interactions", params={"limit": 2}).json()
    second = yuki.get("/api/ai/interactions", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    seen = [item["interaction_id"] for item in first["items"] + second["items"]]
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("chatbot", {"message": ""}, "message"),
        ("chatbot", {"message": "x" * 2001}, "message"),
        ("chatbot", {"message": "hi", "session_id": "../../1"}, "session_id"),
        ("chatbot", {"message": "hi", "role": "system"}, "role"),
        ("optimize-communication", {"purpose": "reminder", "link": "javascript:alert(1)"}, "link"),
        ("personalize-onboarding", {"available": []}, "available"),
        ("detect-fraud", {"model_probability": 3}, "model_probability"),
    ],
)
def test_bad_input_names_the_field(liam: Person, path: str, body: dict[str, Any], field: str) -> None:
    answer = liam.post(f"/api/ai/{path}", body)
    assert answer.status_code == 422, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("cursor", ["x", "eyJwayI6eyJTIjoiQ0hBVCNtaWEifSwic2siOnsiUyI6IlRVUk4ifX0"])
def test_a_made_up_cursor_is_refused(mia: Person, yuki: Person, cursor: str) -> None:
    for person, path in ((mia, "interactions"), (yuki, "interactions"), (mia, "chatbot/sessions")):
        assert person.get(f"/api/ai/{path}", params={"cursor": cursor}).status_code == 422


@pytest.fixture(scope="module")
def model(stack: LocalStack) -> Iterator[OpenAiServer]:
    """A model, by a key in the vendors' secret that functions notice within a minute."""
    arn, secrets = stack.outputs["VendorSecretsArn"], stack.client("secretsmanager")
    with OpenAiServer() as server:
        put_key(secrets, arn, {"api_key": "sk-e2e", "url": server.url})
        yield server
        put_key(secrets, arn, None)


def test_with_a_key_a_model_answers_and_its_cost_is_reported(model: OpenAiServer, liam: Person, yuki: Person) -> None:
    ask = lambda: done(liam, "detect-fraud", {"notes": f"call {uuid.uuid4().hex} or +1 202 555 0143"})  # noqa: E731
    answer = eventually(ask, lambda found: found["source"] == "model", within_s=75, every_s=3)
    assert answer["cost_micro_usd"] > 0
    assert answer["model"] == "gpt-4.1-mini-2025-04-14"
    assert "555" not in str(model.requests)
    model.mode = "refusal"
    refused = ask()
    assert (refused["source"], refused["fallback"]) == ("rules", "refusal")
    model.mode = "good"
    usage = yuki.get("/api/ai/analytics", params={"days": 2}).json()
    fraud = next(row for row in usage["features"] if row["feature"] == "detect_fraud")
    assert fraud["cost_micro_usd"] >= answer["cost_micro_usd"]
    assert {"no_key", "refusal"} <= {row["reason"] for row in usage["fallbacks"]}
    budget = next(row for row in usage["budget"] if row["feature"] == "detect_fraud")
    assert budget["left_micro_usd"] == budget["limit_micro_usd"] - budget["used_micro_usd"]
    assert budget["used_micro_usd"] == fraud["cost_micro_usd"]
    same = {"disposable_email": True, "language": "ja", "seconds_to_fill": int(time.time()) % 80_000}
    paid, kept = (done(liam, "detect-fraud", same) for _ in range(2))
    assert paid["cost_micro_usd"] > 0
    assert kept["cost_micro_usd"] == 0


def test_who_asks_too_often_waits_as_long_as_the_answer_says(emma: Person) -> None:
    for _ in range(45):
        answer = emma.post("/api/ai/analyze-behavior", {})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert answer.json()["type"].endswith("too-many-requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_with_a_key_onboarding_asks_the_model_and_names_nobody(
    model: OpenAiServer, stack: LocalStack, liam: Person, yuki: Person
) -> None:
    def screened_by() -> set[tuple[str, str]]:
        applicant(stack, liam, name="Noa Fischer")
        found = yuki.get("/api/ai/interactions", params={"limit": 100}).json()["items"]
        return {(line["feature"], line["source"]) for line in found if line["username"] != "liam.hughes"}

    # The function reads the secret once a minute; the interaction of one application is seen at the next.
    eventually(screened_by, lambda found: ("detect_fraud", "model") in found, within_s=90, every_s=12)
    assert "Fischer" not in str(model.requests)
