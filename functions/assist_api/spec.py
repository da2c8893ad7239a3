"""Declaration of assist_api."""

from rapport.assist.settings import AssistApiSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="assist_api",
    description="Profile assistant: sign-in with Genesys, the customer of a conversation, panels from the warehouse",
    settings=AssistApiSettings,
    grants=(
        Grant(
            resource=Resource.ASSIST_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
    ),
    routes=(
        Route(method="POST", path="/api/assist/session"),
        Route(method="GET", path="/api/assist/conversations/{conversation_id}"),
    ),
    layers=(Layer.VENDORS,),
    memory_mb=1024,
    timeout_s=28,
)
