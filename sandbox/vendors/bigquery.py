"""Google as a loopback server: its token service (workload identity from AWS), impersonation, and BigQuery's jobs.

`POST /_jobs {"running_s": 2}` lets every query run so long before its result is there; `POST /_reasons {"reason":
"rateLimitExceeded", "times": 2}` refuses the next queries for a reason of Google's.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from aiohttp import web

from sandbox.vendors.bigquery_engine import Answered, Engine, QueryError
from sandbox.vendors.credentials import VendorCredentials
from sandbox.vendors.faults import Handler, first_part, json_of, vendor_application

TOKEN_S = 3600
KEPT = 200
STATUSES = {"rateLimitExceeded": 403, "quotaExceeded": 403, "accessDenied": 403, "backendError": 503,
            "internalError": 500, "invalidQuery": 400, "notFound": 404}  # fmt: skip


def error(status: int, reason: str, message: str) -> web.Response:
    """Google's shape."""
    inner = {"message": message, "domain": "global", "reason": reason}
    return web.json_response({"error": {"code": status, "message": message, "errors": [inner]}}, status=status)


def shape(status: int) -> web.Response:
    reason = {503: "backendError", 429: "rateLimitExceeded"}.get(status, "accessDenied")
    return error(status, reason, "The sandbox was told to fail")


@dataclass
class Job:
    answered: Answered
    done_at: float
    page: int
    useful: bool
    cancelled: bool = False


