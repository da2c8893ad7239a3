"""Declaration of identity_users."""

from rapport.identity.account_settings import IdentityUsersSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="identity_users",
    description="A user's own profile, sessions, export and erasure",
    settings=IdentityUsersSettings,
    grants=(
        Grant(
            resource=Resource.USER_POOL,
            actions=(
                "cognito-idp:AdminDeleteUser",
                "cognito-idp:AdminGetUser",
                "cognito-idp:AdminInitiateAuth",
                "cognito-idp:AdminUpdateUserAttributes",
                "cognito-idp:AdminUserGlobalSignOut",
            ),
        ),
        Grant(
            resource=Resource.IDENTITY_TABLE,
            actions=(
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ),
        ),
        Grant(
            resource=Resource.ONBOARDING_TABLE,
            actions=("dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Query"),
        ),
        Grant(resource=Resource.ONBOARDING_TABLE, actions=("dynamodb:Query",), indexes=("by_username",)),
        Grant(
            resource=Resource.DOCUMENTS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"),
        ),
        Grant(resource=Resource.DOCUMENTS_TABLE, actions=("dynamodb:Query",), indexes=("by_username",)),
        Grant(resource=Resource.FILES_BUCKET, actions=("s3:DeleteObject",), folders=("documents",)),
        Grant(
            resource=Resource.CUSTOMERS_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
        ),
        Grant(
            resource=Resource.PROFILES_TABLE,
            actions=("dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:Query"),
        ),
    ),
    routes=(
        Route(method="GET", path="/api/users/profile"),
        Route(method="PUT", path="/api/users/profile"),
        Route(method="GET", path="/api/users/sessions"),
        Route(method="DELETE", path="/api/users/sessions"),
        Route(method="DELETE", path="/api/users/sessions/{session_id}"),
        Route(method="GET", path="/api/users/export"),
        Route(method="DELETE", path="/api/users/me"),
    ),
    timeout_s=25,
)
