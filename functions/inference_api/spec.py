"""Declaration of inference_api."""

from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route
from rapport.scoring.settings import InferenceApiSettings

SPEC = FunctionSpec(
    name="inference_api",
    description="Scores of customers, payments and applications, with reasons",
    settings=InferenceApiSettings,
    grants=(
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:BatchWriteItem", "dynamodb:GetItem")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models",)),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="POST", path="/api/inference/churn-score"),
        Route(method="POST", path="/api/inference/churn-batch"),
        Route(method="POST", path="/api/inference/batch-process"),
        Route(method="POST", path="/api/inference/fraud-detection"),
        Route(method="POST", path="/api/inference/credit-score"),
        Route(method="POST", path="/api/inference/segment"),
        Route(method="POST", path="/api/inference/lifetime-value"),
        Route(method="POST", path="/api/inference/spend-forecast"),
        Route(method="POST", path="/api/inference/next-best-action"),
        Route(method="GET", path="/api/inference/explain"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1769,
    timeout_s=25,
)
