"""Declaration of calls_api."""

from rapport.calls.settings import CallsApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="calls_api",
    description="Live calls: start, score, end, look at, note, act",
    settings=CallsApiSettings,
    grants=(
        Grant(
            resource=Resource.CALLS_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
            ),
        ),
        Grant(
            resource=Resource.CALLS_TABLE,
            actions=("dynamodb:Query",),
            indexes=("by_agent", "by_team", "active_by_team", "by_customer"),
        ),
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="POST", path="/api/start_call"),
        Route(method="POST", path="/api/score_customer"),
        Route(method="POST", path="/api/end_call"),
        Route(method="GET", path="/api/calls"),
        Route(method="GET", path="/api/calls/{contact_id}"),
        Route(method="GET", path="/api/calls/{contact_id}/timeline"),
        Route(method="GET", path="/api/calls/{contact_id}/notes"),
        Route(method="POST", path="/api/calls/{contact_id}/notes"),
        Route(method="GET", path="/api/calls/{contact_id}/actions"),
        Route(method="POST", path="/api/calls/{contact_id}/actions"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=15,
)
