"""Declaration of scoring_api."""

from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route
from rapport.scoring.settings import ScoringApiSettings

SPEC = FunctionSpec(
    name="scoring_api",
    description="Batches: a file of rows scored by one model, followed and fetched",
    settings=ScoringApiSettings,
    grants=(
        Grant(
            resource=Resource.MODELS_TABLE,
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
        ),
        IDEMPOTENCY,
        # Both are used by whoever uploads to, or downloads from, a presigned address.
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("batches/uploads",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("batches/results", "models")),
        Grant(resource=Resource.SCORING_BATCH_WORKFLOW, actions=("states:StopExecution",), executions=True),
    ),
    routes=(
        Route(method="GET", path="/api/inference/batch-columns"),
        Route(method="GET", path="/api/inference/batches"),
        Route(method="POST", path="/api/inference/batches"),
        Route(method="GET", path="/api/inference/batches/{batch_id}"),
        Route(method="GET", path="/api/inference/batches/{batch_id}/results"),
        Route(method="GET", path="/api/inference/batches/{batch_id}/failures"),
        Route(method="POST", path="/api/inference/batches/{batch_id}/cancel"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=25,
)
