"""Declaration of profiles_anomalies."""

from rapport.profiles.settings import ProcessorSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, StreamSource

SPEC = FunctionSpec(
    name="profiles_anomalies",
    description="Notices calls, logins and payments that are unusual for their user",
    settings=ProcessorSettings,
    grants=(
        Grant(resource=Resource.PROFILES_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.REALTIME_TABLE, actions=("dynamodb:UpdateItem",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    stream_sources=(StreamSource(stream=Resource.INTELLIGENCE_STREAM, batch_size=500),),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=60,
)
