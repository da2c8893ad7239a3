"""What happens to a callback: checked, remembered, put on the bus for whoever waits. Nothing is decided here.

A callback is claimed for a short while, published, then settled for good. If publishing fails the claim runs out and
the vendor's next attempt gets through: nothing is lost, and what is published twice carries the same `event_id`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from rapport.runtime.errors import DependencyUnavailableError, MalformedRequestError, NotFoundError
from rapport.vendors.names import KINTONE, VONAGE
from rapport.vendors.secrets import KintoneCredentials, SecretStore, VonageCredentials
from rapport.vendors.vonage_webhooks import Reason, WebhookRejected, WebhookUnsigned, verify

SOURCE = "rapport.vendors"
SCHEMA_VERSION = 1
# Kintone's notification ids and record ids; anything else is no notification.
_NOTIFICATION = re.compile(r"[A-Za-z0-9-]{8,64}")
_NUMBER = re.compile(r"[0-9]{1,18}")


class VonageKind(StrEnum):
    """What a callback is about: the last part of its address."""

    STATUS = "status"
    INBOUND = "inbound"
    VERIFY = "verify"
    VIDEO = "video"


class DetailType(StrEnum):
    """`detail-type` of the events on the bus."""

    MESSAGE_STATUS = "Vonage Message Status"
    MESSAGE_INBOUND = "Vonage Inbound Message"
    VERIFICATION = "Vonage Verification"
    VIDEO = "Vonage Video"
    RECORD_CHANGED = "Kintone Record Changed"


DETAIL_TYPES = {
    VonageKind.STATUS: DetailType.MESSAGE_STATUS,
    VonageKind.INBOUND: DetailType.MESSAGE_INBOUND,
    VonageKind.VERIFY: DetailType.VERIFICATION,
    VonageKind.VIDEO: DetailType.VIDEO,
}
KINTONE_TYPES = {"ADD_RECORD", "UPDATE_RECORD", "DELETE_RECORD", "UPDATE_STATUS", "ADD_RECORD_COMMENT"}


class VendorEvent(BaseModel):
    """`detail` of an event on the bus. `body` is the vendor's own; for Kintone only which record, to be read again.
    `event_id` is the same whenever the same thing is told again. `received_at` in epoch milliseconds.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int = SCHEMA_VERSION
    event_id: str
    vendor: str
    kind: str
    received_at: int
    body: dict[str, Any]


class CallbackReceived(BaseModel):
    """Answer to a callback. `duplicate` says that the same was received before and nothing was done again."""

    received: bool = True
    duplicate: bool = False


class Claim(StrEnum):
    """What came of taking an id."""

    TAKEN = "taken"
    HELD = "held"  # somebody else took it a moment ago and has not settled it
    SETTLED = "settled"


class Claims(Protocol):
    """Remembers ids of callbacks."""

    def claim(self, vendor: str, name: str, now: int) -> Claim:
        """Take an id for a short while, unless it is held or settled."""

    def settle(self, vendor: str, name: str, now: int) -> None:
        """Remember an id as done for days."""


class Refusals(Protocol):
    def refused(self, vendor: str, kind: str, reason: str, now: int) -> None:
        """Count a refusal. `now` in epoch milliseconds."""


