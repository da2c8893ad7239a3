"""Vendors' credentials: one secret in AWS Secrets Manager, read again every minute so that it can be rotated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rapport.runtime.dynamodb import AwsClient, dependency
from rapport.runtime.errors import ConfigurationError, DependencyUnavailableError
from rapport.runtime.observability import logger

FRESH_S = 60.0
# While Secrets Manager does not answer, what was read before serves on for this long.
STALE_S = 900.0


class Credentials(BaseModel):
    """Base of a vendor's part of the secret. Its values never appear in a text about it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class VonageCredentials(Credentials):
    """`private_key` is the application's RSA key in PEM; `signature_secret` the account's; video callbacks are
    signed with a secret of their own. The previous secret is still accepted while a rotation is under way.
    `sender` is the number or name that messages come from.
    """

    application_id: str
    private_key: str
    api_key: str
    signature_secret: str
    previous_signature_secret: str | None = None
    video_signature_secret: str
    sender: str


class FoxitPair(Credentials):
    """One of Foxit's pairs: document generation and PDF services each have their own."""

    client_id: str
    client_secret: str


class FoxitCredentials(Credentials):
    document_generation: FoxitPair
    pdf_services: FoxitPair


class KintoneCredentials(Credentials):
    """`api_token` of the app, `webhook_secret` the last part of our webhook's address."""

    api_token: str
    webhook_secret: str
    previous_webhook_secret: str | None = None


class GenesysCredentials(Credentials):
    """The OAuth client of our organisation and the region it lives in, as its domain (mypurecloud.de). A public
    client (PKCE alone) has no secret.
    """

    client_id: str
    client_secret: str | None = None
    region: str


class BigQueryCredentials(Credentials):
    """Which data set, where, and how this AWS account proves itself to Google: the full name of the workload identity
    provider, and the service account to act as, where the provider itself may not read the data set. No key.
    """

    project: str = Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")
    dataset: str = Field(pattern=r"^[A-Za-z0-9_]{1,1024}$")
    location: str = Field(default="EU", pattern=r"^[A-Za-z0-9-]{2,40}$")
    audience: str = Field(
        pattern=r"^//iam\.googleapis\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+$"
    )
    service_account: str | None = Field(
        default=None, pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.-]{4,60}\.iam\.gserviceaccount\.com$"
    )


C = TypeVar("C", bound=Credentials)


class SecretStore:
    """Reads the secret at most once a minute per process."""

    def __init__(self, client: AwsClient, arn: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._arn = arn
        self._clock = clock
        self._read_at: float | None = None
        self._secret: dict[str, Any] = {}

    def get(self, name: str) -> dict[str, Any]:
        """A vendor's part of the secret; empty when it has none."""
        if self._read_at is None or self._clock() - self._read_at >= FRESH_S:
            self._read()
        found = self._secret.get(name)
        return found if isinstance(found, dict) else {}

    def credentials(self, name: str, kind: type[C]) -> C:
        """The same, checked. `ConfigurationError` names the fields that are missing, never a value."""
        try:
            return kind.model_validate(self.get(name))
        except ValidationError as error:
            fields = ", ".join(".".join(str(part) for part in found["loc"]) for found in error.errors())
            raise ConfigurationError(f"the vendors' secret has no good value for {name}: {fields}") from None

    def forget(self) -> None:
        """Read again at the next question: a vendor no longer knows what was read. What is known stays for need."""
        if self._read_at is not None:
            self._read_at = min(self._read_at, self._clock() - FRESH_S)

    def _read(self) -> None:
        try:
            with dependency("Secrets Manager"):
                text = self._client.get_secret_value(SecretId=self._arn)["SecretString"]
        except DependencyUnavailableError:
            if self._read_at is None or self._clock() - self._read_at > STALE_S:
                raise
            logger.warning("the vendors' secret could not be read again; the one before serves on")
            return
        try:
            secret = json.loads(text)
        except ValueError:
            secret = None
        if not isinstance(secret, dict):
            raise ConfigurationError("the vendors' secret is not a JSON object")
        self._secret, self._read_at = secret, self._clock()
