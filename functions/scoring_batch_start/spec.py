"""Declaration of scoring_batch_start."""

from rapport.runtime.function_spec import FunctionSpec, Grant, ObjectSource, Resource
from rapport.scoring.settings import ScoringBatchStartSettings

SPEC = FunctionSpec(
    name="scoring_batch_start",
    description="Begins the batch of a file that has arrived",
    settings=ScoringBatchStartSettings,
    grants=(
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:GetItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.SCORING_BATCH_WORKFLOW, actions=("states:StartExecution",)),
    ),
    object_sources=(ObjectSource(bucket=Resource.FILES_BUCKET, folder="batches/uploads"),),
    memory_mb=512,
    timeout_s=30,
)
