"""Genesys Cloud as a loopback server: sign-in with PKCE, and conversations with the attributes that people write.

Its page for signing in lists agents; whoever is chosen is signed in. `POST /_conversations` adds a conversation, `POST
/_expire` lets every code and token that was given out run out.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from sandbox.vendors.credentials import VendorCredentials
from sandbox.vendors.faults import json_of, vendor_application
from sandbox.vendors.genesys_conversations import AGENTS, ELSEWHERE, conversations

CODE_S, TOKEN_S = 300.0, 28_800.0
PER_MINUTE = 300
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Genesys Cloud (sandbox)</title>
<body style="font-family:sans-serif;max-width:24rem;margin:3rem auto"><h1>Genesys Cloud (sandbox)</h1>
<p>Sign in as</p><ul>{agents}</ul></body></html>"""


def error(status: int, code: str, message: str) -> web.Response:
    """The platform API's shape."""
    body = {
        "message": message, "code": code, "status": status, "messageWithParams": message, "messageParams": {},
        "contextId": str(uuid.uuid4()), "details": [], "errors": [],
    }  # fmt: skip
    return web.json_response(body, status=status)


def shape(status: int) -> web.Response:
    code = {503: "service.unavailable", 429: "too.many.requests"}.get(status, "missing.permissions")
    return error(status, code, "The sandbox was told to fail")


def refused(code: str, message: str) -> web.Response:
    """OAuth's shape, with the field that Genesys adds."""
    return web.json_response({"error": code, "description": message, "error_description": message}, status=400)


@dataclass(frozen=True)
class Granted:
    """A code that waits to be exchanged."""

    agent: str
    redirect_uri: str
    challenge: str
    until: float


@dataclass
class GenesysSandbox:
    credentials: VendorCredentials
    console_url: str
    _codes: dict[str, Granted] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    _asked: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _conversations: dict[str, dict[str, Any]] = field(default_factory=conversations)

    def application(self) -> web.Application:
        """The server below /sandbox/genesys."""
        application, _ = vendor_application(shape, refuse=403)
        add = application.router.add_route
        add("GET", "/oauth/authorize", self._authorize)
        add("POST", "/oauth/token", self._token)
        add("GET", "/api/v2/conversations/{conversation}", self._conversation)
        add("GET", "/_conversations", self._list)
        add("POST", "/_conversations", self._add)
        add("POST", "/_expire", self._expire)
        return application

    @property
    def _client(self) -> str:
        found: str = self.credentials.of("genesys")["client_id"]
        return found

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = request.query
        wrong = self._wrong(asked)
        if wrong:
            return web.Response(status=400, text=f"Genesys Cloud (sandbox): {wrong}")
        agent = asked.get("agent")
        if agent not in AGENTS:
            links = "".join(
                f'<li><a href="?{html.escape(urlencode({**asked, "agent": name}))}">{html.escape(shown)}</a></li>'
                for name, shown in AGENTS.items()
            )
            return web.Response(text=PAGE.format(agents=links), content_type="text/html")
        code = secrets.token_urlsafe(32)
        until = time.monotonic() + CODE_S
        self._codes[code] = Granted(agent, asked["redirect_uri"], asked["code_challenge"], until)
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _wrong(self, asked: Mapping[str, str]) -> str | None:
        if asked.get("client_id") != self._client:
            return "this client is not known"
        if asked.get("redirect_uri") != f"{self.console_url}/assist":
            return "this address is not registered for the client"
        if asked.get("response_type") != "code" or not asked.get("state"):
            return "response_type must be code, with a state"
        if asked.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(asked.get("code_challenge", "")):
            return "a challenge of method S256 is needed"
        return None

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("client_id") != self._client:
            return refused("invalid_client", "client not found")
        if form.get("grant_type") != "authorization_code":
            return refused("unsupported_grant_type", "the sandbox exchanges codes")
        # Used up by the first attempt, whatever comes of it.
        granted = self._codes.pop(form.get("code", ""), None)
        if granted is None or granted.until < time.monotonic():
            return refused("invalid_grant", "authorization code is invalid or has expired")
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier) or not secrets.compare_digest(
            digest, granted.challenge
        ):
            return refused("invalid_grant", "code verifier does not match")
        if form.get("redirect_uri") != granted.redirect_uri:
            return refused("invalid_grant", "redirect_uri does not match")
        token = secrets.token_urlsafe(48)
        self._tokens[token] = (granted.agent, time.monotonic() + TOKEN_S)
        return web.json_response({"access_token": token, "token_type": "bearer", "expires_in": int(TOKEN_S)})

    async def _conversation(self, request: web.Request) -> web.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        agent, until = self._tokens.get(token, ("", 0.0))
        now = time.monotonic()
        if until < now:
            return error(401, "bad.credentials", "Invalid login credentials.")
        asked = self._asked[agent]
        while asked and asked[0] < now - 60:
            asked.popleft()
        if len(asked) >= PER_MINUTE:
            answer = error(
                429, "too.many.requests", "Rate limit exceeded the maximum. Retry the request in [60] seconds"
            )
            answer.headers["retry-after"] = "60"
            return answer
        asked.append(now)
        wanted = request.match_info["conversation"]
        if wanted == ELSEWHERE:
            return error(403, "missing.division.permission", "Missing the following permission(s)")
        found = self._conversations.get(wanted)
        if found is None:
            return error(404, "not.found", "The requested resource was not found.")
        return web.json_response(found)

    async def _list(self, request: web.Request) -> web.Response:
        """The sandbox's own: conversations to try."""
        del request
        listed = [
            {"id": name, "about": found["sandbox"], "open": f"{self.console_url}/assist?conversation={name}"}
            for name, found in self._conversations.items()
        ]
        return web.json_response({"conversations": listed})

    async def _add(self, request: web.Request) -> web.Response:
        """The sandbox's own: a conversation with these participants."""
        body = await json_of(request)
        participants = body.get("participants") if isinstance(body, dict) else None
        if not isinstance(participants, list) or not all(isinstance(each, dict) for each in participants):
            return web.json_response({"detail": "participants must be a list of objects"}, status=422)
        name = str(uuid.uuid4())
        self._conversations[name] = {"id": name, "sandbox": "added", "participants": participants}
        return web.json_response({"id": name})

    async def _expire(self, request: web.Request) -> web.Response:
        """The sandbox's own: nothing that was given out is good any more."""
        del request
        codes = {code: Granted(old.agent, old.redirect_uri, old.challenge, 0.0) for code, old in self._codes.items()}
        self._codes, self._tokens = codes, {}
        return web.json_response({"expired": len(codes)})
