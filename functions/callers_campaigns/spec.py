"""Declaration of callers_campaigns."""

from rapport.callers.settings import CampaignSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, StreamSource

SPEC = FunctionSpec(
    name="callers_campaigns",
    description="Keeps profiles of callers, links numbers and finds campaigns",
    settings=CampaignSettings,
    grants=(
        Grant(resource=Resource.CALLERS_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.REALTIME_TABLE, actions=("dynamodb:UpdateItem",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    stream_sources=(StreamSource(stream=Resource.INTELLIGENCE_STREAM),),
    memory_mb=1024,
    timeout_s=60,
)
