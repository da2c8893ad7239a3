"""Declaration of live_rooms."""

from rapport.live.settings import RoomsSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource

SPEC = FunctionSpec(
    name="live_rooms",
    description="Joins live connections to the rooms of calls, agents and teams, and tells them what they missed",
    settings=RoomsSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        Grant(resource=Resource.IDENTITY_TABLE, actions=("dynamodb:GetItem",)),
        Grant(
            resource=Resource.LIVE_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.LIVE_API, actions=("execute-api:ManageConnections",)),
    ),
    websocket_routes=("$default",),
)
