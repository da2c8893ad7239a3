"""Garbage at the front door: a clear problem, never a 500, nothing stored."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.client import Live, Person

pytestmark = pytest.mark.e2e

NASTY = [
    "' OR 1=1; --",
    "<script>alert(1)</script>",
    "\u0000\u0007",
    "😀" * 50,
    "支払い" * 40,
    "../../etc/passwd",
    "%00",
    "a" * 5000,
]


def assert_problem(answer: Any, *statuses: int) -> None:
    assert answer.status_code in statuses, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text[:500]
    problem = answer.json()
    assert problem["type"].startswith("https://")
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"[]", b'"text"', b"null", b'{"contact_id": NaN}', b"\xff\xfe", b'{"a":' * 2000],
    ids=["empty", "cut", "text", "list", "string", "null", "nan", "not-utf8", "deep"],
)
def test_an_unreadable_body_is_a_problem(hana: Person, body: bytes) -> None:
    answer = hana.post("/api/score_customer", content=body, headers={"content-type": "application/json"})
    assert_problem(answer, 400, 422)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api/score_customer", {"contact_id": 7, "utterances": []}, "contact_id"),
        ("/api/score_customer", {"contact_id": "x", "utterances": "many"}, "utterances"),
        ("/api/start_call", {"channel": "SMOKE"}, "channel"),
        ("/api/end_call", {"contact_id": "x", "outcome": "MAYBE"}, "outcome"),
        ("/api/auth/login", {"username": "hana.sato"}, "password"),
    ],
)
def test_a_wrong_field_is_named(hana: Person, path: str, body: dict[str, Any], field: str) -> None:
    answer = hana.post(path, body)
    assert_problem(answer, 422)
    assert any(field in error["field"] for error in answer.json()["errors"]), answer.text


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_strange_ids_and_texts_are_data_and_nothing_else(hana: Person, text: str) -> None:
    assert_problem(hana.post("/api/score_customer", {"contact_id": text, "utterances": []}), 404, 422)
    assert_problem(hana.post("/api/auth/login", {"username": text, "password": text}), 401, 422)
    listed = hana.get("/api/calls", params={"cursor": text})
    assert_problem(listed, 400, 422)


def test_a_five_megabyte_body_is_refused(hana: Person) -> None:
    answer = hana.post("/api/calls/none/notes", {"text": "x" * 5_000_000})
    assert_problem(answer, 413)


def test_an_unknown_call_is_not_found(hana: Person) -> None:
    for path in ("/api/calls/none", "/api/calls/none/timeline", "/api/calls/none/notes", "/api/calls/none/actions"):
        assert_problem(hana.get(path), 404)


def test_an_unknown_path_and_a_wrong_method_are_problems(hana: Person) -> None:
    assert_problem(hana.get("/api/nothing/here"), 404)
    assert_problem(hana.request("DELETE", "/api/start_call"), 404, 405)


def tampered(token: str) -> str:
    """The same token made out to an administrator, with the old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["cognito:groups"] = ["admin"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{forged}.{signature}"


def expired(token: str) -> str:
    """The same token, expired long ago (so its signature is wrong as well)."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["exp"] = 1_600_000_000
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{forged}.{signature}"


def test_no_bad_token_passes_http(hana: Person) -> None:
    token = hana.token or ""
    for bad in ("nonsense", tampered(token), expired(token), token[:-4]):
        assert_problem(Person(hana.url, bad).get("/api/calls"), 401)
    assert_problem(Person(hana.url).get("/api/calls"), 401)


def test_no_bad_token_opens_a_live_connection(hana: Person) -> None:
    token = hana.token or ""
    for bad in ("", "nonsense", tampered(token), expired(token), token[:-4]):
        with pytest.raises(InvalidStatus) as refused:
            Live.opened(hana.url, bad)
        assert refused.value.response.status_code in {401, 403}


FRAMES = (
    "{",
    "[]",
    "null",
    '{"action": 7}',
    '{"action": "fly"}',
    '{"action": "join_call"}',
    '{"action": "join_call", "contact_id": "none"}',
    '{"action": "join_call", "contact_id": "none", "last_seq": "x"}',
)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_strange_frame_is_answered_with_a_problem_and_the_connection_lives_on(hana: Person, frame: str) -> None:
    with hana.live() as live:
        live.socket.send(frame)
        answer = live.until(lambda m: m["type"] == "error")
        assert answer["problem"]["type"].startswith("https://")
        live.send(action="ping")
        live.until(lambda m: m["type"] == "pong")