class BigQuerySandbox:
    def __init__(self, credentials: VendorCredentials) -> None:
        self._known = credentials.of("bigquery")
        self._engine = Engine(self._known["project"], self._known["dataset"])
        self._federated: dict[str, float] = {}
        self._tokens: dict[str, float] = {}
        self._jobs: dict[str, Job] = {}
        self._requests: dict[str, str] = {}
        self._running_s = 0.0
        self._reasons: list[str] = []
        self.queries: list[dict[str, Any]] = []

    def application(self) -> web.Application:
        """The server below /sandbox/bigquery."""
        application, _ = vendor_application(shape, refuse=403)
        application.middlewares.append(self._admitted)
        add = application.router.add_route
        base = f"/bigquery/v2/projects/{self._known['project']}"
        account = f"/v1/projects/-/serviceAccounts/{self._known['service_account']}:generateAccessToken"
        add("POST", "/v1/token", self._federate)
        add("POST", account, self._impersonate)
        add("POST", f"{base}/queries", self._query)
        add("GET", f"{base}/queries/{{job}}", self._results)
        add("POST", f"{base}/jobs/{{job}}/cancel", self._cancel)
        add("POST", "/_jobs", self._set_jobs)
        add("POST", "/_reasons", self._set_reasons)
        add("GET", "/_queries", self._seen)
        return application

    @web.middleware
    async def _admitted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if first_part(request) == "bigquery" and not _good(self._tokens, request):
            return error(401, "authError", "Request had invalid authentication credentials.")
        return await handler(request)

    async def _federate(self, request: web.Request) -> web.Response:
        """RFC 8693: a signed GetCallerIdentity request for a token. It is not sent on to AWS here; its form, target
        and age are checked.
        """
        form = await request.post()
        wrong = self._wrong_subject(form)
        if wrong:
            return web.json_response({"error": "invalid_grant", "error_description": wrong}, status=400)
        token = secrets.token_urlsafe(40)
        self._federated[token] = time.monotonic() + TOKEN_S
        return web.json_response(
            {
                "access_token": token,
                "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
                "token_type": "Bearer",
                "expires_in": TOKEN_S,
            }
        )

    def _wrong_subject(self, form: Any) -> str | None:
        expected = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "audience": self._known["audience"],
            "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
        }
        for name, value in expected.items():
            if form.get(name) != value:
                return f"Invalid value for {name}"
        try:
            signed = json.loads(unquote(str(form.get("subject_token", ""))))
            headers = {each["key"].lower(): each["value"] for each in signed["headers"]}
            url = urlsplit(signed["url"])
            age = datetime.now(UTC) - datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except (ValueError, KeyError, TypeError):
            return "The subject token cannot be read"
        host = url.hostname or ""
        if (
            not (host.startswith("sts.") and host.endswith(".amazonaws.com"))
            or "Action=GetCallerIdentity" not in url.query
        ):
            return "The subject token is no GetCallerIdentity request"
        signature = headers.get("authorization", "")
        if not signature.startswith("AWS4-HMAC-SHA256 ") or "x-goog-cloud-target-resource" not in signature:
            return "The subject token is not signed for a target"
        if headers.get("x-goog-cloud-target-resource") != self._known["audience"]:
            return "The subject token is meant for another provider"
        return "The subject token is too old" if abs(age) > timedelta(minutes=15) else None

    async def _impersonate(self, request: web.Request) -> web.Response:
        if not _good(self._federated, request):
            return error(401, "authError", "Request had invalid authentication credentials.")
        token = secrets.token_urlsafe(40)
        self._tokens[token] = time.monotonic() + TOKEN_S
        ends = datetime.now(UTC) + timedelta(seconds=TOKEN_S)
        return web.json_response({"accessToken": token, "expireTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ")})

    async def _query(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        if not isinstance(body, dict):
            return error(400, "invalid", "The body is not JSON")
        self.queries = [*self.queries, body][-KEPT:]
        if self._reasons:
            reason = self._reasons.pop(0)
            return error(STATUSES.get(reason, 400), reason, f"The sandbox was told to say {reason}")
        # The same requestId is the same job: a repeated request costs nothing.
        known = self._requests.get(str(body.get("requestId")))
        if known is None:
            try:
                answered = await asyncio.to_thread(self._engine.run, body)
            except QueryError as refused:
                return error(refused.status, refused.reason, refused.message)
            known = self._keep(answered, body)
        return await self._shown(known, 0, float(body.get("timeoutMs", 10_000)) / 1000)

    def _keep(self, answered: Answered, body: dict[str, Any]) -> str:
        job = f"job_{uuid.uuid4().hex}"
        options = body.get("formatOptions") or {}
        self._jobs[job] = Job(
            answered=answered,
            done_at=time.monotonic() + self._running_s,
            page=int(body.get("maxResults") or 1000),
            useful=options.get("useInt64Timestamp") is True,
        )
        if body.get("requestId"):
            self._requests[str(body["requestId"])] = job
        while len(self._jobs) > KEPT:
            self._jobs.pop(next(iter(self._jobs)))
        while len(self._requests) > KEPT:
            self._requests.pop(next(iter(self._requests)))
        return job

    async def _results(self, request: web.Request) -> web.Response:
        start = request.query.get("pageToken", "0")
        if not start.isdecimal():
            return error(400, "invalid", "Invalid page token")
        return await self._shown(
            request.match_info["job"], int(start), float(request.query.get("timeoutMs", 10_000)) / 1000
        )  # fmt: skip

    async def _shown(self, name: str, start: int, wait_s: float) -> web.Response:
        """A page of a job's result, or that it still runs after `wait_s`."""
        job = self._jobs.get(name)
        if job is None:
            return error(404, "notFound", f"Not found: Job {name}")
        await asyncio.sleep(max(0.0, min(wait_s, job.done_at - time.monotonic())))
        reference = {"projectId": self._known["project"], "jobId": name, "location": self._known["location"]}
        answer: dict[str, Any] = {"kind": "bigquery#queryResponse", "jobReference": reference, "jobComplete": False}
        if time.monotonic() < job.done_at:
            return web.json_response(answer)
        if job.cancelled:
            return error(400, "stopped", "Job execution was cancelled: User requested cancellation")
        rows = job.answered.rows[start : start + job.page]
        kinds = [kind for _, kind in job.answered.columns]
        more = start + job.page < len(job.answered.rows)
        fields = [{"name": name, "type": kind, "mode": "NULLABLE"} for name, kind in job.answered.columns]
        answer |= {
            "jobComplete": True,
            "schema": {"fields": fields},
            "totalRows": str(len(job.answered.rows)),
            "totalBytesProcessed": str(job.answered.bytes_processed),
            "cacheHit": False,
            "rows": [
                {"f": [{"v": _cell(value, kind, job.useful)} for value, kind in zip(row, kinds, strict=True)]}
                for row in rows
            ],
            **({"pageToken": str(start + job.page)} if more else {}),
        }
        if not rows:
            answer.pop("rows")  # As Google does.
        return web.json_response(answer)

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self._jobs.get(request.match_info["job"])
        if job is None:
            return error(404, "notFound", "Not found: Job")
        job.cancelled, job.done_at = True, time.monotonic()
        return web.json_response({"kind": "bigquery#jobCancelResponse"})

    async def _set_jobs(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        seconds = body.get("running_s") if isinstance(body, dict) else None
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 600:
            return web.json_response({"detail": "running_s must be a number from 0 to 600"}, status=422)
        self._running_s = float(seconds)
        return web.json_response({"running_s": seconds})

    async def _set_reasons(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        times = body.get("times", 1) if isinstance(body, dict) else None
        if not isinstance(times, int) or not 0 <= times <= 100 or not isinstance(body.get("reason"), str):
            return web.json_response({"detail": "send a reason and times from 0 to 100"}, status=422)
        self._reasons = [body["reason"]] * times
        return web.json_response({"reason": body["reason"], "times": times})

    async def _seen(self, request: web.Request) -> web.Response:
        """What was asked, the latest last: to see that only parameters carry values."""
        del request
        return web.json_response({"queries": self.queries})


def _good(tokens: dict[str, float], request: web.Request) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return tokens.get(given, 0.0) > time.monotonic()


def _cell(value: Any, kind: str, whole: bool) -> str | None:
    """Every value is a text. Timestamps are float seconds unless whole microseconds are asked for."""
    if value is None:
        return None
    if kind == "TIMESTAMP" and not whole:
        return repr(value / 1_000_000)
    return f"{value:.9f}" if kind == "NUMERIC" else str(value)
