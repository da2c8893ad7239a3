"""Declaration of cases_outcomes."""

from rapport.cases.settings import CasesOutcomesSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, TableSource

SPEC = FunctionSpec(
    name="cases_outcomes",
    description="Labels what the models said about a payment when its case is closed",
    settings=CasesOutcomesSettings,
    grants=(
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:UpdateItem",)),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:Query",), indexes=("by_subject",)),
    ),
    table_sources=(TableSource(table=Resource.CASES_TABLE, key_prefix="EVENT#"),),
    timeout_s=30,
)
