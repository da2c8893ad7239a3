"""Declaration of identity_api."""

from rapport.identity.account_settings import IdentityApiSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Layer, Resource, Route

SPEC = FunctionSpec(
    name="identity_api",
    description="Sign-up, verification, sign-in, renewal and sign-out",
    settings=IdentityApiSettings,
    grants=(
        Grant(
            resource=Resource.USER_POOL,
            actions=(
                "cognito-idp:AdminAddUserToGroup",
                "cognito-idp:AdminCreateUser",
                "cognito-idp:AdminDisableUser",
                "cognito-idp:AdminEnableUser",
                "cognito-idp:AdminGetUser",
                "cognito-idp:AdminInitiateAuth",
                "cognito-idp:AdminSetUserPassword",
                "cognito-idp:AdminUpdateUserAttributes",
            ),
        ),
        Grant(
            resource=Resource.IDENTITY_TABLE,
            actions=("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
        ),
        Grant(resource=Resource.VENDOR_SECRETS, actions=("secretsmanager:GetSecretValue",)),
    ),
    routes=(
        Route(method="POST", path="/api/auth/register", public=True),
        Route(method="POST", path="/api/auth/verify", public=True),
        Route(method="POST", path="/api/auth/login", public=True),
        Route(method="POST", path="/api/auth/refresh", public=True),
        Route(method="POST", path="/api/auth/logout"),
    ),
    layers=(Layer.VENDORS,),
    timeout_s=15,
)
