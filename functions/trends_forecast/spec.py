"""Declaration of trends_forecast."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource
from rapport.trends.settings import TrendsForecastSettings

SPEC = FunctionSpec(
    name="trends_forecast",
    description="Trends: forecasts of the hour, their scores, monitors and alerts, every five minutes",
    settings=TrendsForecastSettings,
    grants=(
        Grant(
            resource=Resource.TRENDS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.LIVE_TABLE, actions=("dynamodb:Query",)),
        Grant(resource=Resource.LIVE_API, actions=("execute-api:ManageConnections",)),
        Grant(resource=Resource.USER_POOL, actions=("cognito-idp:AdminGetUser",)),
        Grant(resource=Resource.EVENT_BUS, actions=("events:PutEvents",)),
        Grant(resource=Resource.EMAIL_IDENTITY, actions=("ses:SendEmail",)),
        Grant(resource=Resource.EMAIL_CONFIGURATION, actions=("ses:SendEmail",)),
    ),
    schedule="rate(5 minutes)",
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=240,
)
