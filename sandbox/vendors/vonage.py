"""Vonage as a loopback server: Messages (SMS), Verify v2, video sessions, their errors, limits and signed callbacks.

Numbers with a meaning of their own: one ending in 9999 is blocked as fraudulent (only the summary callback says so),
9998 cannot be reached (status `undeliverable`), 9997 belongs to no supported network (412).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from aiohttp import web

from sandbox.vendors.callbacks import Callbacks
from sandbox.vendors.credentials import VendorCredentials
from sandbox.vendors.faults import Handler, first_part, json_of, vendor_application
from sandbox.vendors.inbox import Code, Inbox, Sms
from sandbox.vendors.vonage_refusals import (
    ERRORS,
    NUMBER,
    invalid,
    problem,
    standard,
    wrong_message,
    wrong_verification,
)

PER_SECOND = 30
TRIES = 3
BLOCKED, UNREACHABLE, NO_NETWORK = "9999", "9998", "9997"
# A verification cannot be cancelled in its first seconds.
UNCANCELLABLE_S = 30.0


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Running:
    """A verification in progress. `started` in monotonic seconds."""

    request_id: str
    to: str
    code: str
    client_ref: str
    channel_timeout: int
    started: float = field(default_factory=time.monotonic)
    submitted_at: str = field(default_factory=_stamp)
    wrong: int = 0
    blocked: bool = False


class VonageSandbox:
    """`pace` divides every wait of Vonage's (the 30 seconds before a cancellation, the life of a code)."""

    def __init__(
        self, credentials: VendorCredentials, inbox: Inbox, callbacks: Callbacks, *, pace: float = 1.0
    ) -> None:
        self._known = credentials.of("vonage")
        self._key = credentials.vonage_public_key
        self._inbox = inbox
        self._callbacks = callbacks
        self._pace = pace
        self._running: dict[str, Running] = {}
        self._recent: deque[float] = deque()
        self.sessions: set[str] = set()

    def application(self) -> web.Application:
        """The server below /sandbox/vonage."""
        application, _ = vendor_application(standard, refuse=402)
        application.middlewares.append(self._admitted)
        application.cleanup_ctx.append(self._callbacks.opened)
        add = application.router.add_route
        add("POST", "/v1/messages", self._send)
        add("POST", "/v2/verify", self._start)
        add("POST", "/v2/verify/{request_id}", self._check)
        add("DELETE", "/v2/verify/{request_id}", self._cancel)
        add("POST", "/v2/verify/{request_id}/next_workflow", self._next)
        add("POST", "/session/create", self._create_session)
        add("POST", "/_video", self._video_event)
        add("POST", "/_inbound", self._inbound)
        return application

    @web.middleware
    async def _admitted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Credentials, then the account's 30 requests a second."""
        if first_part(request).startswith("_"):
            return await handler(request)
        refused = self._unauthorized(request)
        if refused is not None:
            return refused
        now = time.monotonic()
        while self._recent and now - self._recent[0] >= 1:
            self._recent.popleft()
        if len(self._recent) >= PER_SECOND:
            return standard(429)
        self._recent.append(now)
        return await handler(request)

    def _unauthorized(self, request: web.Request) -> web.Response | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            return standard(401)
        try:
            options: Any = {"require": ["iat", "jti", "exp", "application_id"]}
            claims = jwt.decode(token, self._key, algorithms=["RS256"], options=options, leeway=5)
        except jwt.ExpiredSignatureError:
            detail = "The JWT provided has expired."
            return problem(401, "jwt-expired", "You did not provide correct credentials.", detail)
        except jwt.PyJWTError:
            return standard(401)
        return None if claims["application_id"] == self._known["application_id"] else standard(401)

    # --- Messages

    async def _send(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        wrong = wrong_message(body)
        if wrong is not None:
            return wrong
        sms = Sms(
            message_uuid=str(uuid.uuid4()),
            to=body["to"],
            sender=body["from"],
            text=body["text"],
            client_ref=str(body.get("client_ref", "")),
        )
        reachable = not sms.to.endswith((UNREACHABLE, BLOCKED))
        if reachable:
            self._inbox.messages.append(sms)
        self._callbacks.after(self._report(sms, "delivered" if reachable else "undeliverable"))
        return web.json_response({"message_uuid": sms.message_uuid}, status=202)

    async def _report(self, sms: Sms, end: str) -> None:
        for status in ("submitted", end):
            await asyncio.sleep(0.3)
            body: dict[str, Any] = {
                "message_uuid": sms.message_uuid,
                "to": sms.to,
                "from": sms.sender,
                "timestamp": _stamp(),
                "status": status,
                "channel": "sms",
                "client_ref": sms.client_ref,
                "usage": {"currency": "EUR", "price": "0.0333"},
                "sms": {"count_total": str(1 + len(sms.text) // 153)},
            }
            if status == "undeliverable":
                body["error"] = {
                    "type": f"{ERRORS}/messages#1320",
                    "title": 1320,
                    "detail": "Message already sent or the number cannot be reached.",
                    "instance": uuid.uuid4().hex,
                }
            await self._signed("status", body)

    async def _inbound(self, request: web.Request) -> web.Response:
        """The sandbox's own: somebody answers by SMS. {"from": number, "text": words}"""
        body = await json_of(request)
        if not isinstance(body, dict) or not NUMBER.fullmatch(str(body.get("from", ""))) or not body.get("text"):
            return invalid("from", "a number without '+', and a text")
        told = {
            "message_uuid": str(uuid.uuid4()),
            "to": self._known["sender"],
            "from": str(body["from"]),
            "timestamp": _stamp(),
            "channel": "sms",
            "message_type": "text",
            "text": str(body["text"])[:1000],
            "usage": {"currency": "EUR", "price": "0.0333"},
            "sms": {"num_messages": "1", "keyword": str(body["text"]).split(" ")[0].upper()[:40]},
        }
        self._callbacks.after(self._signed("inbound", told))
        return web.json_response({"message_uuid": told["message_uuid"]}, status=202)

    # --- Verify

    async def _start(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        wrong = wrong_verification(body)
        if wrong is not None:
            return wrong
        to = body["workflow"][0]["to"]
        if to.endswith(NO_NETWORK):
            detail = "Device number does not resolve to a supported Mobile Network Operator."
            return problem(412, "precondition-failed", "Network not supported", detail)
        running = next((found for found in self._running.values() if found.to == to), None)
        if running is not None:
            detail = "Concurrent verifications to the same number are not allowed"
            return problem(409, "concurrent", "Conflict", detail, request_id=running.request_id)
        digits = int(body.get("code_length", 4))
        made = Running(
            request_id=str(uuid.uuid4()),
            to=to,
            code=str(body.get("code") or f"{secrets.randbelow(10**digits):0{digits}d}"),
            client_ref=str(body.get("client_ref", "")),
            channel_timeout=int(body.get("channel_timeout", 180)),
            blocked=to.endswith(BLOCKED),
        )
        self._running[made.request_id] = made
        if not made.blocked:
            self._inbox.codes.append(
                Code(
                    request_id=made.request_id,
                    to=to,
                    brand=body["brand"],
                    code=made.code,
                    locale=str(body.get("locale", "en-us")),
                )
            )
        self._callbacks.after(self._expire(made))
        return web.json_response({"request_id": made.request_id}, status=202)

    async def _expire(self, made: Running) -> None:
        """A number that is blocked is told of at once, a code that nobody entered when its time is over."""
        await asyncio.sleep(0.5 if made.blocked else made.channel_timeout / self._pace)
        if self._running.pop(made.request_id, None) is not None:
            await self._finish(made, "blocked" if made.blocked else "expired")

    async def _check(self, request: web.Request) -> web.Response:
        made = self._running.get(request.match_info["request_id"])
        if made is None:
            return standard(404)
        body = await json_of(request)
        code = body.get("code") if isinstance(body, dict) else None
        if not isinstance(code, str):
            return invalid("code", "Code is required")
        if made.blocked:
            return problem(409, "conflict", "Conflict", "The current Verify workflow step does not support a code.")
        if secrets.compare_digest(code.encode(), made.code.encode()):
            del self._running[made.request_id]
            self._callbacks.after(self._finish(made, "completed"))
            return web.json_response({"request_id": made.request_id, "status": "completed"})
        made.wrong += 1
        if made.wrong >= TRIES:
            del self._running[made.request_id]
            self._callbacks.after(self._finish(made, "failed"))
            detail = "An incorrect code has been provided too many times. Workflow terminated."
            return problem(410, "gone", "Invalid Code", detail)
        return problem(400, "bad-request", "Invalid Code", "The code you provided does not match the expected value.")

    async def _cancel(self, request: web.Request) -> web.Response:
        made = self._running.get(request.match_info["request_id"])
        if made is None:
            return standard(404)
        if time.monotonic() - made.started < UNCANCELLABLE_S / self._pace:
            detail = "A verification cannot be cancelled within the first 30 seconds."
            return problem(409, "conflict", "Conflict", detail)
        del self._running[made.request_id]
        return web.Response(status=204)

    async def _next(self, request: web.Request) -> web.Response:
        if request.match_info["request_id"] not in self._running:
            return standard(404)
        return problem(409, "conflict", "Conflict", "There are no more events left to trigger.")

    async def _finish(self, made: Running, status: str) -> None:
        """The event of the channel, then the summary; `blocked` is told by the summary only."""
        common = {"request_id": made.request_id, "client_ref": made.client_ref}
        if status in {"completed", "failed"}:
            event = {
                **common,
                "triggered_at": made.submitted_at,
                "type": "event",
                "channel": "sms",
                "status": status,
                "finalized_at": _stamp(),
            }
            await self._signed("verify", event)
        step = {"channel": "sms", "initiated_at": made.submitted_at, "status": status}
        summary = {
            **common,
            "submitted_at": made.submitted_at,
            "status": status,
            "type": "summary",
            "channel_timeout": made.channel_timeout,
            "workflow": [step],
            "price": "0.04000000",
        }
        await self._signed("verify", summary)

    # --- Video

    async def _create_session(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return problem(415, "unsupported-media-type", "Unsupported Media Type", "Send a form.")
        application = self._known["application_id"]
        session_id = f"2_MX4{secrets.token_urlsafe(36).replace('_', '-')}"
        self.sessions.add(session_id)
        made = {
            "session_id": session_id,
            "project_id": application,
            "partner_id": application,
            "create_dt": datetime.now(UTC).strftime("%a %b %d %H:%M:%S UTC %Y"),
            "session_status": None,
            "media_server_hostname": None,
            "properties": None,
            "ice_servers": None,
        }
        return web.json_response([made])

    async def _video_event(self, request: web.Request) -> web.Response:
        """The sandbox's own: somebody enters or leaves a session. {"session_id", "event", "data"}"""
        body = await json_of(request)
        kinds = ("connectionCreated", "connectionDestroyed")
        if not isinstance(body, dict) or body.get("event") not in kinds:
            return invalid("event", " or ".join(kinds))
        if body.get("session_id") not in self.sessions:
            return standard(404)
        now = int(time.time() * 1000)
        told = {
            "sessionId": body["session_id"],
            "projectId": self._known["application_id"],
            "applicationId": self._known["application_id"],
            "event": body["event"],
            "timestamp": now,
            "connection": {"id": str(uuid.uuid4()), "createdAt": now, "data": str(body.get("data", ""))[:1000]},
            **({"reason": "clientDisconnected"} if body["event"] == kinds[1] else {}),
        }
        self._callbacks.after(self._signed("video", told))
        return web.json_response({"event": body["event"]}, status=202)

    async def _signed(self, kind: str, body: dict[str, Any]) -> None:
        secret = self._known["video_signature_secret" if kind == "video" else "signature_secret"]
        with contextlib.suppress(asyncio.CancelledError):
            await self._callbacks.post_signed(f"/api/webhooks/vonage/{kind}", body, self._known, secret)
