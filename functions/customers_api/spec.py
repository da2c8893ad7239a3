"""Declaration of customers_api."""

from rapport.customers.settings import CustomersApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="customers_api",
    description="Customers: search, record, transactions, overview, imports",
    settings=CustomersApiSettings,
    grants=(
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:Query",), indexes=("by_facet",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:BatchGetItem",)),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:Query",), indexes=("by_customer",)),
        IDEMPOTENCY,
        # Used by whoever PUTs a file to a presigned address.
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:PutObject",), folders=("imports",)),
    ),
    routes=(
        Route(method="GET", path="/api/customers"),
        Route(method="POST", path="/api/customers"),
        Route(method="GET", path="/api/customers/{customer_id}"),
        Route(method="PUT", path="/api/customers/{customer_id}"),
        Route(method="GET", path="/api/customers/{customer_id}/overview"),
        Route(method="GET", path="/api/customers/{customer_id}/transactions"),
        Route(method="POST", path="/api/customers/{customer_id}/transactions"),
        Route(method="POST", path="/api/customers/imports"),
        Route(method="GET", path="/api/customers/imports/{import_id}"),
    ),
    memory_mb=1024,
    timeout_s=25,
)
