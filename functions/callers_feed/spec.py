"""Declaration of callers_feed."""

from rapport.callers.settings import FeedSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, TableSource

SPEC = FunctionSpec(
    name="callers_feed",
    description="Tells the intelligence stream of calls that begin and end",
    settings=FeedSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:Query",)),
        Grant(resource=Resource.CALLERS_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query")),
        Grant(resource=Resource.INTELLIGENCE_STREAM, actions=("kinesis:PutRecords",)),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
    ),
    table_sources=(TableSource(table=Resource.CALLS_TABLE, key_prefix="EVENT#"),),
    timeout_s=60,
)
