"""Sealing a directory's refresh token under the secret that only the client holds: AES-256-GCM."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rapport.runtime.errors import UnauthenticatedError

NONCE = 12


class AesSeal:
    """Implements `Seal`. A secret has 256 bits of its own, so it needs no stretching."""

    def close(self, secret: str, text: str) -> str:
        nonce = secrets.token_bytes(NONCE)
        return base64.b64encode(nonce + _cipher(secret).encrypt(nonce, text.encode(), None)).decode()

    def open(self, secret: str, sealed: str) -> str:
        """`UnauthenticatedError` when the secret is another one or the seal is broken."""
        raw = base64.b64decode(sealed)
        try:
            return _cipher(secret).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
        except InvalidTag:
            raise UnauthenticatedError("the session has ended; sign in again") from None


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"seal " + secret.encode()).digest())
