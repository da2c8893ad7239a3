"""Credentials of this run: made at start, known to the sandbox and to the stack's secret, and to nobody after it."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.errors import SandboxError

# Who answers questions for AI: the rules, this sandbox's server, or OpenAI for the key in OPENAI_API_KEY.
Ai = Literal["rules", "sandbox", "openai"]
OPENAI = "https://api.openai.com"
SENDER = "Rapport"


@dataclass(frozen=True)
class VendorCredentials:
    """`secret` is what the stack's secret holds, by vendor; `vonage_public_key` is what Vonage would know, in PEM;
    `openai_key` is what the sandbox's OpenAI would know, in the secret only when it is to be asked.
    """

    secret: dict[str, Any]
    vonage_public_key: str
    openai_key: str

    @property
    def text(self) -> str:
        return json.dumps(self.secret)

    def of(self, vendor: str) -> dict[str, Any]:
        found: dict[str, Any] = self.secret[vendor]
        return found


def generate(ai: Ai = "rules") -> VendorCredentials:
    """Fresh ones. A key of one's own is sent nowhere unless `ai` says so, even when the environment has one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def pair() -> dict[str, str]:
        return {"client_id": secrets.token_hex(8), "client_secret": secrets.token_urlsafe(24)}

    secret: dict[str, Any] = {
        "vonage": {
            "application_id": str(uuid.uuid4()),
            "private_key": private.decode(),
            "api_key": secrets.token_hex(4),
            "signature_secret": secrets.token_urlsafe(32),
            "video_signature_secret": secrets.token_urlsafe(32),
            "sender": SENDER,
        },
        "foxit": {"document_generation": pair(), "pdf_services": pair()},
        "genesys": {"client_id": str(uuid.uuid4()), "region": "mypurecloud.jp"},
        "bigquery": {
            "project": "rapport-demo",
            "dataset": "cx",
            "location": "EU",
            "audience": (
                "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/rapport/providers/aws"
            ),
            "service_account": "rapport-reader@rapport-demo.iam.gserviceaccount.com",
        },
        "kintone": {"api_token": secrets.token_urlsafe(30), "webhook_secret": secrets.token_urlsafe(24)},
        "callers": {"token_key": secrets.token_hex(32)},
    }
    openai_key = f"sk-sandbox-{secrets.token_hex(16)}"
    if ai == "sandbox":
        secret["openai"] = {"api_key": openai_key}
    if ai == "openai":
        own = os.environ.get("OPENAI_API_KEY")
        if not own:
            raise SandboxError("AI=openai asks OpenAI itself: put a key into OPENAI_API_KEY, or leave AI out")
        secret["openai"] = {"api_key": own, "url": OPENAI}
    return VendorCredentials(secret, public.decode(), openai_key)
