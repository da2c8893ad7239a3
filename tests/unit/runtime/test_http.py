"""Every answer of the API is JSON or a problem, whatever comes in."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from rapport.runtime.errors import ConflictError, DependencyUnavailableError
from rapport.runtime.http import create_app, serve

CONTEXT = SimpleNamespace(function_name="f", aws_request_id="r", get_remaining_time_in_millis=lambda: 1000)


class Thing(BaseModel):
    name: str
    count: int = 0


app = create_app()


@app.post("/api/things")
def make(body: Thing) -> Thing:
    if body.name == "taken":
        raise ConflictError("the name is taken", field="name")
    if body.name == "down":
        raise DependencyUnavailableError("the table did not answer")
    if body.name == "bug":
        raise KeyError("secret detail")
    return body


def request(method: str = "POST", path: str = "/api/things", body: str | None = None, **headers: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {"http": {"method": method, "path": path}, "requestId": "gateway-id", "stage": "$default"},
        "isBase64Encoded": False,
    }
    if body is not None:
        event["body"] = body
    return event


def answer(event: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
    found = serve(app, event, CONTEXT)
    headers = {**found["headers"], **{k: v[0] for k, v in found.get("multiValueHeaders", {}).items()}}
    return found["statusCode"], json.loads(found["body"]), {name.lower(): value for name, value in headers.items()}


def test_a_good_request_is_answered_with_its_correlation_id() -> None:
    status, body, headers = answer(request(body='{"name": "x"}', **{"x-correlation-id": "caller-123"}))
    assert (status, body) == (200, {"name": "x", "count": 0})
    assert headers["x-correlation-id"] == "caller-123"


def test_a_malformed_correlation_id_is_replaced_by_the_gateways() -> None:
    _, _, headers = answer(request(body='{"name": "x"}', **{"x-correlation-id": "a b\n"}))
    assert headers["x-correlation-id"] == "gateway-id"


@pytest.mark.parametrize(
    ("event", "status", "kind"),
    [
        (request(body="{"), 400, "malformed-request"),
        (request(body='{"name": NaN}'), 400, "malformed-request"),
        (request(body='{"name": "\\ud800"}'), 400, "malformed-request"),
        (request(body="[" * 100_000), 400, "malformed-request"),
        (request(body='{"name": 7}'), 422, "invalid-input"),
        (request(body="[]"), 422, "invalid-input"),
        (request(), 422, "invalid-input"),
        (request(body="x" * 300_000), 413, "payload-too-large"),
        (request(body="a=b", **{"content-type": "application/x-www-form-urlencoded"}), 415, "unsupported-media-type"),
        (request(path="/api/other", body="{}"), 404, "not-found"),
        (request(body='{"name": "taken"}'), 409, "conflict"),
        (request(body='{"name": "down"}'), 503, "dependency-unavailable"),
        (request(body='{"name": "bug"}'), 500, "internal-error"),
    ],
)
def test_what_is_wrong_is_a_problem(event: dict[str, Any], status: int, kind: str) -> None:
    found, body, headers = answer(event)
    assert found == status
    assert headers["content-type"] == "application/problem+json"
    assert body["type"].endswith(f"/{kind}")
    assert body["status"] == status
    assert "secret" not in json.dumps(body)


def test_a_wrong_field_is_named() -> None:
    _, body, _ = answer(request(body='{"name": "x", "count": "many"}'))
    assert [error["field"] for error in body["errors"]] == ["count"]


def test_a_base64_body_is_read() -> None:
    event = request(body=base64.b64encode(b'{"name": "x"}').decode())
    event["isBase64Encoded"] = True
    assert answer(event)[0] == 200


@settings(max_examples=200, deadline=None)
@given(
    body=st.text(max_size=200) | st.binary(max_size=80).map(lambda b: b.decode("latin-1")), path=st.text(max_size=40)
)
def test_no_body_and_no_path_make_a_server_error(body: str, path: str) -> None:
    for event in (request(body=body), request(path=f"/api/{path}", body=body), request(method="GET", path=path)):
        status, _, _ = answer(event)
        assert status < 500
