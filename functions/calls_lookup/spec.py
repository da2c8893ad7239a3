"""Declaration of calls_lookup."""

from rapport.calls.settings import LookupSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource

SPEC = FunctionSpec(
    name="calls_lookup",
    description="Tells the contact flow who is calling; a flat string map within eight seconds, whatever happens",
    settings=LookupSettings,
    grants=(
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem")),
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.CALLERS_TABLE, actions=("dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query")),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",), indexes=("by_phone",)),
    ),
    connect_invoked=True,
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=7,
)
