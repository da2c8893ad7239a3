"""Declaration of models_api."""

from rapport.audit.store import RECORDING
from rapport.registry.settings import ModelsApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="models_api",
    description="Models: versions, performance, drift, promotion, labels, predictions",
    settings=ModelsApiSettings,
    grants=(
        Grant(
            resource=Resource.MODELS_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:Query",), indexes=("by_subject",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models",)),
        IDEMPOTENCY,
        RECORDING,
    ),
    routes=(
        Route(method="GET", path="/api/models"),
        Route(method="GET", path="/api/models/status"),
        Route(method="GET", path="/api/models/{name}/performance"),
        Route(method="GET", path="/api/models/{name}/drift"),
        Route(method="GET", path="/api/models/{name}/history"),
        Route(method="GET", path="/api/models/{name}/fields"),
        Route(method="POST", path="/api/models/{name}/predict"),
        Route(method="POST", path="/api/models/{name}/reload"),
        Route(method="POST", path="/api/models/{name}/promote"),
        Route(method="POST", path="/api/models/{name}/rollback"),
        Route(method="POST", path="/api/models/{name}/challenge"),
        Route(method="POST", path="/api/models/{name}/shadow"),
        Route(method="POST", path="/api/models/{name}/labels"),
        Route(method="POST", path="/api/models/{name}/drift"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=20,
)
