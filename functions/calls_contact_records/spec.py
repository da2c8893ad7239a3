"""Declaration of calls_contact_records."""

from rapport.calls.settings import JoinSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, StreamSource

SPEC = FunctionSpec(
    name="calls_contact_records",
    description="Applies contact trace records: the last word on a call's times, agent and queue",
    settings=JoinSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.IDENTITY_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    stream_sources=(StreamSource(stream=Resource.CONTACT_RECORD_STREAM),),
    timeout_s=60,
)
