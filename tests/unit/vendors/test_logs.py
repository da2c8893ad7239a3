"""No line that any operation logs, however it ends, holds a secret, a code, a token, a number, a name or a text."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from rapport.runtime.errors import RapportError
from rapport.runtime.observability import logger
from rapport.vendors.email import SesEmail
from rapport.vendors.settings import Email

from tests.builders.vendors import NUMBER, Wire, credentials

NAME, TEXT, CODE, ADDRESS, KEY = (
    "山田花子",
    "your one-time link is 8f3a",
    "493817",
    "hana.yamada@example.com",
    "A-77-key",
)
PDF = b"%PDF-1.7"
# Vendors like to quote what they were sent.
QUOTED = {
    "detail": f"{NUMBER} {NAME} {CODE} {TEXT}",
    "message": f"{ADDRESS} {KEY} {NAME}",
    "code": "CB_VA01",
    "errors": {"record.phone.value": {"messages": [NUMBER]}},
}
OPERATIONS: dict[str, Callable[[Wire], Any]] = {
    "send_sms": lambda wire: wire.vonage().send_sms(NUMBER, TEXT, KEY),
    "start_verification": lambda wire: wire.vonage().start_verification(NUMBER, "Rapport", "ja-jp", KEY),
    "check_verification": lambda wire: wire.vonage().check_verification("r-1", CODE),
    "cancel_verification": lambda wire: wire.vonage().cancel_verification("r-1"),
    "create_video_session": lambda wire: wire.vonage().create_video_session(),
    "video_client_token": lambda wire: wire.vonage().video_client_token("s", "publisher", NAME, 60),
    "generate": lambda wire: wire.foxit().generate(b"docx", {"name": NAME, "phone": NUMBER}),
    "analyze_tags": lambda wire: wire.foxit().analyze_tags(b"docx"),
    "watermark": lambda wire: wire.foxit().watermark(PDF, TEXT),
    "upsert": lambda wire: wire.kintone().upsert("1", "application_id", KEY, {"customer_name": NAME, "phone": NUMBER}),
    "get": lambda wire: wire.kintone().get("1", "application_id", KEY),
    "changed_since": lambda wire: list(wire.kintone().changed_since("1", datetime(2026, 1, 1, tzinfo=UTC))),
}
EVERYTHING = {
    "message_uuid": "m",
    "request_id": "r",
    "base64FileString": base64.b64encode(PDF).decode(),
    "documentId": "d",
    "taskId": "t",
    "status": "COMPLETED",
    "resultDocumentId": "d2",
    "records": [],
}
ENDS: dict[str, Any] = {
    "done": httpx.Response(200, json=EVERYTHING),
    "refused": httpx.Response(400, json=QUOTED),
    "unauthorized": httpx.Response(401, json=QUOTED),
    "conflict": httpx.Response(409, json={**QUOTED, "request_id": "r"}),
    "busy": httpx.Response(429, json=QUOTED),
    "down": httpx.Response(503, text=json.dumps(QUOTED)),
    "cut": httpx.ReadTimeout(f"https://api.test/{NUMBER}?code={CODE}"),
    "unreachable": httpx.ConnectError(NUMBER),
    "nonsense": httpx.Response(200, text=f"<html>{NAME}"),
}


def forbidden() -> list[str]:
    """What no line may hold: everything personal above, every secret value, and how tokens begin."""
    found = [NUMBER, NUMBER[-8:], NAME, TEXT, CODE, ADDRESS, KEY, "eyJ", "PRIVATE KEY", "Bearer"]
    waiting: list[Any] = [credentials().secret]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif value != "Rapport":
            found.append(value)
    return found


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Everything that any logger says, at the most talkative level."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    own = logging.getLogger(logger.service)
    own.addHandler(handler)
    stdout = io.StringIO()
    monkeypatch.setattr("sys.stdout", stdout)
    for structured in own.handlers:
        if isinstance(structured, logging.StreamHandler) and structured is not handler:
            monkeypatch.setattr(structured, "stream", stdout)
    yield lambda: out.getvalue() + stdout.getvalue()
    root.setLevel(level)
    root.removeHandler(handler)
    own.removeHandler(handler)


@pytest.mark.parametrize("end", sorted(ENDS))
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_no_line_of_an_operation_holds_anything_secret_or_personal(
    operation: str, end: str, told: Callable[[], str]
) -> None:
    error: RapportError | None = None
    try:
        OPERATIONS[operation](Wire([ENDS[end]]))
    except RapportError as raised:
        error = raised
    said = told()
    if operation != "video_client_token":
        assert "vendor call" in said, "nothing was logged, so nothing was tested"
    assert [secret for secret in forbidden() if secret in said] == []
    assert error is None or [secret for secret in forbidden() if secret in error.detail] == []


@pytest.mark.parametrize("code", ["", "MessageRejected", "AccessDeniedException", "InternalFailure"])
def test_no_line_about_an_email_holds_anything_personal(code: str, told: Callable[[], str]) -> None:
    class Ses:
        def send_email(self, **request: Any) -> dict[str, str]:
            if code:
                raise ClientError({"Error": {"Code": code, "Message": ADDRESS}}, "SendEmail")
            return {"MessageId": "m"}

    settings = Email(email_sender="no-reply@example.com", email_configuration="set")
    with contextlib.suppress(RapportError):
        SesEmail(settings, Ses()).send(ADDRESS, NAME, TEXT, f"<p>{TEXT}</p>")
    said = told()
    assert '"vendor":"ses"' in said
    assert [secret for secret in forbidden() if secret in said] == []
