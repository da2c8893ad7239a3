"""Declaration of realtime_api."""

from rapport.realtime.settings import RealtimeApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="realtime_api",
    description="Events into the intelligence stream, and how its processors do",
    settings=RealtimeApiSettings,
    grants=(
        Grant(resource=Resource.INTELLIGENCE_STREAM, actions=("kinesis:PutRecords",)),
        Grant(resource=Resource.REALTIME_TABLE, actions=("dynamodb:Query", "dynamodb:UpdateItem")),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="POST", path="/api/realtime/events"),
        Route(method="GET", path="/api/realtime/metrics"),
        Route(method="GET", path="/api/realtime/processors"),
    ),
    memory_mb=1024,
    timeout_s=20,
)
