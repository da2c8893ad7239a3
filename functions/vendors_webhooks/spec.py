"""Declaration of vendors_webhooks."""

from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, Route
from rapport.vendors.settings import WebhookSettings

SPEC = FunctionSpec(
    name="vendors_webhooks",
    description="Callbacks of Vonage and Kintone: checked, remembered, put on the bus",
    settings=WebhookSettings,
    grants=(
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
        Grant(resource=Resource.VENDORS_TABLE, actions=("dynamodb:PutItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.EVENT_BUS, actions=("events:PutEvents",)),
    ),
    routes=(
        Route(method="POST", path="/api/webhooks/vonage/{kind}", public=True),
        Route(method="POST", path="/api/webhooks/kintone/{secret}", public=True),
    ),
)
