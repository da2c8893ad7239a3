"""Declaration of customers_import."""

from rapport.customers.settings import CustomersImportSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, ObjectSource, Resource

SPEC = FunctionSpec(
    name="customers_import",
    description="Takes an uploaded file of customers or transactions, as a whole or not at all",
    settings=CustomersImportSettings,
    grants=(
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("imports",)),
    ),
    object_sources=(ObjectSource(bucket=Resource.FILES_BUCKET, folder="imports"),),
    memory_mb=1024,
    timeout_s=900,
)
