"""Declaration of scoring_batch_plan."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource
from rapport.scoring.settings import ScoringBatchPlanSettings

SPEC = FunctionSpec(
    name="scoring_batch_plan",
    description="Reads a batch's file once, checks its header and splits its rows into chunks",
    settings=ScoringBatchPlanSettings,
    grants=(
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:GetItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("batches/uploads", "models")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("batches/work",)),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1769,
    timeout_s=900,
)
