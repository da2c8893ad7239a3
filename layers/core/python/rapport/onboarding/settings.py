"""Settings of the onboarding functions."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveInt

from rapport.ai.settings import AiTable, OpenAi
from rapport.documents.settings import DocumentsTable
from rapport.onboarding.model import Wait
from rapport.runtime.settings import CustomersTable, FilesBucket, IdentityTable, Settings
from rapport.vendors.settings import Email, FoxitApi, KintoneApi, VonageApi

DAY_S = 86_400


class OnboardingTable(Settings):
    """The onboarding context's DynamoDB table."""

    onboarding_table: str


class Workflow(Settings):
    """The state machine, and how many seconds it waits for what."""

    onboarding_application_workflow: str
    onboarding_code_s: PositiveInt = DAY_S
    onboarding_video_s: PositiveInt = 14 * DAY_S
    onboarding_signature_s: PositiveInt = 14 * DAY_S
    onboarding_review_s: PositiveInt = 14 * DAY_S
    onboarding_help_s: PositiveInt = 14 * DAY_S

    def timeouts(self) -> dict[str, int]:
        """Seconds by what is waited for."""
        return {
            Wait.CODE.value: self.onboarding_code_s,
            Wait.VIDEO.value: self.onboarding_video_s,
            Wait.SIGNATURE.value: self.onboarding_signature_s,
            Wait.REVIEW.value: self.onboarding_review_s,
            Wait.HELP.value: self.onboarding_help_s,
        }


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
    AiTable,
    OpenAi,
):
    """onboarding_steps. `kintone_app` is the number of the app that keeps onboarded customers."""

    kintone_app: str


class OnboardingApiSettings(
    OnboardingTable, DocumentsTable, FilesBucket, IdentityTable, Workflow, Bank, VonageApi, FoxitApi, Email
):
    """onboarding_api. `onboarding_code_apart_s` seconds lie between two codes: a verification cannot be cancelled
    before, and the next one would be refused as concurrent.
    """

    onboarding_code_apart_s: NonNegativeInt = 30


class OnboardingCallbacksSettings(OnboardingTable, Workflow):
    """onboarding_callbacks."""


class OnboardingRemindersSettings(OnboardingTable, Bank, Reminding, VonageApi, Email, AiTable, OpenAi):
    """onboarding_reminders."""
