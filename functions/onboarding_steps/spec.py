"""Declaration of onboarding_steps."""

from rapport.onboarding.settings import OnboardingStepsSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource

SPEC = FunctionSpec(
    name="onboarding_steps",
    description="Onboarding: the steps of the workflow",
    settings=OnboardingStepsSettings,
    grants=(
        Grant(
            resource=Resource.ONBOARDING_TABLE,
            actions=(
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(
            resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        ),
        Grant(
            resource=Resource.DOCUMENTS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
        ),
        Grant(resource=Resource.DOCUMENTS_TABLE, actions=("dynamodb:Query",), indexes=("by_owner",)),
        Grant(resource=Resource.AI_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:DeleteObject", "s3:PutObject"), folders=("documents",)),
        Grant(
            resource=Resource.ONBOARDING_APPLICATION_WORKFLOW,
            actions=("states:SendTaskFailure", "states:SendTaskSuccess"),
        ),
        Grant(resource=Resource.REMINDERS, actions=("scheduler:CreateSchedule", "scheduler:DeleteSchedule")),
        Grant(resource=Resource.REMINDERS_ROLE, actions=("iam:PassRole",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        Grant(resource=Resource.EMAIL_IDENTITY, actions=("ses:SendEmail",)),
        Grant(resource=Resource.EMAIL_CONFIGURATION, actions=("ses:SendEmail",)),
    ),
    layers=(Layer.AI, Layer.VENDORS),
    memory_mb=1024,
    timeout_s=60,
)
