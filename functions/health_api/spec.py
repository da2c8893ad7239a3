"""Declaration of health_api."""

from rapport.health.settings import HealthSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="health_api",
    description="Liveness, readiness, dependencies with latency, Prometheus text",
    settings=HealthSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.IDENTITY_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.LIVE_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.SEGMENT_STREAM, actions=("kinesis:DescribeStreamSummary",)),
        Grant(resource=Resource.USER_POOL, actions=("cognito-idp:DescribeUserPoolClient",)),
    ),
    routes=(
        Route(method="GET", path="/api/health", public=True),
        Route(method="GET", path="/api/health/detailed"),
        Route(method="GET", path="/api/ready", public=True),
        Route(method="GET", path="/api/live", public=True),
        Route(method="GET", path="/api/metrics", public=True),
    ),
    timeout_s=10,
)
