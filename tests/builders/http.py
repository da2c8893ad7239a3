"""Events of the HTTP API (payload 2.0), and a function's handler loaded with an environment of its own."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from infra import ROOT

CONTEXT = SimpleNamespace(function_name="f", aws_request_id="r", get_remaining_time_in_millis=lambda: 30_000)


def load_handler(name: str, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> ModuleType:
    """A fresh copy of a function, as a cold start would load it."""
    house = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for key, value in {**house, **environment}.items():
        monkeypatch.setenv(key, value)
    spec = importlib.util.spec_from_file_location(f"cold_{name}", ROOT / "functions" / name / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def kind(self) -> str:
        """The last part of the problem's type."""
        return str(self.body["type"]).rpartition("/")[2]

    @property
    def fields(self) -> list[str]:
        return [error["field"] for error in self.body.get("errors", [])]


@dataclass(frozen=True)
class Caller:
    """Somebody with these groups, at a handler."""

    module: ModuleType
    groups: tuple[str, ...]
    username: str = "somebody"

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        claims = {"username": self.username, "token_use": "access", "cognito:groups": f"[{' '.join(self.groups)}]"}
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": f"{method} {path}",
            "rawPath": path,
            "rawQueryString": urlencode(query or {}),
            "queryStringParameters": dict(query or {}),
            "headers": {"content-type": "application/json", **(headers or {})},
            "requestContext": {
                "http": {"method": method, "path": path},
                "requestId": "request-id",
                "stage": "$default",
                "authorizer": {"jwt": {"claims": claims}},
            },
            "isBase64Encoded": False,
        }
        if body is not None:
            event["body"] = json.dumps(body)
        found = self.module.handler(event, CONTEXT)
        many = {name: values[0] for name, values in found.get("multiValueHeaders", {}).items()}
        headers_out = {name.lower(): value for name, value in {**found["headers"], **many}.items()}
        return Answer(found["statusCode"], json.loads(found["body"]) if found["body"] else None, headers_out)

    def get(self, path: str, **query: Any) -> Answer:
        return self.request("GET", path, query={name: str(value) for name, value in query.items()})

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.request("POST", path, body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def put(self, path: str, body: Any) -> Answer:
        return self.request("PUT", path, body)
