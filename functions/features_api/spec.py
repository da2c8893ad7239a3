"""Declaration of features_api."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, Route
from rapport.scoring.settings import FeaturesApiSettings

SPEC = FunctionSpec(
    name="features_api",
    description="The declared features, and a customer's values among everybody's",
    settings=FeaturesApiSettings,
    grants=(Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),),
    routes=(
        Route(method="GET", path="/api/features"),
        Route(method="GET", path="/api/customers/{customer_id}/features"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=15,
)
