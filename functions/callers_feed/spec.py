"""Declaration of callers_feed."""

from rapport.callers.settings import FeedSettings
from rapport.runtime.function_spec import EventSource, FunctionSpec, Grant, Resource

SPEC = FunctionSpec(
    name="callers_feed",
    description="Tells the intelligence stream of calls that begin and end",
    settings=FeedSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        Grant(resource=Resource.CALLERS_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query")),
        Grant(resource=Resource.INTELLIGENCE_STREAM, actions=("kinesis:PutRecords",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
    ),
    event_sources=(EventSource(source="rapport.calls", detail_types=("Call Changed",), queued=True),),
    timeout_s=60,
)
