"""Declaration of cases_api."""

from rapport.audit.store import RECORDING
from rapport.cases.settings import CasesApiSettings
from rapport.runtime.function_spec import IDEMPOTENCY, FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="cases_api",
    description="Cases: inbox, record, assignment, comments, decisions of two people",
    settings=CasesApiSettings,
    grants=(
        Grant(
            resource=Resource.CASES_TABLE,
            actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
        ),
        Grant(
            resource=Resource.CASES_TABLE,
            actions=("dynamodb:Query",),
            indexes=("by_assignee", "by_due", "by_state"),
        ),
        Grant(resource=Resource.CUSTOMERS_TABLE, actions=("dynamodb:GetItem", "dynamodb:Query")),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:BatchWriteItem", "dynamodb:GetItem")),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:GetObject",), folders=("models",)),
        Grant(resource=Resource.USER_POOL, actions=("cognito-idp:ListUsersInGroup",)),
        IDEMPOTENCY,
        RECORDING,
    ),
    routes=(
        Route(method="GET", path="/api/cases"),
        Route(method="POST", path="/api/cases"),
        Route(method="GET", path="/api/cases/staff"),
        Route(method="GET", path="/api/cases/{case_id}"),
        Route(method="POST", path="/api/cases/{case_id}/assign"),
        Route(method="POST", path="/api/cases/{case_id}/comment"),
        Route(method="POST", path="/api/cases/{case_id}/decision"),
        Route(method="POST", path="/api/cases/{case_id}/reopen"),
    ),
    layers=(Layer.INFERENCE,),
    memory_mb=1024,
    timeout_s=20,
)
