"""Entry point of onboarding_reminders: one schedule that has come due."""

from __future__ import annotations

import os
from typing import Any

import boto3
import httpx
from botocore.config import Config
from rapport.ai.compose import compose
from rapport.onboarding.adapters import Sender
from rapport.onboarding.advice import AssistedWording
from rapport.onboarding.gateway import SchedulerReminders
from rapport.onboarding.model import Wait
from rapport.onboarding.recorder import Recorder
from rapport.onboarding.reminding import Reminding
from rapport.onboarding.settings import OnboardingRemindersSettings
from rapport.onboarding.store import DynamoJournal
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.vendors.email import SesEmail
from rapport.vendors.secrets import SecretStore
from rapport.vendors.vonage import Vonage, vonage_http

settings = OnboardingRemindersSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
journal = DynamoJournal(dynamodb, settings.onboarding_table)
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
link = f"{settings.console_url}/onboarding"
reminding = Reminding(
    journal=journal,
    recorder=Recorder(journal, now_ms),
    wording=AssistedWording(compose(dynamodb=dynamodb, secrets=secrets, table=settings, model=settings), link, now_ms),
    messages=Sender(
        Vonage(settings, secrets, vonage_http(httpx.Client(), secrets)),
        SesEmail(settings, boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1}))),
        bank=settings.bank_name,
        link=link,
    ),
    later=SchedulerReminders(settings, boto3.client("scheduler"), now_ms),
    now=now_ms,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Remind, if the application still waits for what it waited for when the schedule was made."""
    del context
    done = reminding.remind(event["application_id"], Wait(event["what"]), put_off=event.get("put_off") == "yes")
    logger.info("reminder", extra={"application_id": event["application_id"], "reminded": done.value})
    return {"reminded": done.value}
