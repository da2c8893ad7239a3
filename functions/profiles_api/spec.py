"""Declaration of profiles_api."""

from rapport.profiles.settings import ProfilesApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="profiles_api",
    description="What is normal for a user: profile, patterns, anomalies, timeline, interactions",
    settings=ProfilesApiSettings,
    grants=(
        Grant(resource=Resource.PROFILES_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        Grant(resource=Resource.INTELLIGENCE_STREAM, actions=("kinesis:PutRecords",)),
        Grant(resource=Resource.REALTIME_TABLE, actions=("dynamodb:UpdateItem",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="POST", path="/api/profiles/interactions"),
        Route(method="GET", path="/api/profiles/{user_id}"),
        Route(method="GET", path="/api/profiles/{user_id}/patterns"),
        Route(method="GET", path="/api/profiles/{user_id}/anomalies"),
        Route(method="GET", path="/api/profiles/{user_id}/timeline"),
    ),
    memory_mb=1024,
)
