"""Sends the vendors' callbacks: signed as Vonage signs them, tried again when they are not taken."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any

import jwt
from aiohttp import ClientError, ClientSession, ClientTimeout, web

ATTEMPTS = 5
FIRST_WAIT_S = 0.5


def signature(body: bytes, *, secret: str, application_id: str, api_key: str, now: float | None = None) -> str:
    """The token in a callback's Authorization header."""
    claims = {
        "iss": "Vonage",
        "iat": int(time.time() if now is None else now),
        "jti": str(uuid.uuid4()),
        "application_id": application_id,
        "api_key": api_key,
        "payload_hash": hashlib.sha256(body).hexdigest(),
    }
    return jwt.encode(claims, secret, algorithm="HS256")


class Callbacks:
    """Posts in the background; everything still waiting is dropped when the application ends."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._session: ClientSession | None = None
        self._waiting: set[asyncio.Task[None]] = set()

    async def opened(self, application: web.Application) -> AsyncIterator[None]:
        """A cleanup context of the application."""
        del application
        async with ClientSession(timeout=ClientTimeout(total=35)) as session:
            self._session = session
            yield
            for task in self._waiting:
                task.cancel()
            await asyncio.gather(*self._waiting, return_exceptions=True)

    def after(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the answer that is given now."""
        task = asyncio.get_running_loop().create_task(work)
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def post_signed(
        self, path: str, body: Mapping[str, Any], credentials: Mapping[str, str], secret: str
    ) -> None:
        """As Vonage: each attempt under a new signature, until an answer of 200."""
        raw = json.dumps(body).encode()
        for attempt in range(ATTEMPTS):
            token = signature(
                raw, secret=secret, application_id=credentials["application_id"], api_key=credentials["api_key"]
            )
            if await self._post(path, raw, {"authorization": f"Bearer {token}"}) in (200, 204):
                return
            await asyncio.sleep(FIRST_WAIT_S * 2.0**attempt)

    async def post_once(self, path: str, body: Mapping[str, Any]) -> None:
        """As Kintone: unsigned and never again."""
        await self._post(path, json.dumps(body, ensure_ascii=False).encode(), {})

    async def _post(self, path: str, raw: bytes, headers: Mapping[str, str]) -> int:
        assert self._session is not None
        try:
            async with self._session.post(
                self._base + path, data=raw, headers={"content-type": "application/json", **headers}
            ) as answer:
                await answer.read()
                return answer.status
        except (ClientError, TimeoutError):
            return 0
