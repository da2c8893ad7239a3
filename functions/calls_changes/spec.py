"""Declaration of calls_changes."""

from rapport.calls.settings import ChangesSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, TableSource

SPEC = FunctionSpec(
    name="calls_changes",
    description="Counts ended calls, and tells the event bus which calls began or ended",
    settings=ChangesSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.EVENT_BUS, actions=("events:PutEvents",)),
    ),
    # Every change of a call is an event with the whole call, inserted once.
    table_sources=(TableSource(table=Resource.CALLS_TABLE, key_prefix="EVENT#"),),
    timeout_s=60,
)
