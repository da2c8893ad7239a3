"""Declaration of analytics_api."""

from rapport.analytics.settings import AnalyticsApiSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="analytics_api",
    description="Aggregates of customers, transactions, segments and calls, and the summary of a customer",
    settings=AnalyticsApiSettings,
    grants=(
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",), indexes=("by_facet",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:Query")),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:Query",), indexes=("by_customer",)),
    ),
    routes=(
        Route(method="GET", path="/api/analytics/customers"),
        Route(method="GET", path="/api/analytics/transactions"),
        Route(method="GET", path="/api/analytics/cohorts"),
        Route(method="GET", path="/api/analytics/metrics"),
        Route(method="GET", path="/api/analytics/segments"),
        Route(method="GET", path="/api/analytics/segments/{code}/customers"),
        Route(method="GET", path="/api/analytics/value"),
        Route(method="GET", path="/api/analytics/revenue"),
        Route(method="GET", path="/api/analytics/calls"),
        Route(method="GET", path="/api/analytics/{customer_id}/summary"),
    ),
    # For the names and codes of the segments, which are part of the model.
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=15,
)
