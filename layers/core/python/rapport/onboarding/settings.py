"""Settings of the onboarding functions."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field

from rapport.documents.settings import DocumentsTable
from rapport.runtime.settings import CustomersTable, FilesBucket, IdentityTable, Settings
from rapport.vendors.settings import Email, FoxitApi, KintoneApi, VonageApi


class Timeouts(BaseModel):
    """How long the workflow waits, in seconds, by what it waits for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: int = Field(gt=0)
    video: int = Field(gt=0)
    signature: int = Field(gt=0)
    review: int = Field(gt=0)
    help: int = Field(gt=0)


class OnboardingTable(Settings):
    """The onboarding context's DynamoDB table."""

    onboarding_table: str


class Workflow(Settings):
    """The state machine, and how long it waits (JSON of `Timeouts`)."""

    onboarding_application_workflow: str
    onboarding_timeouts: str

    def timeouts(self) -> Timeouts:
        """The time-outs; a ValidationError when the setting is not what `Timeouts` wants."""
        return Timeouts.model_validate(json.loads(self.onboarding_timeouts))


class Bank(Settings):
    """What the bank is called to its customers, and where its console is."""

    bank_name: str
    console_url: str


class Reminding(Settings):
    """EventBridge Scheduler: the group of schedules, whom they invoke, and the role they do it under."""

    reminders_group: str
    reminders_function: str
    reminders_role: str


class OnboardingStepsSettings(
    OnboardingTable,
    CustomersTable,
    DocumentsTable,
    FilesBucket,
    Workflow,
    Bank,
    Reminding,
    VonageApi,
    FoxitApi,
    KintoneApi,
    Email,
):
    """onboarding_steps. `kintone_app` is the number of the app that keeps onboarded customers."""

    kintone_app: str


class OnboardingApiSettings(
    OnboardingTable, DocumentsTable, FilesBucket, IdentityTable, Workflow, Bank, VonageApi, FoxitApi, Email
):
    """onboarding_api."""


class OnboardingRemindersSettings(OnboardingTable, Bank, VonageApi, Email):
    """onboarding_reminders."""
