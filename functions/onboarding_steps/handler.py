"""Entry point of onboarding_steps: what the state machine invokes, one step at a time."""

from __future__ import annotations

import os
from typing import Any

import boto3
import httpx
from botocore.config import Config
from rapport.ai.compose import compose
from rapport.customers.store import CustomerStore
from rapport.documents.service import DocumentService
from rapport.documents.store import BucketFiles, DynamoDocumentStore, DynamoValues
from rapport.onboarding.adapters import (
    ApplicationDocuments,
    Inbox,
    KintoneCrm,
    RecordOfCustomers,
    Sender,
    VonageVerifications,
    VonageVideos,
)
from rapport.onboarding.advice import AssistedOpinion, AssistedPlanner
from rapport.onboarding.gateway import SchedulerReminders, StepFunctionsWorkflow
from rapport.onboarding.settings import OnboardingStepsSettings
from rapport.onboarding.steps import Steps, World
from rapport.onboarding.store import DynamoJournal, DynamoSightings, DynamoTokens
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.vendors.email import SesEmail
from rapport.vendors.foxit import Foxit, foxit_http
from rapport.vendors.kintone import Kintone, kintone_http
from rapport.vendors.secrets import SecretStore
from rapport.vendors.vonage import Vonage, vonage_http

settings = OnboardingStepsSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
assistant = compose(dynamodb=dynamodb, secrets=secrets, table=settings, model=settings)
http = httpx.Client()
vonage = Vonage(settings, secrets, vonage_http(http, secrets))
documents = DocumentService(
    DynamoDocumentStore(dynamodb, settings.documents_table),
    DynamoValues(dynamodb, settings.documents_table, now_ms),
    BucketFiles(boto3.client("s3"), settings.files_bucket),
    Foxit(settings, secrets, foxit_http(http, secrets)),
    now_ms,
)
email = SesEmail(settings, boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1})))
steps = Steps(
    World(
        journal=DynamoJournal(dynamodb, settings.onboarding_table),
        tokens=DynamoTokens(dynamodb, settings.onboarding_table, now_ms),
        verifications=VonageVerifications(vonage, settings.bank_name),
        videos=VonageVideos(vonage),
        documents=ApplicationDocuments(documents, settings.bank_name),
        crm=KintoneCrm(Kintone(settings, secrets, kintone_http(http, secrets)), settings.kintone_app),
        messages=Sender(vonage, email, bank=settings.bank_name, link=f"{settings.console_url}/onboarding"),
        opinion=AssistedOpinion(assistant),
        sightings=DynamoSightings(dynamodb, settings.onboarding_table, now_ms),
        planner=AssistedPlanner(assistant),
        reviews=Inbox(),
        reminders=SchedulerReminders(settings, boto3.client("scheduler"), now_ms),
        customers=RecordOfCustomers(CustomerStore(dynamodb, settings.customers_table)),
        workflow=StepFunctionsWorkflow(
            boto3.client("stepfunctions"),
            settings.onboarding_application_workflow,
            settings.timeouts(),
        ),
        now=now_ms,
    )
)


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Do one step. The state machine knows the errors it retries and catches by their class names."""
    del context
    arguments = {name: str(value) for name, value in event.items() if name not in {"step", "application_id"}}
    logger.info("step", extra={"step": event["step"], "application_id": event["application_id"]})
    return steps.run(event["step"], event["application_id"], arguments)
