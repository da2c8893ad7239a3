"""Vonage: SMS (Messages), one-time codes (Verify v2) and video sessions, over REST.

Nothing here may be repeated blindly: Vonage does not de-duplicate messages by `client_ref`, and a checked code is
used up. So an SMS, the start of a verification and a check are tried again only when Vonage certainly did nothing
(429, or the request never left); see `Request.repeatable`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Literal

import httpx
import jwt
from pydantic import BaseModel, ConfigDict

from rapport.runtime.errors import ConfigurationError
from rapport.vendors.errors import VendorRefused, VendorUnavailable
from rapport.vendors.http import Refusal, Request, VendorHttp, object_of
from rapport.vendors.names import VONAGE
from rapport.vendors.secrets import SecretStore, VonageCredentials
from rapport.vendors.settings import VonageApi

CONCURRENT = "concurrent"
CODE_LENGTH = 6
CHANNEL_TIMEOUT_S = 300
TOKEN_LIFE = timedelta(minutes=5)
LONGEST_TEXT = 1000
LONGEST_CLIENT_TOKEN_S = 30 * 86_400
_NUMBER = re.compile(r"[1-9][0-9]{6,14}")
_BRAND = re.compile(r"[^\\/{}:$]{1,18}")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
# Our field by Vonage's parameter.
_FIELDS = {"to": "to", "text": "text", "brand": "brand", "locale": "locale", "code": "code", "workflow[0].to": "to"}


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class SentMessage(_Result):
    """An accepted SMS; whether it arrives is told by the status webhook under this id."""

    message_uuid: str


class Verification(_Result):
    """A verification that runs. A number that is blocked as fraudulent is told by the summary webhook only."""

    request_id: str
    code_length: int = CODE_LENGTH


class VerificationOutcome(StrEnum):
    COMPLETED = "completed"
    WRONG_CODE = "wrong_code"
    TOO_MANY_TRIES = "too_many_tries"
    EXPIRED = "expired"


class VerificationResult(_Result):
    outcome: VerificationOutcome


class VideoSession(_Result):
    session_id: str


VideoRole = Literal["publisher", "subscriber", "moderator", "publisheronly"]
_CHECKED = {
    HTTPStatus.BAD_REQUEST: VerificationOutcome.WRONG_CODE,
    HTTPStatus.NOT_FOUND: VerificationOutcome.EXPIRED,
    HTTPStatus.GONE: VerificationOutcome.TOO_MANY_TRIES,
}


def refusal(answer: httpx.Response) -> Refusal:
    """Vonage's problem+json. Its `type` ends in the code; its `detail` may quote input, so ours is told instead."""
    body = object_of(answer)
    code = str(body.get("type", "")).rpartition("#")[2].rpartition("/")[2][:64] or None
    wrong = body.get("invalid_parameters")
    named = [str(item.get("name")) for item in wrong if isinstance(item, dict)] if isinstance(wrong, list) else []
    field = next((_FIELDS[name] for name in named if name in _FIELDS), None)
    reference = body.get("request_id")
    if answer.status_code == HTTPStatus.CONFLICT and (reference or code == CONCURRENT):
        code, detail = CONCURRENT, "a verification of this number is already running"
    elif answer.status_code == HTTPStatus.PAYMENT_REQUIRED:
        detail = "the account has no credit"
    else:
        detail = f"it does not accept the {field or 'request'} ({answer.status_code})"
    return Refusal(detail, code, field, reference if isinstance(reference, str) else None)


def vonage_http(client: httpx.Client, secrets: SecretStore, **options: Any) -> VendorHttp:
    """The transport that `Vonage` takes."""
    return VendorHttp(client, VONAGE, refusal=refusal, forget=secrets.forget, **options)


