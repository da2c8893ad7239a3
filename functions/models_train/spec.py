"""Declaration of models_train."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource
from rapport.training.settings import TrainSettings

SPEC = FunctionSpec(
    name="models_train",
    description="Training: exports the tenant's data, prepares the training set, learns and judges",
    settings=TrainSettings,
    grants=(
        Grant(
            resource=Resource.MODELS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        # A training set is the whole table: read in segments, by this function only.
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Scan",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:Scan",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models", "training")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("models", "training")),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=3008,
    timeout_s=900,
    ephemeral_mb=4096,
    training_bundle=True,
)
