"""Declaration of assist_crm."""

from rapport.assist.settings import AssistCrmSettings
from rapport.runtime.function_spec import EventSource, FunctionSpec, Grant, Layer, Resource

SPEC = FunctionSpec(
    name="assist_crm",
    description="CRM: told of ended calls; its changes are read again and applied, on a hint and once a day",
    settings=AssistCrmSettings,
    grants=(
        Grant(
            resource=Resource.ASSIST_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:GetItem",)),
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
        ),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
    ),
    event_sources=(
        EventSource(source="rapport.calls", detail_types=("Call Changed",), queued=True),
        EventSource(source="rapport.vendors", detail_types=("Kintone Record Changed",)),
    ),
    schedule="rate(1 hour)",
    layers=(Layer.VENDORS,),
    timeout_s=120,
)
