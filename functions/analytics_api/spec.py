"""Declaration of analytics_api."""

from rapport.analytics.settings import AnalyticsApiSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="analytics_api",
    description="Aggregates of customers and transactions, cohorts, headline figures",
    settings=AnalyticsApiSettings,
    grants=(Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",)),),
    routes=(
        Route(method="GET", path="/api/analytics/customers"),
        Route(method="GET", path="/api/analytics/transactions"),
        Route(method="GET", path="/api/analytics/cohorts"),
        Route(method="GET", path="/api/analytics/metrics"),
    ),
    memory_mb=1024,
    timeout_s=15,
)
