"""Entry point of calls_contact_events: one EventBridge event."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.calls.desk import CallRegister
from rapport.calls.joins import ContactJoiner
from rapport.calls.settings import ContactEventSettings
from rapport.calls.store import DynamoCallStore
from rapport.identity.store import IdentityStore
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger


def compose(settings: ContactEventSettings) -> ContactJoiner:
    """The joiner on the real stores."""
    dynamodb = boto3.client("dynamodb")
    register = CallRegister(store=DynamoCallStore(dynamodb, settings.calls_table), clock=now_ms)
    return ContactJoiner(register=register, agents=IdentityStore(dynamodb, settings.identity_table), clock=now_ms)


joiner = compose(ContactEventSettings.from_environment(os.environ))


def handler(event: dict[str, Any], context: Any) -> None:
    """Apply the event. Raising makes EventBridge try again and, at last, keep it in the failure queue."""
    del context
    call = joiner.apply_contact_event(event["detail"])
    logger.info("contact event", extra={"applied": call is not None})
