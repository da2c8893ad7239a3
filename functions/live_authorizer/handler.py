"""Entry point of live_authorizer: the handshake of a live connection."""

from __future__ import annotations

import os
from typing import Any

import jwt
from rapport.identity.model import principal_of
from rapport.live.settings import AuthorizerSettings
from rapport.live.tokens import TokenRefusedError, TokenVerifier
from rapport.runtime.observability import logger

settings = AuthorizerSettings.from_environment(os.environ)
verifier = TokenVerifier(
    keys=jwt.PyJWKClient(settings.jwks_url, cache_keys=True, lifespan=3600, timeout=4),
    issuer=settings.token_issuer,
    client_id=settings.user_pool_client_id,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Allow with who it is, or deny. Neither the token nor its claims are logged."""
    del context
    token = (event.get("queryStringParameters") or {}).get("token") or ""
    try:
        claims = verifier.claims(token)
    except TokenRefusedError as error:
        logger.info("handshake refused", extra={"reason": str(error)})
        return _policy(event["methodArn"], "Deny", "nobody", {})
    principal = principal_of(claims)
    who = {"principal": principal.model_dump_json(), "expires_at": str(int(claims["exp"]))}
    return _policy(event["methodArn"], "Allow", principal.username, who)


def _policy(arn: str, effect: str, principal_id: str, who: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": arn}
    return {
        "principalId": principal_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": who,
    }
