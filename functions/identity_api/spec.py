"""Declaration of identity_api."""

from rapport.identity.settings import IdentityApiSettings
from rapport.runtime.function_spec import FunctionSpec, Grant, Resource, Route

SPEC = FunctionSpec(
    name="identity_api",
    description="Sign-up, verification, sign-in, renewal and sign-out",
    settings=IdentityApiSettings,
    grants=(Grant(resource=Resource.USER_POOL, actions=("cognito-idp:AdminAddUserToGroup",)),),
    routes=(
        Route(method="POST", path="/api/auth/register", public=True),
        Route(method="POST", path="/api/auth/verify", public=True),
        Route(method="POST", path="/api/auth/login", public=True),
        Route(method="POST", path="/api/auth/refresh", public=True),
        Route(method="POST", path="/api/auth/logout"),
    ),
    timeout_s=15,
)
