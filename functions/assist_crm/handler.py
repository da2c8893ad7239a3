"""Entry point of assist_crm: calls that ended, hints from the CRM, and a schedule that looks after both."""

from __future__ import annotations

import os
import time
from typing import Any

import boto3
import httpx
from rapport.assist.crm import CrmSync, Hint
from rapport.assist.crm_store import CrmStore
from rapport.assist.settings import AssistCrmSettings
from rapport.calls.changes import CallChanged
from rapport.calls.store import DynamoCallStore
from rapport.customers.store import CustomerStore
from rapport.runtime.observability import logger
from rapport.runtime.queue import each_event
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
    calls=DynamoCallStore(dynamodb, settings.calls_table),
    customers=CustomerStore(dynamodb, settings.customers_table),
    customers_app=settings.kintone_app,
    calls_app=settings.kintone_calls_app,
    time_left=lambda: ends - time.monotonic(),
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Calls that changed, a hint, or the schedule; `{"reconcile": true}` reads through at once."""
    global ends  # noqa: PLW0603 - one invocation at a time runs here
    ends = time.monotonic() + context.get_remaining_time_in_millis() / 1000
    if "Records" in event:
        return each_event(event, lambda detail: sync.tell(CallChanged.model_validate(detail).contact_id))
    if event.get("detail-type") == "Kintone Record Changed":
        return {"changed": sync.hinted(Hint.model_validate(event["detail"]["body"]))}
    told = sync.tell_again()
    changed = sync.reconcile(force=event.get("reconcile") is True)
    logger.info("CRM looked after", extra={"told": told, "changed": changed})
    return {"told": told, "changed": changed}
