"""Calls to a vendor over HTTP: time-out, bounded retries with full jitter, circuit breaker, metrics, one log line."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from rapport.vendors.breaker import Breaker
from rapport.vendors.errors import VendorMisconfigured, VendorRefused, VendorUnavailable
from rapport.vendors.telemetry import CallRecord, Outcome, record

MAX_RETRIES = 2
LONGEST_RETRY_AFTER_S = 5.0
FIRST_BACKOFF_S = 0.25
CONNECT_TIMEOUT_S = 2.0
# A call of the HTTP API must end before the gateway's 29 seconds: no attempt starts that could outlast this.
BUDGET_S = 20.0
# An attempt that has less time than this is not worth making.
SHORTEST_S = 0.2
# The request did not leave, so nothing can have been done.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A vendor's error body in our words."""

    detail: str
    code: str | None = None
    field: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One operation. `repeatable` says that doing it twice is the same as once, so that it may be tried again when
    nobody knows whether it was done. `headers` is asked before each attempt, for tokens that age. With
    `deadline_s` all attempts together end within so many seconds: each is given what is left of them.
    """

    operation: str
    method: str
    url: str
    repeatable: bool
    headers: Callable[[], Mapping[str, str]] = dict
    json: Any = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    query: Mapping[str, str] | None = None
    timeout_s: float = 5.0
    deadline_s: float | None = None


def is_unavailable(answer: httpx.Response) -> bool:
    """Whether an answer only says that the vendor cannot answer."""
    return answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR


def plain_refusal(answer: httpx.Response) -> Refusal:
    """A refusal whose body is not read."""
    return Refusal(f"it answered {answer.status_code}")


@dataclass
class VendorHttp:
    """A vendor's address book of one: `client` is kept open over calls. `forget` drops cached credentials, so that
    a rotated one is read again after a 401. `clock` and `sleep` are in seconds.
    """

    client: httpx.Client
    vendor: str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    forget: Callable[[], None] = lambda: None
    unavailable: Callable[[httpx.Response], bool] = is_unavailable
    refusal: Callable[[httpx.Response], Refusal] = plain_refusal
    breaker: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.clock)

    def send(self, request: Request, *, accept: frozenset[int] = frozenset()) -> httpx.Response:
        """The answer when it is 2xx, or of a status in `accept`; otherwise one of the vendor errors."""
        return _Call(self, request, accept).run()


class _Call:
    """One call with its attempts."""

    def __init__(self, http: VendorHttp, request: Request, accept: frozenset[int]) -> None:
        self._http = http
        self._request = request
        self._accept = accept
        self._started = http.clock()
        self._attempts = 0
        self._renewed = False
        # Whether an attempt of this call may have been carried out without telling us.
        self._ambiguous = False

    def run(self) -> httpx.Response:
        while True:
            if not self._http.breaker.allows():
                self._end(Outcome.CIRCUIT_OPEN)
                raise self._unavailable("it failed too often and is left alone for a moment")
            self._attempts += 1
            try:
                answer = self._attempt()
            except httpx.RequestError as error:
                self._http.breaker.failed()
                sent = not isinstance(error, NOT_SENT)
                self._ambiguous |= sent
                if not self._again(None, may_have_been_done=sent):
                    self._end(Outcome.UNAVAILABLE)
                    raise self._unavailable(f"no answer ({type(error).__name__})") from None
                continue
            if self._wants_another(answer):
                continue
            return self._finish(answer)

    def _attempt(self) -> httpx.Response:
        request = self._request
        timeout_s = request.timeout_s
        if request.deadline_s is not None:
            timeout_s = max(SHORTEST_S, min(timeout_s, request.deadline_s - self._elapsed()))
        return self._http.client.request(
            request.method,
            request.url,
            headers=dict(request.headers()),
            json=request.json,
            data=dict(request.form) if request.form is not None else None,
            files=dict(request.files) if request.files is not None else None,
            params=dict(request.query) if request.query is not None else None,
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, CONNECT_TIMEOUT_S)),
            follow_redirects=False,
        )

    def _wants_another(self, answer: httpx.Response) -> bool:
        """Note what an answer says about the vendor, and wait if it deserves another attempt."""
        status = answer.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            # The vendor is there and did nothing: no failure, and safe to repeat whatever was asked.
            self._http.breaker.succeeded()
            return self._again(answer, may_have_been_done=False)
        if self._http.unavailable(answer):
            self._http.breaker.failed()
            self._ambiguous = True
            return self._again(answer, may_have_been_done=True)
        self._http.breaker.succeeded()
        if status == HTTPStatus.UNAUTHORIZED and not self._renewed:
            self._renewed = True
            self._http.forget()
            return True
        return False

    def _again(self, answer: httpx.Response | None, *, may_have_been_done: bool) -> bool:
        """Whether there is another attempt; sleeps before it."""
        if self._attempts > MAX_RETRIES or (may_have_been_done and not self._request.repeatable):
            return False
        wait = self._http.chance() * FIRST_BACKOFF_S * 2.0**self._attempts
        asked = _retry_after(answer)
        if asked is not None:
            if asked > LONGEST_RETRY_AFTER_S:
                return False
            wait = max(wait, asked)
        deadline_s = self._request.deadline_s
        ends = BUDGET_S - self._request.timeout_s if deadline_s is None else deadline_s - SHORTEST_S
        if self._elapsed() + wait > ends:
            return False
        self._http.sleep(wait)
        return True

    def _elapsed(self) -> float:
        return self._http.clock() - self._started

    def _finish(self, answer: httpx.Response) -> httpx.Response:
        status = answer.status_code
        if answer.is_success or status in self._accept:
            self._end(Outcome.COMPLETED, status)
            return answer
        whose = {"vendor": self._http.vendor, "operation": self._request.operation}
        if status == HTTPStatus.TOO_MANY_REQUESTS or self._http.unavailable(answer):
            self._end(Outcome.UNAVAILABLE, status)
            raise self._unavailable(f"it answered {status}")
        refusal = self._http.refusal(answer)
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or answer.is_redirect:
            self._end(Outcome.MISCONFIGURED, status, refusal.code)
            raise VendorMisconfigured(f"{self._whom()} refuses our account ({status})", code=refusal.code, **whose)
        self._end(Outcome.REFUSED, status, refusal.code)
        raise VendorRefused(
            f"{self._whom()} refused: {refusal.detail}",
            code=refusal.code,
            field=refusal.field,
            reference=refusal.reference,
            **whose,
        )

    def _unavailable(self, why: str) -> VendorUnavailable:
        return VendorUnavailable(
            f"{self._whom()} is unavailable: {why}",
            vendor=self._http.vendor,
            operation=self._request.operation,
            ambiguous=self._ambiguous,
        )

    def _whom(self) -> str:
        return self._http.vendor.capitalize()

    def _end(self, outcome: Outcome, status: int | None = None, code: str | None = None) -> None:
        seconds = self._elapsed()
        operation = self._request.operation
        record(
            CallRecord(
                vendor=self._http.vendor,
                operation=operation,
                outcome=outcome,
                seconds=seconds,
                attempts=self._attempts,
                status=status,
                code=code,
            )
        )


def _retry_after(answer: httpx.Response | None) -> float | None:
    """Seconds of a Retry-After header; a date in it is not read."""
    value = answer.headers.get("retry-after", "") if answer is not None else ""
    return float(value) if value.isdecimal() else None


def object_of(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer, empty when it is none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
