"""Declaration of admin_api."""

from rapport.admin.settings import AdminApiSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="admin_api",
    description="Administration: users and roles, audit trail, logs, health, performance",
    settings=AdminApiSettings,
    grants=(
        Grant(
            resource=Resource.USER_POOL,
            actions=(
                "cognito-idp:AdminAddUserToGroup",
                "cognito-idp:AdminDisableUser",
                "cognito-idp:AdminEnableUser",
                "cognito-idp:AdminGetUser",
                "cognito-idp:AdminListGroupsForUser",
                "cognito-idp:AdminRemoveUserFromGroup",
                "cognito-idp:AdminUserGlobalSignOut",
                "cognito-idp:GetGroup",
                "cognito-idp:ListUsers",
                "cognito-idp:ListUsersInGroup",
            ),
        ),
        Grant(
            resource=Resource.IDENTITY_TABLE,
            actions=(
                "dynamodb:BatchGetItem",
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(resource=Resource.CALLS_TABLE, actions=("dynamodb:Query",)),
        Grant(resource=Resource.CASES_TABLE, actions=("dynamodb:Query",)),
        Grant(resource=Resource.MODELS_TABLE, actions=("dynamodb:Query",)),
        Grant(resource=Resource.POISON_QUEUE, actions=("sqs:GetQueueAttributes",)),
        Grant(resource=Resource.STREAM_FAILURES, actions=("sqs:GetQueueAttributes",)),
        Grant(resource=Resource.FUNCTION_LOGS, actions=("logs:FilterLogEvents",)),
    ),
    routes=(
        Route(method="GET", path="/api/admin/dashboard"),
        Route(method="GET", path="/api/admin/users"),
        Route(method="GET", path="/api/admin/users/{username}/details"),
        Route(method="POST", path="/api/admin/users/{username}/roles"),
        Route(method="POST", path="/api/admin/users/{username}/disable"),
        Route(method="POST", path="/api/admin/users/{username}/enable"),
        Route(method="GET", path="/api/admin/monitoring/health"),
        Route(method="GET", path="/api/admin/monitoring/performance"),
        Route(method="GET", path="/api/admin/monitoring/vendors"),
        Route(method="GET", path="/api/admin/logs"),
        Route(method="GET", path="/api/admin/audit"),
    ),
    memory_mb=1024,
    timeout_s=25,
)
