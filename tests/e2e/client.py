"""A person or a program at the front door: HTTP with a token, and a live connection."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
from websockets.sync.client import ClientConnection, connect

from sandbox.stack import LocalStack

T = TypeVar("T")


@dataclass
class Person:
    """Somebody signed in (or not) at the front door."""

    url: str
    token: str | None = None
    username: str | None = None

    @classmethod
    def signed_in(cls, url: str, username: str, password: str) -> Person:
        answer = httpx.post(f"{url}/api/auth/login", json={"username": username, "password": password}, timeout=60)
        assert answer.status_code == 200, answer.text
        return cls(url, answer.json()["access_token"], username)

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = dict(arguments.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("authorization", f"Bearer {self.token}")
        return httpx.request(method, f"{self.url}{path}", headers=headers, timeout=60, **arguments)

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", path, **arguments)

    def post(self, path: str, body: Any = None, **arguments: Any) -> httpx.Response:
        if body is not None:
            arguments["json"] = body
        return self.request("POST", path, **arguments)

    def live(self) -> Live:
        return Live.opened(self.url, self.token or "")


@dataclass
class Live:
    """A live connection that keeps everything it was sent."""

    socket: ClientConnection
    messages: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def opened(cls, url: str, token: str) -> Live:
        address = url.replace("http://", "ws://") + "/live?" + urlencode({"token": token})
        return cls(connect(address, open_timeout=15, proxy=None).__enter__())

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def until(self, wanted: Callable[[dict[str, Any]], bool], *, within_s: float = 60) -> dict[str, Any]:
        """Read until a message is wanted; everything read stays in `messages`."""
        deadline = time.monotonic() + within_s
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not received within {within_s} s; received {self.messages[-5:]}")
            try:
                message = json.loads(self.socket.recv(timeout=left))
            except TimeoutError:
                continue
            self.messages.append(message)
            if wanted(message):
                return message

    def join_call(self, contact_id: str, last_seq: int | None = None) -> dict[str, Any]:
        resume = {} if last_seq is None else {"last_seq": last_seq}
        self.send(action="join_call", contact_id=contact_id, **resume)
        return self.until(lambda m: m["type"] in {"joined", "error"})

    def events(self, contact_id: str) -> list[dict[str, Any]]:
        return [m for m in self.messages if m.get("contact_id") == contact_id and "seq" in m]


def eventually(read: Callable[[], T], wanted: Callable[[T], bool], *, within_s: float = 60, every_s: float = 0.2) -> T:
    """Read until what was read is wanted; for what a stream brings about a moment later."""
    deadline = time.monotonic() + within_s
    while True:
        value = read()
        if wanted(value):
            return value
        assert time.monotonic() < deadline, f"still not so after {within_s} s: {value!r}"
        time.sleep(every_s)


def invoke(stack: LocalStack, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Invoke the function whose name holds this, as a schedule or an operator does; its answer."""
    client = stack.client("lambda")
    names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]]
    (found,) = [each for each in names if name in each]
    answer = client.invoke(FunctionName=found, Payload=json.dumps(event).encode())
    body: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, body
    return body
