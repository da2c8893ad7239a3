"""Declaration of scoring_batch_finish."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Resource
from rapport.scoring.settings import ScoringBatchFinishSettings

SPEC = FunctionSpec(
    name="scoring_batch_finish",
    description="Joins a batch's results in order, reports what failed, ends the batch",
    settings=ScoringBatchFinishSettings,
    grants=(
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:GetItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("batches/work",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("batches/work", "batches/results")),
    ),
    memory_mb=1024,
    timeout_s=900,
)
