"""Declaration of scoring_batch_chunk."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource
from rapport.scoring.settings import ScoringBatchChunkSettings

SPEC = FunctionSpec(
    name="scoring_batch_chunk",
    description="Scores one chunk of a batch; scored again, it writes the same",
    settings=ScoringBatchChunkSettings,
    grants=(
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        Grant(
            resource=Resource.MODELS_TABLE,
            actions=("dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"),
        ),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("batches/work", "models")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("batches/work",)),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1769,
    timeout_s=600,
)
