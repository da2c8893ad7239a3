"""Declaration of recommendations_outcomes."""

from rapport.recommendations.settings import RecommendationsOutcomesSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource

SPEC = FunctionSpec(
    name="recommendations_outcomes",
    description="What became of recommendations: ignored ones, outcomes, and other policies judged on them",
    settings=RecommendationsOutcomesSettings,
    grants=(
        Grant(
            resource=Resource.RECOMMENDATIONS_TABLE,
            actions=("dynamodb:PutItem", "dynamodb:UpdateItem"),
        ),
        Grant(resource=Resource.RECOMMENDATIONS_TABLE, actions=("dynamodb:Query",), indexes=("by_due",)),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
    ),
    schedule="rate(1 hour)",
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=300,
    reserved_concurrency=1,
)
