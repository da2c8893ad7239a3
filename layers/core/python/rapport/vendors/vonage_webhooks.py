"""Whether a callback really comes from Vonage, is whole, recent, ours and new.

Vonage signs callbacks with a JWT (HS256, the account's signature secret) in the Authorization header. Its own SDK
checks the HMAC only, which lets an altered body and a replay of any age pass; all of it is checked here, by the
standard library, replay last so that a forgery cannot use up an id.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from rapport.runtime.errors import RapportError

ISSUER = "Vonage"
OLDEST_S = 300
# Clocks differ: a callback may seem to come from a little later than now.
EARLIEST_S = 60
LONGEST_TOKEN = 4096


class Reason(StrEnum):
    """Why a callback is refused."""

    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AGE = "age"
    ACCOUNT = "account"
    PAYLOAD = "payload"
    REPLAY = "replay"


class WebhookRejected(RapportError):  # noqa: N818 - the contract's name
    """A callback that is not accepted. It tells its sender the reason and nothing else."""

    kind, status, title = "webhook-rejected", HTTPStatus.UNAUTHORIZED, "The callback is not accepted"

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"the callback is not accepted: {reason.value}")
        self.reason = reason


class WebhookUnsigned(WebhookRejected):
    """Vonage sends a callback unsigned now and then, and again, signed, after an answer of 5xx."""

    kind, status, title = "webhook-unsigned", HTTPStatus.SERVICE_UNAVAILABLE, "The callback carries no signature"


class WebhookReplayed(WebhookRejected):
    kind, status, title = "webhook-replayed", HTTPStatus.CONFLICT, "The callback was received before"


@dataclass(frozen=True, slots=True)
class WebhookClaims:
    """What a good signature says. `issued_at` in epoch seconds."""

    jti: str
    issued_at: int
    application_id: str
    api_key: str
    payload_hash: str


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    application_id: str,
    api_key: str,
    now: float,
    seen: Callable[[str], bool],
) -> WebhookClaims:
    """The claims, or `WebhookRejected`. `now` in epoch seconds; `seen` remembers an id and says whether it knew it."""
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise WebhookUnsigned(Reason.UNSIGNED)
    claims = _signed_claims(token.strip(), secret)
    if claims.get("iss") != ISSUER:
        raise WebhookRejected(Reason.ISSUER)
    issued_at = claims.get("iat")
    if isinstance(issued_at, bool) or not isinstance(issued_at, int) or not -EARLIEST_S <= now - issued_at <= OLDEST_S:
        raise WebhookRejected(Reason.AGE)
    if claims.get("application_id") != application_id or claims.get("api_key") != api_key:
        raise WebhookRejected(Reason.ACCOUNT)
    digest = hashlib.sha256(body).hexdigest()
    if claims.get("payload_hash") != digest:
        raise WebhookRejected(Reason.PAYLOAD)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= 200:
        raise WebhookRejected(Reason.UNREADABLE)
    if seen(jti):
        raise WebhookReplayed(Reason.REPLAY)
    return WebhookClaims(jti, issued_at, application_id, api_key, digest)


def _signed_claims(token: str, secret: str) -> dict[str, Any]:
    """The claims of a token with a good signature."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3 or not token.isascii():
        raise WebhookRejected(Reason.UNREADABLE)
    head, claims, signature = parts
    # The algorithm is ours to choose, never the token's.
    if _json(head).get("alg") != "HS256":
        raise WebhookRejected(Reason.SIGNATURE)
    expected = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(base64.urlsafe_b64encode(expected).rstrip(b"="), signature.rstrip("=").encode()):
        raise WebhookRejected(Reason.SIGNATURE)
    return _json(claims)


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise WebhookRejected(Reason.UNREADABLE) from None
    if not isinstance(found, dict):
        raise WebhookRejected(Reason.UNREADABLE)
    return found
