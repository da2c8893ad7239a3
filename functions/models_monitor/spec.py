"""Declaration of models_monitor."""

from rapport.registry.settings import ModelsMonitorSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource

SPEC = FunctionSpec(
    name="models_monitor",
    description="Models: a drift report of every version in service, once a day",
    settings=ModelsMonitorSettings,
    grants=(
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models",)),
    ),
    schedule="rate(1 day)",
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=300,
)
