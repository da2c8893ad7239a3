"""Verifies access tokens: signature, issuer, client, use and expiry. Imported by live_authorizer only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt


class TokenRefusedError(Exception):
    """The token is not good; the message says why in one word, without the token."""


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Verifies against the issuer's published keys, which are fetched once and kept."""

    keys: jwt.PyJWKClient
    issuer: str
    client_id: str

    def claims(self, token: str) -> dict[str, Any]:
        """The verified claims, or `TokenRefusedError`."""
        try:
            key = self.keys.get_signing_key_from_jwt(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self.issuer,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
                leeway=5,
            )
        except jwt.PyJWTError as error:
            raise TokenRefusedError(type(error).__name__) from None
        if claims.get("token_use") != "access" or claims.get("client_id") != self.client_id:
            raise TokenRefusedError("WrongUse")
        return claims
