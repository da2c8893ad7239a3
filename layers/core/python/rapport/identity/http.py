"""The caller of an HTTP request, from the claims that the gateway's authorizer has verified."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from rapport.identity.model import Principal, Role, principal_of
from rapport.identity.visitor import Visitor
from rapport.runtime.errors import ForbiddenError, UnauthenticatedError


def principal(app: APIGatewayHttpResolver) -> Principal:
    """Who asks; `UnauthenticatedError` when the gateway vouches for nobody."""
    context = app.current_event.raw_event.get("requestContext") or {}
    claims = ((context.get("authorizer") or {}).get("jwt") or {}).get("claims") or {}
    if not claims or claims.get("token_use", "access") != "access":
        raise UnauthenticatedError("send the access token as a bearer token")
    return principal_of(claims)


def require(app: APIGatewayHttpResolver, *roles: Role) -> Principal:
    """Who asks, having one of these roles; else `ForbiddenError`."""
    caller = principal(app)
    if not caller.has(*roles):
        raise ForbiddenError("your role does not allow this")
    return caller


def visitor(app: APIGatewayHttpResolver) -> Visitor:
    """Where the request comes from, as the gateway saw it: a forwarding header is anybody's to write."""
    http = (app.current_event.raw_event.get("requestContext") or {}).get("http") or {}
    return Visitor(address=str(http.get("sourceIp", "")), device=str(http.get("userAgent", ""))[:200])


def session_id(app: APIGatewayHttpResolver) -> str:
    """The session that the caller's token belongs to; empty when the token names none."""
    context = app.current_event.raw_event.get("requestContext") or {}
    claims = ((context.get("authorizer") or {}).get("jwt") or {}).get("claims") or {}
    return str(claims.get("origin_jti") or "")
