"""Declaration of reports_api."""

from rapport.analytics.settings import ReportsApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="reports_api",
    description="Analytics as CSV, Excel and HTML files",
    settings=ReportsApiSettings,
    grants=(
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",)),
        IDEMPOTENCY,
        # GetObject is used by whoever fetches a report from its presigned address.
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject", "s3:PutObject"), folders=("reports",)),
    ),
    routes=(Route(method="POST", path="/api/reports"),),
    layers=(Layer.REPORTS,),
    memory_mb=1024,
    timeout_s=25,
)
