"""Declaration of live_connection."""

from rapport.live.settings import ConnectionSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource

SPEC = FunctionSpec(
    name="live_connection",
    description="Remembers live connections when they open and forgets them when they close",
    settings=ConnectionSettings,
    grants=(
        Grant(resource=Resource.LIVE_TABLE, actions=("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query")),
    ),
    websocket_routes=("$connect", "$disconnect"),
)