class Bus(Protocol):
    def publish(self, kind: DetailType, event: VendorEvent) -> None:
        """Put one event on the bus."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """`clock` gives epoch milliseconds."""

    secrets: SecretStore
    claims: Claims
    refusals: Refusals
    bus: Bus
    clock: Callable[[], int]

    def vonage(self, kind: VonageKind, headers: Mapping[str, str], body: bytes) -> CallbackReceived:
        """Accept a callback of Vonage, or raise `WebhookRejected`."""
        now = self.clock()
        try:
            jti = self._verified(kind, headers, body, now)
        except WebhookRejected as refused:
            self.refusals.refused(VONAGE, kind.value, refused.reason.value, now)
            raise
        digest = hashlib.sha256(kind.value.encode() + b"\n" + body).hexdigest()
        # Vonage repeats a callback under a new signature when our answer did not reach it.
        return self._accept(
            DETAIL_TYPES[kind],
            VendorEvent(event_id=digest, vendor=VONAGE, kind=kind.value, received_at=now, body=_object(body)),
            settle=(f"JTI#{jti}",),
        )

    def kintone(self, secret: str, body: Mapping[str, Any]) -> CallbackReceived:
        """Accept a notification of Kintone as a hint to read a record again. It is not signed, so all that is
        believed is that whoever knows our address says that a record changed.
        """
        now = self.clock()
        credentials = self.secrets.credentials(KINTONE, KintoneCredentials)
        known = [credentials.webhook_secret, credentials.previous_webhook_secret]
        # Every secret is compared whole, so that the time taken tells nothing.
        if not any([hmac.compare_digest(secret.encode(), good.encode()) for good in known if good]):  # noqa: C419
            self.refusals.refused(KINTONE, "record", Reason.SIGNATURE.value, now)
            raise NotFoundError("there is nothing at this address")
        hint = _hint(body)
        if hint is None:
            self.refusals.refused(KINTONE, "record", Reason.UNREADABLE.value, now)
            raise MalformedRequestError("this is no notification of Kintone")
        event = VendorEvent(
            event_id=str(body["id"]), vendor=KINTONE, kind="record", received_at=now, body=hint
        )  # fmt: skip
        return self._accept(DetailType.RECORD_CHANGED, event)

    def _verified(self, kind: VonageKind, headers: Mapping[str, str], body: bytes, now: int) -> str:
        """The callback's id, claimed. While a secret is rotated, the one before is good, too."""
        known = self.secrets.credentials(VONAGE, VonageCredentials)
        secrets = (
            [known.video_signature_secret]
            if kind is VonageKind.VIDEO
            else [known.signature_secret, known.previous_signature_secret]
        )

        def seen(jti: str) -> bool:
            return self.claims.claim(VONAGE, f"JTI#{jti}", now) is not Claim.TAKEN

        refused = WebhookRejected(Reason.SIGNATURE)
        for secret in (secret for secret in secrets if secret):
            try:
                return verify(headers, body, secret, known.application_id, known.api_key, now / 1000, seen).jti
            except WebhookUnsigned:
                raise
            except WebhookRejected as error:
                if error.reason is not Reason.SIGNATURE:
                    raise
                refused = error
        raise refused

    def _accept(self, kind: DetailType, event: VendorEvent, settle: tuple[str, ...] = ()) -> CallbackReceived:
        name = f"EVENT#{event.event_id}"
        claim = self.claims.claim(event.vendor, name, event.received_at)
        if claim is Claim.HELD:
            # It may yet fail there: the vendor must ask again rather than believe it done.
            raise DependencyUnavailableError("the same callback is being worked on")
        if claim is Claim.TAKEN:
            self.bus.publish(kind, event)
            settle = (*settle, name)
        for done in settle:
            self.claims.settle(event.vendor, done, event.received_at)
        return CallbackReceived(duplicate=claim is Claim.SETTLED)


def _object(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise MalformedRequestError("a callback is a JSON object")
    return found


def _hint(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Which record of which app, and what happened. None when it is not a notification."""
    app, record = body.get("app"), body.get("record")
    app_id = app.get("id") if isinstance(app, dict) else None
    record_id = body.get("recordId")
    if isinstance(record, dict) and isinstance(record.get("$id"), dict):
        record_id = record["$id"].get("value")
    texts = (body.get("id"), app_id, record_id)
    if body.get("type") not in KINTONE_TYPES or not all(isinstance(text, str) for text in texts):
        return None
    if not (_NOTIFICATION.fullmatch(str(body["id"])) and _NUMBER.fullmatch(str(app_id))):
        return None
    if not _NUMBER.fullmatch(str(record_id)):
        return None
    return {"type": body["type"], "app_id": app_id, "record_id": record_id}
