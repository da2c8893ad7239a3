"""OpenAI's Responses API over its SDK, which is imported at the first call with a key: it costs most of a second."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rapport.ai.model import Fallback, Usage
from rapport.ai.ports import ModelFailedError, Reply, Request, Secrets
from rapport.runtime.errors import ConfigurationError, DependencyUnavailableError
from rapport.runtime.observability import logger

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

CONNECT_S, SHORTEST_S = 3.0, 0.5
LOOPBACK = {"127.0.0.1", "localhost"}


class OpenAiGateway:
    """Implements `ModelGateway`. The secret's part `openai` has `api_key`, and may name another `model` or `url`."""

    def __init__(self, secrets: Secrets, *, url: str, model: str) -> None:
        self._secrets = secrets
        self._url = url
        self._model = model
        self._client: OpenAI | None = None
        self._client_of: tuple[str, str] = ("", "")

    def model(self) -> str | None:
        """The model's name when there is a key."""
        found = self._part()
        return str(found.get("model") or self._model) if found.get("api_key") else None

    def _part(self) -> Mapping[str, Any]:
        """A secret that cannot be read, or that nobody has put yet, is no key: the rules answer."""
        try:
            return self._secrets.get("openai")
        except (ConfigurationError, DependencyUnavailableError):
            logger.warning("the vendors' secret could not be read")
            return {}

    def ask(self, request: Request) -> Reply:
        """One try. What importing the SDK takes the first time comes off the time-out."""
        started = time.monotonic()
        import openai  # noqa: PLC0415 - most of a second, and nobody without a key needs it

        left = request.timeout_s - (time.monotonic() - started)
        if left < SHORTEST_S:
            raise ModelFailedError(Fallback.NO_TIME, vendor_fault=False)
        found = self._part()
        if not found.get("api_key"):  # taken away since it was looked at
            raise ModelFailedError(Fallback.NO_KEY, vendor_fault=False)
        key, model = str(found["api_key"]), str(found.get("model") or self._model)
        try:
            raw = self._connected(key, str(found.get("url") or self._url)).responses.with_raw_response.create(
                model=model,
                instructions=request.instructions,
                input=[{"role": "user", "content": request.data}],
                text={
                    "format": {
                        "type": "json_schema",
                        "name": request.schema_name,
                        "strict": True,
                        "schema": request.json_schema,
                    }
                },
                max_output_tokens=request.max_output_tokens,
                store=False,
                safety_identifier=hmac.new(key.encode(), request.username.encode(), hashlib.sha256).hexdigest()[:32],
                prompt_cache_key=request.prompt_id,
                metadata={"prompt": request.prompt_id},
                timeout=openai.Timeout(left, connect=min(CONNECT_S, left)),
            )
            return _reply(json.loads(raw.text), raw.headers.get("x-request-id"))
        except openai.APITimeoutError as error:
            # The vendor may have gone on and charge for it.
            raise ModelFailedError(Fallback.TIMEOUT, charged=True) from error
        except openai.APIConnectionError as error:
            raise ModelFailedError(Fallback.UNAVAILABLE, retryable=True) from error
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except ValueError as error:
            raise ModelFailedError(Fallback.INVALID_JSON, charged=True) from error

    def _connected(self, key: str, url: str) -> OpenAI:
        """A client for this key and address; another one after a rotation."""
        from openai import OpenAI  # noqa: PLC0415

        if self._client is None or self._client_of != (key, url):
            at = urlsplit(url)
            if at.scheme != "https" and at.hostname not in LOOPBACK:
                raise ModelFailedError(Fallback.REJECTED)
            self._client = OpenAI(api_key=key, base_url=f"{url.rstrip('/')}/v1", max_retries=0)
            self._client_of = (key, url)
        return self._client


def _refused(error: APIStatusError) -> ModelFailedError:
    """A status that is no success. A rate limit and the vendor's own faults pass; everything else stays."""
    request_id = error.request_id
    if error.status_code == 429:
        body = error.body if isinstance(error.body, dict) else {}
        if body.get("code") == "insufficient_quota" or body.get("type") == "insufficient_quota":
            return ModelFailedError(Fallback.QUOTA, request_id=request_id)
        return ModelFailedError(Fallback.RATE_LIMITED, retryable=True, request_id=request_id)
    if error.status_code >= 500 or error.status_code in {408, 409}:
        return ModelFailedError(Fallback.UNAVAILABLE, retryable=True, request_id=request_id)
    logger.error("the model's vendor refused the request", extra={"status": error.status_code})
    return ModelFailedError(Fallback.REJECTED, request_id=request_id)


def _reply(answer: Any, request_id: str | None) -> Reply:
    """The text of a completed response; the failure that anything else is, with what it cost."""
    if not isinstance(answer, dict):
        raise ModelFailedError(Fallback.INVALID_JSON, charged=True, request_id=request_id)
    model, usage = str(answer.get("model") or ""), _usage(answer.get("usage"))

    def failed(reason: Fallback) -> ModelFailedError:
        fault = reason is Fallback.UNAVAILABLE
        return ModelFailedError(
            reason, usage=usage, charged=True, model=model or None, request_id=request_id, vendor_fault=fault
        )

    if answer.get("status") == "incomplete":
        raise failed(Fallback.INCOMPLETE)
    if answer.get("status") not in {None, "completed"}:
        raise failed(Fallback.UNAVAILABLE)
    parts = [
        part
        for item in answer.get("output") or []
        if isinstance(item, dict) and item.get("type") == "message"
        for part in item.get("content") or []
        if isinstance(part, dict)
    ]
    if any(part.get("type") == "refusal" for part in parts):
        raise failed(Fallback.REFUSAL)
    text = "".join(str(part.get("text") or "") for part in parts if part.get("type") == "output_text")
    if not text:
        raise failed(Fallback.INVALID_JSON)
    return Reply(text=text, model=model, usage=usage or Usage(), request_id=request_id)


def _usage(given: Any) -> Usage | None:
    """Tokens of the answer; None when it does not say."""
    if not isinstance(given, dict):
        return None

    def count(value: Any) -> int:
        return value if isinstance(value, int) and value >= 0 else 0

    return Usage(
        input=count(given.get("input_tokens")),
        cached=count((given.get("input_tokens_details") or {}).get("cached_tokens")),
        output=count(given.get("output_tokens")),
        reasoning=count((given.get("output_tokens_details") or {}).get("reasoning_tokens")),
    )
