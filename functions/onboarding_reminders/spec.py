"""Declaration of onboarding_reminders."""

from rapport.onboarding.settings import OnboardingRemindersSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource

SPEC = FunctionSpec(
    name="onboarding_reminders",
    description="Onboarding: reminds an applicant for whom the workflow waits",
    settings=OnboardingRemindersSettings,
    grants=(
        Grant(resource=Resource.ONBOARDING_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.AI_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.REMINDERS, actions=("scheduler:CreateSchedule",)),
        Grant(resource=Resource.REMINDERS_ROLE, actions=("iam:PassRole",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        Grant(resource=Resource.EMAIL_IDENTITY, actions=("ses:SendEmail",)),
        Grant(resource=Resource.EMAIL_CONFIGURATION, actions=("ses:SendEmail",)),
    ),
    layers=(Layer.AI, Layer.VENDORS),
    timeout_s=60,
    named=True,
)
