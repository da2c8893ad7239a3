"""Declaration of profiles_updater."""

from rapport.profiles.settings import ProcessorSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, StreamSource

SPEC = FunctionSpec(
    name="profiles_updater",
    description="Folds events into the profiles of users, one write per profile and batch",
    settings=ProcessorSettings,
    grants=(
        Grant(resource=Resource.PROFILES_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem")),
        Grant(resource=Resource.REALTIME_TABLE, actions=("dynamodb:UpdateItem",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    stream_sources=(StreamSource(stream=Resource.INTELLIGENCE_STREAM, batch_size=500),),
    memory_mb=1024,
    timeout_s=60,
)
