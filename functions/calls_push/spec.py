"""Declaration of calls_push."""

from rapport.live.settings import PushSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, TableSource

SPEC = FunctionSpec(
    name="calls_push",
    description="Sends the stored events of calls to the live connections that listen",
    settings=PushSettings,
    grants=(
        Grant(resource=Resource.LIVE_TABLE, actions=("dynamodb:DeleteItem", "dynamodb:Query")),
        Grant(resource=Resource.LIVE_API, actions=("execute-api:ManageConnections",)),
    ),
    table_sources=(TableSource(table=Resource.CALLS_TABLE, key_prefix="EVENT#"),),
    timeout_s=30,
)
