"""Credentials of this run: made at start, known to the sandbox and to the stack's secret, and to nobody after it."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SENDER = "Rapport"


@dataclass(frozen=True)
class VendorCredentials:
    """`secret` is what the stack's secret holds, by vendor; `vonage_public_key` is what Vonage would know, in PEM."""

    secret: dict[str, Any]
    vonage_public_key: str

    @property
    def text(self) -> str:
        return json.dumps(self.secret)

    def of(self, vendor: str) -> dict[str, Any]:
        found: dict[str, Any] = self.secret[vendor]
        return found


def generate() -> VendorCredentials:
    """Fresh ones."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def pair() -> dict[str, str]:
        return {"client_id": secrets.token_hex(8), "client_secret": secrets.token_urlsafe(24)}

    secret = {
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
    }
    return VendorCredentials(secret, public.decode())
