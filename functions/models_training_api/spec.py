"""Declaration of models_training_api."""

from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route
from rapport.training.settings import TrainingApiSettings

SPEC = FunctionSpec(
    name="models_training_api",
    description="Models: start, follow and cancel training",
    settings=TrainingApiSettings,
    grants=(
        Grant(
            resource=Resource.MODELS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        # Used by whoever PUTs a table to a presigned address.
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("training",)),
        Grant(resource=Resource.MODELS_TRAINING_WORKFLOW, actions=("states:StartExecution",)),
        Grant(resource=Resource.MODELS_TRAINING_WORKFLOW, actions=("states:StopExecution",), executions=True),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="POST", path="/api/models/{name}/train"),
        Route(method="POST", path="/api/models/{name}/tables"),
        Route(method="GET", path="/api/models/{name}/runs"),
        Route(method="GET", path="/api/models/{name}/runs/{run_id}"),
        Route(method="POST", path="/api/models/{name}/runs/{run_id}/cancel"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=512,
    timeout_s=20,
)
