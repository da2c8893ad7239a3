"""Declaration of scoring_snapshots."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource
from rapport.scoring.settings import SnapshotsSettings

SPEC = FunctionSpec(
    name="scoring_snapshots",
    description="Snapshots of what the models say of each customer, once a day",
    settings=SnapshotsSettings,
    grants=(
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",), indexes=("by_facet",)),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models",)),
    ),
    # A run goes on where the one before stopped; most find the day's round finished and read one item.
    schedule="rate(15 minutes)",
    layers=(Layer.INFERENCE,),
    memory_mb=1769,
    timeout_s=840,
    reserved_concurrency=1,
)
