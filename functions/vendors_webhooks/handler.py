"""Entry point of vendors_webhooks: /api/webhooks/*. Open to all: a callback proves itself."""

from __future__ import annotations

import os
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, ConfigDict
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.event_bus import EventBus
from rapport.runtime.http import body_bytes, create_app, serve
from rapport.vendors.gateway import VendorEvents
from rapport.vendors.secrets import SecretStore
from rapport.vendors.settings import WebhookSettings
from rapport.vendors.store import VendorsStore
from rapport.vendors.webhooks import SOURCE, CallbackReceived, VonageKind, Webhooks

LARGEST_BODY = 128 * 1024

settings = WebhookSettings.from_environment(os.environ)
store = VendorsStore(boto3.client("dynamodb"), settings.vendors_table)
webhooks = Webhooks(
    secrets=SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets),
    claims=store,
    refusals=store,
    bus=VendorEvents(EventBus(boto3.client("events"), settings.event_bus, SOURCE)),
    clock=now_ms,
)
app = create_app()


class VendorCallback(BaseModel):
    """Whatever the vendor sends: its shape is the vendor's to change."""

    model_config = ConfigDict(extra="allow")


@app.post(
    "/api/webhooks/vonage/<kind>",
    tags=["webhooks"],
    summary="Callback of Vonage, signed by it",
    description="503 without a signature: Vonage then sends it again, signed. 409 when this very callback came before.",
    operation_id="vonageWebhook",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=CallbackReceived),
)
def vonage_webhook(kind: VonageKind, body: VendorCallback) -> CallbackReceived:
    del body  # What was signed is the bytes, not what they mean.
    event = app.current_event.raw_event
    return webhooks.vonage(kind, event["headers"], event["signedBody"])


@app.post(
    "/api/webhooks/kintone/<secret>",
    tags=["webhooks"],
    summary="Notification of Kintone, known by the secret in its address",
    operation_id="kintoneWebhook",
    responses=problems(400, 404, 413, 415, 422, 429, 503, ok=CallbackReceived),
)
def kintone_webhook(secret: Annotated[str, Path(max_length=200)], body: VendorCallback) -> CallbackReceived:
    return webhooks.kintone(secret, body.model_dump())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    # Kept as it came: reading it as JSON and writing it again would change what was signed.
    return serve(app, {**event, "signedBody": body_bytes(event)}, context, largest_body=LARGEST_BODY)
