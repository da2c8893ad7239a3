"""Switches that make a vendor fail: POST /sandbox/<vendor>/_faults {"mode": ..., "seconds": n, "delay_s": n}."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# A vendor's own shape of a failure: status to answer.
Shape = Callable[[int], web.Response]


class Mode(StrEnum):
    NONE = "none"
    UNAVAILABLE = "unavailable"  # 503
    SLOW = "slow"  # answers after `delay_s`
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After: 1
    REFUSE = "refuse"  # a refusal that asking again does not change
    DROP = "drop"  # does what was asked, then closes the connection without an answer


@dataclass
class Faults:
    """The mode of one vendor. `until` (monotonic seconds) ends it by itself; None means until it is switched off."""

    mode: Mode = Mode.NONE
    until: float | None = None
    delay_s: float = 8.0

    @property
    def now(self) -> Mode:
        if self.until is not None and time.monotonic() >= self.until:
            self.mode, self.until = Mode.NONE, None
        return self.mode

    def switch(self, body: Any) -> str | None:
        """Set what was asked; returns what is wrong with it."""
        if not isinstance(body, dict) or body.get("mode") not in set(Mode):
            return f"mode must be one of {', '.join(Mode)}"
        numbers = [body.get("seconds"), body.get("delay_s", 8)]
        if any(value is not None and not _is_seconds(value) for value in numbers):
            return "seconds and delay_s must be numbers from 0 to 3600"
        self.mode = Mode(body["mode"])
        self.until = None if numbers[0] is None else time.monotonic() + float(numbers[0])
        self.delay_s = float(numbers[1])
        return None

    def described(self) -> dict[str, Any]:
        mode = self.now
        left = None if self.until is None else round(self.until - time.monotonic(), 1)
        return {"mode": mode.value, "seconds_left": left, "delay_s": self.delay_s}


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 3600


def first_part(request: web.Request) -> str:
    """The part of the path after `/sandbox/<vendor>/`; one that begins with `_` is the sandbox's own."""
    return request.path.removeprefix("/sandbox/").partition("/")[2].partition("/")[0]


async def json_of(request: web.Request) -> Any:
    """The JSON body of a request that says that it is JSON: no page elsewhere can send one unasked. None if not."""
    if request.content_type != "application/json":
        return None
    try:
        return json.loads(await request.text())
    except (ValueError, RecursionError):
        return None


async def _delayed(faults: Faults, request: web.Request) -> None:
    """Wait as long as the vendor is slow and somebody still waits for it."""
    until = time.monotonic() + faults.delay_s
    while time.monotonic() < until and faults.now is Mode.SLOW:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.1)


def vendor_application(shape: Shape, *, refuse: int) -> tuple[web.Application, Faults]:
    """An application with the switches. Paths that begin with `_` are the sandbox's own and never fail."""
    faults = Faults()

    @web.middleware
    async def fail(request: web.Request, handler: Handler) -> web.StreamResponse:
        mode = faults.now
        if mode is Mode.NONE or first_part(request).startswith("_"):
            return await handler(request)
        if mode is Mode.SLOW:
            await _delayed(faults, request)
            return await handler(request)
        if mode is Mode.DROP:
            await handler(request)
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        if mode is Mode.RATE_LIMITED:
            answer = shape(429)
            answer.headers["retry-after"] = "1"
            return answer
        return shape(503 if mode is Mode.UNAVAILABLE else refuse)

    async def switch(request: web.Request) -> web.Response:
        wrong = faults.switch(await json_of(request))
        if wrong:
            return web.json_response({"detail": wrong}, status=422)
        return web.json_response(faults.described())

    async def described(request: web.Request) -> web.Response:
        del request
        return web.json_response(faults.described())

    application = web.Application(middlewares=[fail], client_max_size=20 * 1024 * 1024)
    application.router.add_post("/_faults", switch)
    application.router.add_get("/_faults", described)
    return application, faults
