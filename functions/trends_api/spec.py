"""Declaration of trends_api."""

from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route
from rapport.trends.settings import TrendsApiSettings

SPEC = FunctionSpec(
    name="trends_api",
    description="Trends: season, changes, anomalies, forecast and monitors of a series",
    settings=TrendsApiSettings,
    grants=(
        Grant(
            resource=Resource.TRENDS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="GET", path="/api/trends/series"),
        Route(method="GET", path="/api/trends/monitors"),
        Route(method="DELETE", path="/api/trends/monitors/{monitor_id}"),
        Route(method="GET", path="/api/trends/alerts"),
        Route(method="GET", path="/api/trends/{user_id}/summary"),
        Route(method="POST", path="/api/trends/{user_id}/monitor"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=20,
)
