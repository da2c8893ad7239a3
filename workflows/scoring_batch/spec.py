"""Declaration of the batch workflow."""

from rapport.runtime.function_spec import Grant, Resource
from rapport.runtime.workflow_spec import WorkflowSpec

SPEC = WorkflowSpec(
    name="scoring_batch",
    description="Scores an uploaded file in chunks and joins the results with what failed",
    functions=("scoring_batch_plan", "scoring_batch_chunk", "scoring_batch_finish"),
    # The map reads the list of chunks.
    grants=(Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("batches/work",)),),
    distributed=True,
)
