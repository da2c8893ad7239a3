"""Entry point of onboarding_callbacks: what Vonage tells of a verification when nobody asks."""

from __future__ import annotations

import os
import uuid
from typing import Any

import boto3
from rapport.onboarding.answers import Answers
from rapport.onboarding.gateway import StepFunctionsWorkflow
from rapport.onboarding.settings import OnboardingCallbacksSettings
from rapport.onboarding.store import DynamoJournal, DynamoTokens
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger

settings = OnboardingCallbacksSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
answers = Answers(
    DynamoJournal(dynamodb, settings.onboarding_table),
    DynamoTokens(dynamodb, settings.onboarding_table, now_ms),
    StepFunctionsWorkflow(boto3.client("stepfunctions"), settings.onboarding_application_workflow, settings.timeouts()),
    now_ms,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, bool]:
    """Take up a blocked number. Telling it twice, or of somebody else's verification, changes nothing."""
    del context
    body = event["detail"]["body"]
    if body.get("type") != "summary" or body.get("status") != "blocked":
        return {"changed": False}
    try:
        # The reference of a verification is the application's id without its dashes.
        application_id = str(uuid.UUID(hex=str(body.get("client_ref", ""))))
    except ValueError:
        return {"changed": False}
    changed = answers.number_blocked(application_id, str(body.get("request_id", "")))
    logger.info("number blocked", extra={"application_id": application_id, "changed": changed})
    return {"changed": changed}