class Vonage:
    """Constructed once in a function's composition root."""

    def __init__(
        self,
        settings: VonageApi,
        secrets: SecretStore,
        http: VendorHttp,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._api = settings.vonage_api_url.rstrip("/")
        self._video = settings.vonage_video_url.rstrip("/")
        self._secrets = secrets
        self._http = http
        self._now = now

    def send_sms(self, to: str, text: str, client_ref: str) -> SentMessage:
        """Send one SMS to an E.164 number without '+'. After a `VendorUnavailable` that is `ambiguous` it may have
        been sent: whoever asks again risks sending it twice.
        """
        _require(_NUMBER, to, "to", "send_sms")
        if not 0 < len(text) <= LONGEST_TEXT:
            raise _refused("send_sms", f"a message has 1 to {LONGEST_TEXT} characters", "text")
        answer = self._post(
            "send_sms",
            f"{self._api}/v1/messages",
            {
                "message_type": "text",
                "channel": "sms",
                "to": to,
                "from": self._credentials().sender,
                "text": text,
                "client_ref": client_ref[:100],
            },
        )
        return SentMessage(message_uuid=_text(answer, "message_uuid", "send_sms"))

    def start_verification(self, to: str, brand: str, locale: str, client_ref: str) -> Verification:
        """Send a six-digit code by SMS. `VendorRefused` with code `concurrent` and the running request's id as
        `reference` when one runs for the number already. `client_ref` loses its dashes, which Vonage refuses.
        """
        operation = "start_verification"
        _require(_NUMBER, to, "to", operation)
        _require(_BRAND, brand, "brand", operation)
        answer = self._post(
            operation,
            f"{self._api}/v2/verify",
            {
                "brand": brand,
                "workflow": [{"channel": "sms", "to": to}],
                "code_length": CODE_LENGTH,
                "channel_timeout": CHANNEL_TIMEOUT_S,
                "locale": locale,
                "client_ref": _NOT_ALPHANUMERIC.sub("", client_ref)[:40],
            },
        )
        return Verification(request_id=_text(answer, "request_id", operation))

    def check_verification(self, request_id: str, code: str) -> VerificationResult:
        """Whether a code is the one that was sent. Each wrong one uses up one of three tries."""
        operation = "check_verification"
        _require(_REQUEST_ID, request_id, "request_id", operation)
        if not (code.isascii() and code.isdecimal() and len(code) == CODE_LENGTH):
            # No code of ours looks so: not worth one of the customer's three tries.
            return VerificationResult(outcome=VerificationOutcome.WRONG_CODE)
        url = f"{self._api}/v2/verify/{request_id}"
        answer = self._post(operation, url, {"code": code}, accept=frozenset(_CHECKED))
        if answer.is_success:
            return VerificationResult(outcome=VerificationOutcome.COMPLETED)
        return VerificationResult(outcome=_CHECKED[HTTPStatus(answer.status_code)])

    def cancel_verification(self, request_id: str) -> None:
        """Stop a verification. One that is unknown or over is stopped already; Vonage refuses (409 or 400) in the
        first 30 seconds and once the second attempt has begun.
        """
        operation = "cancel_verification"
        _require(_REQUEST_ID, request_id, "request_id", operation)
        request = Request(
            operation=operation,
            method="DELETE",
            url=f"{self._api}/v2/verify/{request_id}",
            repeatable=True,
            headers=self._bearer,
        )
        self._http.send(request, accept=frozenset({HTTPStatus.NOT_FOUND}))

    def create_video_session(self) -> VideoSession:
        """A routed video session. Repeating makes another one that nobody enters, so it may be tried again."""
        operation = "create_video_session"
        request = Request(
            operation=operation,
            method="POST",
            url=f"{self._video}/session/create",
            repeatable=True,
            headers=lambda: {**self._bearer(), "accept": "application/json"},
            form={"archiveMode": "manual", "p2p.preference": "disabled"},
        )
        answer = self._http.send(request)
        try:
            (session, *_) = answer.json()
            return VideoSession(session_id=str(session["session_id"]))
        except (ValueError, KeyError, TypeError):
            raise _unreadable(operation) from None

    def video_client_token(self, session_id: str, role: VideoRole, name: str, ttl_s: int) -> str:
        """A token with which one person enters one session, made here without asking Vonage."""
        now = self._now()
        life = max(60, min(ttl_s, LONGEST_CLIENT_TOKEN_S))
        return self._signed(
            {
                "session_id": session_id,
                "role": role,
                "scope": "session.connect",
                "sub": "video",
                "subject": "video",
                "acl": {"paths": {"/session/**": {}}},
                "connection_data": name[:1000],
                "initial_layout_class_list": "",
            },
            now,
            timedelta(seconds=life),
        )

    def _post(
        self, operation: str, url: str, body: Mapping[str, Any], accept: frozenset[int] = frozenset()
    ) -> httpx.Response:
        request = Request(
            operation=operation, method="POST", url=url, repeatable=False, headers=self._bearer, json=dict(body)
        )
        return self._http.send(request, accept=accept)

    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._signed({}, self._now(), TOKEN_LIFE)}", "accept": "application/json"}

    def _signed(self, claims: Mapping[str, Any], now: datetime, life: timedelta) -> str:
        credentials = self._credentials()
        issued = int(now.timestamp())
        whole = {
            **claims,
            "application_id": credentials.application_id,
            "iat": issued,
            "exp": issued + int(life.total_seconds()),
            "jti": str(uuid.uuid4()),
        }
        try:
            return jwt.encode(whole, credentials.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            raise ConfigurationError("the private key of the Vonage application is not an RSA key in PEM") from None

    def _credentials(self) -> VonageCredentials:
        return self._secrets.credentials(VONAGE, VonageCredentials)


def _require(pattern: re.Pattern[str], value: str, field: str, operation: str) -> None:
    if not pattern.fullmatch(value):
        raise _refused(operation, f"the {field} has a form that Vonage does not take", field)


def _refused(operation: str, detail: str, field: str) -> VendorRefused:
    return VendorRefused(detail, vendor=VONAGE, operation=operation, code="invalid-params", field=field)


def _unreadable(operation: str) -> VendorUnavailable:
    detail = "Vonage accepted, but its answer cannot be read"
    return VendorUnavailable(detail, vendor=VONAGE, operation=operation, ambiguous=True)


def _text(answer: httpx.Response, name: str, operation: str) -> str:
    value = object_of(answer).get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(operation)
    return value
