"""Declaration of trends_counter."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, StreamSource
from rapport.trends.settings import TrendsCounterSettings

SPEC = FunctionSpec(
    name="trends_counter",
    description="Trends: counts the events of the intelligence stream by series and hour",
    settings=TrendsCounterSettings,
    grants=(
        Grant(resource=Resource.TRENDS_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.REALTIME_TABLE, actions=("dynamodb:UpdateItem",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    # In order within a shard, one batch at a time: the high-water mark of a count depends on it.
    stream_sources=(StreamSource(stream=Resource.INTELLIGENCE_STREAM, batch_size=500),),
    timeout_s=60,
)
