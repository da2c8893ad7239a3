"""One address for everything: the console at /, the HTTP API at /api, live connections at /live, and the
sandbox's vendors below /sandbox, which exist here only.

On AWS CloudFront does the same. Beyond forwarding it only turns API Gateway's own short refusals into
problem+json, as the API's other errors are (docs/adr/0005).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, WSServerHandshakeError, web

from sandbox.errors import SandboxError
from sandbox.processes import HOST

HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding",
    "upgrade", "host", "content-length", "content-encoding",
}  # fmt: skip
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
# API Gateway takes 10 MB; what is larger is cut off here as it is there.
MAX_BODY = 10 * 1024 * 1024
# Read far enough to refuse a long address with a problem instead of dropping the connection.
MAX_LINE, LONGEST_ADDRESS = 1 << 20, 8 * 1024
# A dot would not match a line break, which an address may hold percent-encoded.
ANYTHING = r"{rest:[\s\S]*}"
# The console's folders of files. Everything else with a slash in it is one of its own routes, dots or not.
CONSOLE_FOLDERS = ("assets/", "api-docs/")
GATEWAY_PROBLEMS = {
    401: ("unauthenticated", "Sign in first", "the bearer token is missing, expired or not genuine"),
    403: ("forbidden", "Not allowed", "the gateway refused the request"),
    404: ("not-found", "Not found", "there is nothing at this address"),
    414: ("uri-too-long", "The address is too long", "the gateway takes at most 8 kB of address and query"),
    405: ("method-not-allowed", "Method not allowed", "this address is only read"),
    413: ("payload-too-large", "The body is too large", "the gateway takes at most 10 MB"),
    429: ("too-many-requests", "Too many requests", "slow down and try again"),
    500: ("bad-gateway", "The function failed", "the function could not answer"),
    502: ("bad-gateway", "The function failed", "the function could not answer"),
    503: ("dependency-unavailable", "A dependency is unavailable", "the API could not be reached"),
    504: ("dependency-unavailable", "A dependency is unavailable", "the function took too long"),
}
CONSOLE_HEADERS = {
    # {files} is where presigned addresses lead: files are uploaded from the page.
    "content-security-policy": (
        "default-src 'self'; connect-src 'self' ws: wss: {files}; img-src 'self' data:; "
        "style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def gateway_problem(status: int, instance: str | None = None) -> web.Response:
    """A refusal of the gateway itself as problem+json; `instance` is its request id."""
    kind, title, detail = GATEWAY_PROBLEMS.get(status, GATEWAY_PROBLEMS[503])
    problem = {
        "type": f"https://rapport.dev/problems/{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance or str(uuid.uuid4()),
    }
    return web.Response(status=status, body=json.dumps(problem).encode(), content_type="application/problem+json")


class FrontDoor:
    """Serves in a thread of its own until stopped."""

    def __init__(
        self,
        *,
        port: int,
        emulator_port: int,
        http_api: str,
        websocket_api: str,
        console: Path,
        vendors: Mapping[str, web.Application],
    ) -> None:
        self._port = port
        self._vendors = vendors
        self._http = f"http://{HOST}:{emulator_port}/_aws/execute-api/{http_api}/$default"
        self._live = f"ws://{HOST}:{emulator_port}/_aws/execute-api/{websocket_api}/live"
        self._console = console
        self._headers = {
            name: value.format(files=f"http://{HOST}:{emulator_port}") for name, value in CONSOLE_HEADERS.items()
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="front-door", daemon=True)
        self._ready = threading.Event()
        self._stopping: asyncio.Event | None = None
        self._error: BaseException | None = None
        self._session: ClientSession | None = None

    def start(self) -> None:
        """Return when the port is open."""
        self._thread.start()
        self._ready.wait(15)
        if self._error is not None:
            raise SandboxError(f"the front door could not open port {self._port}: {self._error}")

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that started us
            self._error = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        application = web.Application(client_max_size=MAX_BODY, middlewares=[_loopback_only, _problems_only])
        application.router.add_route("*", f"/api/{ANYTHING}", self._forward)
        application.router.add_get("/live", self._forward_live)
        for path, vendor in self._vendors.items():
            application.add_subapp(path, vendor)
        application.router.add_get(f"/{ANYTHING}", self._page)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, max_line_size=MAX_LINE)
        await runner.setup()
        async with ClientSession(timeout=ClientTimeout(total=35), auto_decompress=False) as session:
            self._session = session
            await web.TCPSite(runner, HOST, self._port, reuse_address=True).start()
            self._ready.set()
            await self._stopping.wait()
            await runner.cleanup()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        if len(request.raw_path) > LONGEST_ADDRESS:
            return gateway_problem(414)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return gateway_problem(413)
        try:
            async with self._session.request(
                request.method, self._http + request.raw_path, headers=headers, data=body, allow_redirects=False
            ) as answer:
                content = await answer.read()
                media_type = answer.headers.get("content-type", "")
                if answer.status >= 400 and not media_type.startswith("application/problem+json"):
                    return gateway_problem(answer.status, answer.headers.get("apigw-requestid"))
                dropped = HOP_BY_HOP | {"content-type"} if answer.status == 204 else HOP_BY_HOP
                passed = {name: value for name, value in answer.headers.items() if name.lower() not in dropped}
                return web.Response(status=answer.status, body=content, headers=passed)
        except (ClientError, TimeoutError, ValueError):
            return gateway_problem(503)

    async def _forward_live(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        if request.headers.get("upgrade", "").lower() != "websocket":
            return gateway_problem(404)
        address = f"{self._live}?{request.query_string}"
        try:
            upstream = await self._session.ws_connect(address, max_msg_size=1 << 20)
        except WSServerHandshakeError as error:
            return gateway_problem(error.status if error.status in (401, 403) else 503)
        except (ClientError, TimeoutError):
            return gateway_problem(503)
        client = web.WebSocketResponse(heartbeat=30, max_msg_size=1 << 20)
        await client.prepare(request)

        async def pump(source: object, target: object) -> None:
            async for message in source:  # type: ignore[attr-defined]
                if message.type is WSMsgType.TEXT:
                    await target.send_str(message.data)  # type: ignore[attr-defined]
                else:
                    break

        tasks = [asyncio.ensure_future(pump(client, upstream)), asyncio.ensure_future(pump(upstream, client))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(Exception):
                await asyncio.gather(*tasks, return_exceptions=True)
            await upstream.close()
            await client.close()
        return client

    async def _page(self, request: web.Request) -> web.StreamResponse:
        """A file of the console, or its page for one of its own routes."""
        relative = request.path.lstrip("/")
        path = self._file(relative)
        if path is None:
            if relative.startswith(CONSOLE_FOLDERS) or ("/" not in relative and "." in relative):
                return gateway_problem(404)
            path = self._console / "index.html"
            if not path.is_file():
                return gateway_problem(404)
        forever = relative.startswith("assets/")
        cache = "public, max-age=31536000, immutable" if forever else "no-cache"
        return web.FileResponse(path, headers={**self._headers, "cache-control": cache})

    def _file(self, relative: str) -> Path | None:
        """The console's file of this name; nothing outside its folder, whatever the name says."""
        try:
            path = (self._console / relative).resolve()
            return path if path.is_relative_to(self._console.resolve()) and path.is_file() else None
        except (OSError, ValueError):
            return None  # Longer than any file name, or with a NUL in it.


@web.middleware
async def _loopback_only(request: web.Request, handler: object) -> web.StreamResponse:
    """Refuse names that are not this machine's: a page elsewhere must not reach us by DNS rebinding."""
    name = request.host.rsplit(":", 1)[0]
    if name not in LOOPBACK:
        return gateway_problem(403)
    answer: web.StreamResponse = await handler(request)  # type: ignore[operator]
    return answer


@web.middleware
async def _problems_only(request: web.Request, handler: object) -> web.StreamResponse:
    """Give the server's own refusals the shape of every other."""
    try:
        answer: web.StreamResponse = await handler(request)  # type: ignore[operator]
    except web.HTTPClientError as refusal:
        return gateway_problem(refusal.status if refusal.status in GATEWAY_PROBLEMS else 404)
    return answer
