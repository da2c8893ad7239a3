"""Declaration of recommendations_api."""

from rapport.recommendations.settings import RecommendationsApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="recommendations_api",
    description="Recommendations: what to do for a customer, what became of it, and its effect",
    settings=RecommendationsApiSettings,
    grants=(
        Grant(
            resource=Resource.RECOMMENDATIONS_TABLE,
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
        ),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:BatchGetItem",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:Query",), indexes=("by_customer",)),
        Grant(resource=Resource.PROFILES_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        IDEMPOTENCY,
    ),
    routes=(
        Route(method="GET", path="/api/recommendations/stats"),
        Route(method="GET", path="/api/recommendations/{user_id}"),
        Route(method="POST", path="/api/recommendations/{user_id}/{recommendation_id}/dismiss"),
        Route(method="POST", path="/api/recommendations/{user_id}/{recommendation_id}/feedback"),
        Route(method="POST", path="/api/recommendations/{user_id}/{recommendation_id}/implement"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=20,
)
