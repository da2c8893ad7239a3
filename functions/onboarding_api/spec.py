"""Declaration of onboarding_api."""

from rapport.onboarding.settings import OnboardingApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="onboarding_api",
    description="Onboarding: applications for applicants and operators",
    settings=OnboardingApiSettings,
    grants=(
        Grant(
            resource=Resource.ONBOARDING_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
            ),
        ),
        Grant(
            resource=Resource.ONBOARDING_TABLE,
            actions=("dynamodb:Query",),
            indexes=("by_change", "by_state", "by_username"),
        ),
        Grant(
            resource=Resource.DOCUMENTS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
        ),
        # GetObject is used by whoever reads a document from its presigned address.
        Grant(
            resource=Resource.FILES_BUCKET,
            actions=("s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
            folders=("documents",),
        ),
        Grant(
            resource=Resource.ONBOARDING_APPLICATION_WORKFLOW,
            actions=("states:SendTaskFailure", "states:SendTaskSuccess", "states:StartExecution"),
        ),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        Grant(resource=Resource.EMAIL_IDENTITY, actions=("ses:SendEmail",)),
        Grant(resource=Resource.EMAIL_CONFIGURATION, actions=("ses:SendEmail",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="GET", path="/api/onboarding"),
        Route(method="POST", path="/api/onboarding/start"),
        Route(method="GET", path="/api/onboarding/status"),
        Route(method="POST", path="/api/onboarding/send-sms"),
        Route(method="POST", path="/api/onboarding/video-session"),
        Route(method="POST", path="/api/onboarding/resume-link"),
        Route(method="POST", path="/api/onboarding/resume", public=True),
        Route(method="GET", path="/api/onboarding/resumed/status", public=True),
        Route(method="POST", path="/api/onboarding/resumed/code", public=True),
        Route(method="POST", path="/api/onboarding/resumed/send-sms", public=True),
        Route(method="POST", path="/api/onboarding/resumed/video-session", public=True),
        Route(method="POST", path="/api/onboarding/resumed/sign", public=True),
        Route(method="GET", path="/api/onboarding/resumed/documents/{document_id}", public=True),
        Route(method="GET", path="/api/onboarding/{application_id}"),
        Route(method="GET", path="/api/onboarding/{application_id}/applicant"),
        Route(method="GET", path="/api/onboarding/{application_id}/events"),
        Route(method="POST", path="/api/onboarding/{application_id}/code"),
        Route(method="POST", path="/api/onboarding/{application_id}/sign"),
        Route(method="POST", path="/api/onboarding/{application_id}/withdraw"),
        Route(method="POST", path="/api/onboarding/{application_id}/video-held"),
        Route(method="POST", path="/api/onboarding/{application_id}/review"),
        Route(method="POST", path="/api/onboarding/{application_id}/help"),
    ),
    layers=(Layer.VENDORS,),
    memory_mb=512,
    timeout_s=25,
)
