"""Declaration of cases_intake."""

from rapport.cases.settings import CasesIntakeSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, TableSource

SPEC = FunctionSpec(
    name="cases_intake",
    description="Scores every recent payment and opens a case for a suspicious one",
    settings=CasesIntakeSettings,
    grants=(
        Grant(resource=Resource.CASES_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:BatchWriteItem", "dynamodb:GetItem")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:SendMessage",)),
    ),
    table_sources=(TableSource(table=Resource.CUSTOMERS_TABLE, key_prefix="TXN#"),),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=120,
)
