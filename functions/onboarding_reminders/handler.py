"""Entry point of onboarding_reminders: one schedule that has come due."""

from __future__ import annotations

import os
from typing import Any

import boto3
import httpx
from botocore.config import Config
from rapport.onboarding.adapters import Sender
from rapport.onboarding.model import EventType, Wait
from rapport.onboarding.recorder import Recorder
from rapport.onboarding.settings import OnboardingRemindersSettings
from rapport.onboarding.store import DynamoJournal
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.vendors.email import SesEmail
from rapport.vendors.secrets import SecretStore
from rapport.vendors.vonage import Vonage, vonage_http

settings = OnboardingRemindersSettings.from_environment(os.environ)
journal = DynamoJournal(boto3.client("dynamodb"), settings.onboarding_table)
recorder = Recorder(journal, now_ms)
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
sender = Sender(
    Vonage(settings, secrets, vonage_http(httpx.Client(), secrets)),
    SesEmail(settings, boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1}))),
    bank=settings.bank_name,
    link=f"{settings.console_url}/onboarding",
)


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Remind, if the application still waits for what it waited for when the schedule was made."""
    del context
    application_id = event["application_id"]
    application, applicant = journal.load(application_id), journal.applicant(application_id)
    waiting = application.waiting if application is not None else None
    if application is None or applicant is None or waiting is None or waiting.what is not Wait(event["what"]):
        logger.info("nothing to remind of", extra={"application_id": application_id})
        return {"reminded": "no"}
    sender.send(applicant, application, "reminder")
    recorder.record(application, EventType.REMINDED, skip=lambda newest: newest.waiting is None or newest.state.over)
    return {"reminded": "yes"}
