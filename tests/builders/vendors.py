"""Vendors for tests: a secret, gateways over a scripted transport, and the sandbox's servers on a port of their own."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from aiohttp import web
from docx import Document
from rapport.vendors.foxit import Foxit, foxit_http
from rapport.vendors.http import VendorHttp
from rapport.vendors.kintone import Kintone, kintone_http
from rapport.vendors.secrets import SecretStore
from rapport.vendors.settings import FoxitApi, KintoneApi, VonageApi
from rapport.vendors.vonage import Vonage, vonage_http

from sandbox.processes import HOST, free_port
from sandbox.vendors.credentials import VendorCredentials, generate

NUMBER = "819012345678"


@cache
def credentials() -> VendorCredentials:
    """One set for the whole run: making an RSA key takes a while."""
    return generate()


@dataclass
class SecretsManager:
    """As much of the boto3 client as is used."""

    secret: Mapping[str, Any]
    reads: int = 0
    failure: Exception | None = None

    def get_secret_value(self, **request: Any) -> dict[str, str]:
        del request
        self.reads += 1
        if self.failure is not None:
            raise self.failure
        return {"SecretString": json.dumps(self.secret)}


def secrets() -> SecretStore:
    return SecretStore(SecretsManager(credentials().secret), "arn:secret")


@dataclass
class Clock:
    """Monotonic seconds that pass only by sleeping."""

    at: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Wire:
    """A vendor that answers what it was told to, one after the other; the last answer again and again."""

    answers: list[Answer]
    requests: list[httpx.Request] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            # A response is read once: a fresh one of the same content for each request.
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return answer(request)

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer))

    @property
    def options(self) -> dict[str, Any]:
        return {"clock": self.clock, "sleep": self.clock.sleep, "chance": lambda: 0.5}

    def vonage(self) -> Vonage:
        store = secrets()
        return Vonage(
            vonage_settings("https://api.vendor.test"), store, vonage_http(self.client, store, **self.options)
        )

    def foxit(self) -> Foxit:
        store = secrets()
        return Foxit(foxit_settings("https://foxit.test"), store, foxit_http(self.client, store, **self.options))

    def kintone(self) -> Kintone:
        store = secrets()
        return Kintone(
            kintone_settings("https://kintone.test"), store, kintone_http(self.client, store, **self.options)
        )

    def http(self) -> VendorHttp:
        return VendorHttp(self.client, "vendor", **self.options)

    def body(self, number: int = -1) -> Any:
        return json.loads(self.requests[number].content)


def vonage_settings(url: str) -> VonageApi:
    return VonageApi(vendor_secrets="arn:secret", vonage_api_url=url, vonage_video_url=url)


def foxit_settings(url: str) -> FoxitApi:
    return FoxitApi(vendor_secrets="arn:secret", foxit_url=url)


def kintone_settings(url: str) -> KintoneApi:
    return KintoneApi(vendor_secrets="arn:secret", kintone_url=url)


def template(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A Word file of these paragraphs and one table."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.rows[number].cells[column].text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@dataclass
class Server:
    """Applications on a port, with the callbacks that came to it: (path, headers, body)."""

    url: str
    callbacks: list[tuple[str, dict[str, str], bytes]]
    refuse: list[int]

    def post(self, path: str, body: Any) -> httpx.Response:
        return httpx.post(self.url + path, json=body, timeout=10)


@contextmanager
def served(make: Callable[[str], Mapping[str, web.Application]]) -> Iterator[Server]:
    """Serve the applications that `make` gives for the server's own address, which also receives callbacks.

    Statuses in `refuse` are given to the next callbacks instead of 200.
    """
    port = free_port()
    server = Server(f"http://{HOST}:{port}", [], [])
    loop = asyncio.new_event_loop()
    stopping, ready = asyncio.Event(), threading.Event()

    async def receive(request: web.Request) -> web.Response:
        server.callbacks.append((request.path, dict(request.headers), await request.read()))
        return web.Response(status=server.refuse.pop(0) if server.refuse else 200)

    async def serve() -> None:
        application = web.Application()
        application.router.add_post("/api/{rest:.*}", receive)
        for path, part in make(server.url).items():
            application.add_subapp(path, part)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()
        ready.set()
        await stopping.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(15)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(10)
        loop.close()
