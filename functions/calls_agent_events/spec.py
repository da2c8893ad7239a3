"""Declaration of calls_agent_events."""

from rapport.identity.settings import PresenceSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, StreamSource

SPEC = FunctionSpec(
    name="calls_agent_events",
    description="Keeps the presence of Connect agents from the agent event stream",
    settings=PresenceSettings,
    grants=(
        Grant(resource=Resource.IDENTITY_TABLE, actions=("dynamodb:PutItem",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    stream_sources=(StreamSource(stream=Resource.AGENT_EVENT_STREAM),),
    timeout_s=60,
)
