"""Declaration of calls_contact_events."""

from rapport.calls.settings import ContactEventSettings
from rapport.runtime.function_spec import EventSource, FunctionSpec, Grant, Resource

SPEC = FunctionSpec(
    name="calls_contact_events",
    description="Joins calls to agents and queues from Amazon Connect's contact events",
    settings=ContactEventSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.IDENTITY_TABLE, actions=("dynamodb:GetItem",)),
    ),
    event_sources=(EventSource(source="aws.connect", detail_types=("Amazon Connect Contact Event",)),),
    timeout_s=20,
)
