"""Declaration of calls_segments."""

from rapport.calls.settings import SegmentsSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, StreamSource

SPEC = FunctionSpec(
    name="calls_segments",
    description="Folds real-time analysis segments into calls and scores every finished turn",
    settings=SegmentsSettings,
    grants=(
        Grant(
            resource=Resource.CALLS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    stream_sources=(StreamSource(stream=Resource.SEGMENT_STREAM, batch_size=100),),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=60,
)
