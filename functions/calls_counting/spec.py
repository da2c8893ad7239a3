"""Declaration of calls_counting."""

from rapport.calls.settings import CountingSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, TableSource

SPEC = FunctionSpec(
    name="calls_counting",
    description="Counts ended calls by day, team, outcome, risk and length",
    settings=CountingSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
    ),
    # Every change of a call is an event with the whole call, inserted once.
    table_sources=(TableSource(table=Resource.CALLS_TABLE, key_prefix="EVENT#"),),
    timeout_s=60,
)
