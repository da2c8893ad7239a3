"""Declaration of models_training."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource
from rapport.training.settings import TrainingStepsSettings

SPEC = FunctionSpec(
    name="models_training",
    description="Training: the steps that need no learning: plan, register, record a failure, what is due",
    settings=TrainingStepsSettings,
    grants=(
        Grant(
            resource=Resource.MODELS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        # How large the tables are says how many functions export them.
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:DescribeTable",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:DescribeTable",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models", "training")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("training",)),
        Grant(resource=Resource.MODELS_TRAINING_WORKFLOW, actions=("states:StartExecution",)),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=512,
    timeout_s=120,
)
