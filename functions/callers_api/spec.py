"""Declaration of callers_api."""

from rapport.callers.settings import CallersApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="callers_api",
    description="Callers: profiles of numbers, block and allow lists, feedback, campaigns, labelled examples",
    settings=CallersApiSettings,
    grants=(
        Grant(
            resource=Resource.CALLERS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.CALLERS_TABLE, actions=("dynamodb:Query",), indexes=("by_listed",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",), indexes=("by_phone",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="GET", path="/api/profiles/caller/{phone_number}"),
        Route(method="GET", path="/api/callers/lists"),
        Route(method="POST", path="/api/callers/lists"),
        Route(method="DELETE", path="/api/callers/lists/{name}/{caller}"),
        Route(method="POST", path="/api/callers/feedback"),
        Route(method="GET", path="/api/callers/campaigns"),
        Route(method="GET", path="/api/callers/campaigns/{campaign_id}"),
        Route(method="POST", path="/api/callers/campaigns/{campaign_id}/verdict"),
        Route(method="GET", path="/api/callers/labels"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=15,
)
