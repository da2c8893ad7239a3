"""Phone numbers as tokens: what is kept of a number cannot be turned back into it without the key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from rapport.vendors.secrets import Credentials, SecretStore

# 26 characters of base32 are 130 bits: two numbers never share one.
LENGTH = 26
# Numbers of one hundred differ in their last two digits only.
BLOCK_DIGITS = 2
TOKEN = re.compile(r"^n_[a-z2-7]{26}$")
SECRET = "callers"  # noqa: S105 - the name of the part of the secret
LEAST_KEY_BYTES = 16


class CallersCredentials(Credentials):
    """`token_key` is hexadecimal. A new key makes every number a stranger, so it is not rotated lightly."""

    token_key: str


class NumberTokens:
    """Keyed tokens (HMAC-SHA256) of E.164 numbers."""

    def __init__(self, key: bytes) -> None:
        if len(key) < LEAST_KEY_BYTES:
            raise ValueError(f"the key of the tokens has {len(key)} bytes, at least {LEAST_KEY_BYTES} are needed")
        self._key = key

    def of(self, e164: str) -> str:
        """The token of a number."""
        return self._token(f"number:{e164}")

    def block_of(self, e164: str) -> str:
        """The token of the hundred numbers around it."""
        return self._token(f"block:{e164[:-BLOCK_DIGITS]}")

    def _token(self, text: str) -> str:
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return "n_" + base64.b32encode(digest).decode().lower()[:LENGTH]


def tokens_from(secrets: SecretStore) -> NumberTokens:
    """The tokens under the key that the vendors' secret holds."""
    return NumberTokens(bytes.fromhex(secrets.credentials(SECRET, CallersCredentials).token_key))
