"""Entry point of assist_crm: events of calls, hints from the CRM, and a schedule that looks after both."""

from __future__ import annotations

import os
import time
from typing import Any

import boto3
import httpx
from rapport.assist.crm import CrmSync, Hint
from rapport.assist.crm_store import CrmStore
from rapport.assist.settings import AssistCrmSettings
from rapport.calls.model import CallEvent
from rapport.customers.store import CustomerStore
from rapport.runtime.observability import logger
from rapport.vendors.kintone import Kintone, kintone_http
from rapport.vendors.secrets import SecretStore

settings = AssistCrmSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
store = CrmStore(dynamodb, settings.assist_table)
ends = 0.0
sync = CrmSync(
    crm=Kintone(settings, secrets, kintone_http(httpx.Client(), secrets)),
    outbox=store,
    marks=store,
    customers=CustomerStore(dynamodb, settings.customers_table),
    customers_app=settings.kintone_app,
    calls_app=settings.kintone_calls_app,
    time_left=lambda: ends - time.monotonic(),
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the calls table's stream, a hint, or the schedule; `{"reconcile": true}` reads through at once."""
    global ends  # noqa: PLW0603 - one invocation at a time runs here
    ends = time.monotonic() + context.get_remaining_time_in_millis() / 1000
    if "Records" in event:
        images = [record["dynamodb"]["NewImage"]["event"]["S"] for record in event["Records"]]
        told = sync.tell(CallEvent.model_validate_json(image) for image in images)
        logger.info("calls for the CRM", extra={"records": len(images), "told": told})
        return {"batchItemFailures": []}
    if event.get("detail-type") == "Kintone Record Changed":
        return {"changed": sync.hinted(Hint.model_validate(event["detail"]["body"]))}
    told = sync.tell_again()
    changed = sync.reconcile(force=event.get("reconcile") is True)
    logger.info("CRM looked after", extra={"told": told, "changed": changed})
    return {"told": told, "changed": changed}
