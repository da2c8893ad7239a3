"""Google access tokens without a key file: workload identity federation from AWS (RFC 8693), then impersonation.

The function signs a GetCallerIdentity request with its own role and hands it, unsent, to Google; Google sends it to
AWS, learns from the answer which role it speaks for, and gives a token for it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from rapport.vendors.errors import VendorUnavailable
from rapport.vendors.http import Request, VendorHttp, object_of
from rapport.vendors.names import BIGQUERY
from rapport.vendors.secrets import BigQueryCredentials, SecretStore
from rapport.vendors.settings import BigQueryApi

SCOPE = "https://www.googleapis.com/auth/bigquery"
CLOUD = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a kind
AWS_REQUEST = "urn:ietf:params:aws:token-type:aws4_request"
# A token is renewed this long before it ends, so that none ends under way.
EARLY_S = 300.0
LIFETIME_S = 3600
DEADLINE_S = 5.0


class CallerIdentity(Protocol):
    def signed_request(self, audience: str) -> dict[str, Any]:
        """A signed GetCallerIdentity request that only `audience` may use: url, method, headers [{key, value}]."""


class GoogleIdentity:
    """`clock` is in monotonic seconds, `now` in epoch seconds."""

    def __init__(
        self,
        settings: BigQueryApi,
        secrets: SecretStore,
        http: VendorHttp,
        caller: CallerIdentity,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._sts = settings.google_sts_url.rstrip("/")
        self._iam = settings.google_iam_url.rstrip("/")
        self._secrets = secrets
        self._http = http
        self._caller = caller
        self._clock = clock
        self._now = now
        self._token = ""
        self._good_until = 0.0
        # Panels ask side by side; one of them fetches, the others wait for it.
        self._lock = threading.Lock()

    def token(self) -> str:
        """An access token for BigQuery, good for at least a few minutes."""
        with self._lock:
            if self._clock() >= self._good_until:
                self._token, lives_s = self._fetch()
                self._good_until = self._clock() + max(0.0, lives_s - EARLY_S)
            return self._token

    def forget(self) -> None:
        """Fetch a new one at the next question."""
        with self._lock:
            self._good_until = 0.0
        self._secrets.forget()

    def _fetch(self) -> tuple[str, float]:
        known = self._secrets.credentials(BIGQUERY, BigQueryCredentials)
        token, lives_s = self._federated(known)
        return self._impersonated(known.service_account, token) if known.service_account else (token, lives_s)

    def _federated(self, known: BigQueryCredentials) -> tuple[str, float]:
        form = {
            "grant_type": GRANT,
            "audience": known.audience,
            "scope": CLOUD if known.service_account else SCOPE,
            "requested_token_type": ACCESS_TOKEN,
            "subject_token_type": AWS_REQUEST,
            "subject_token": quote(json.dumps(self._caller.signed_request(known.audience), separators=(",", ":"))),
        }
        answer = object_of(
            self._http.send(
                Request(
                    operation="federate",
                    method="POST",
                    url=f"{self._sts}/v1/token",
                    repeatable=True,
                    form=form,
                    deadline_s=DEADLINE_S,
                )
            )
        )
        return _token(answer, "access_token", "federate"), _seconds(answer.get("expires_in"))

    def _impersonated(self, account: str, token: str) -> tuple[str, float]:
        answer = object_of(
            self._http.send(
                Request(
                    operation="impersonate",
                    method="POST",
                    url=f"{self._iam}/v1/projects/-/serviceAccounts/{account}:generateAccessToken",
                    repeatable=True,
                    headers=lambda: {"authorization": f"Bearer {token}"},
                    json={"scope": [SCOPE], "lifetime": f"{LIFETIME_S}s"},
                    deadline_s=DEADLINE_S,
                )
            )
        )
        try:
            ends = datetime.fromisoformat(str(answer.get("expireTime"))).timestamp()
        except ValueError:
            raise _unreadable("impersonate") from None
        return _token(answer, "accessToken", "impersonate"), ends - self._now()


def _token(answer: dict[str, Any], name: str, operation: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise _unreadable(operation)
    return found


def _seconds(value: Any) -> float:
    """Google may leave it out for a federated token: an hour, then."""
    return float(value) if isinstance(value, int | float) and value > 0 else float(LIFETIME_S)


def _unreadable(operation: str) -> VendorUnavailable:
    return VendorUnavailable("Google's answer cannot be read", vendor=BIGQUERY, operation=operation)
