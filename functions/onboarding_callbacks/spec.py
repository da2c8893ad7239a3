"""Declaration of onboarding_callbacks."""

from rapport.onboarding.settings import OnboardingCallbacksSettings
from rapport.runtime.function_spec import EventSource, FunctionSpec, Grant, Resource

SPEC = FunctionSpec(
    name="onboarding_callbacks",
    description="Onboarding: a number to which the network lets no code through becomes a person's matter",
    settings=OnboardingCallbacksSettings,
    grants=(
        Grant(resource=Resource.ONBOARDING_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.ONBOARDING_APPLICATION_WORKFLOW, actions=("states:SendTaskSuccess",)),
    ),
    event_sources=(EventSource(source="rapport.vendors", detail_types=("Vonage Verification",)),),
    timeout_s=30,
)
