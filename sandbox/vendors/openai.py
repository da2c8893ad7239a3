"""OpenAI's Responses API as a loopback server: the shapes and errors of the real one, good and bad answers by mode.

`make run AI=sandbox` asks it, below the front door at /sandbox/openai; plain `make run` has no key, so that the rules
answer. A stack that runs already is made to ask one of its own by

    python -m sandbox.vendors.openai --port 9099 --attach

Modes: POST /_faults {"mode": "good|echo|obey|refusal|incomplete|invalid_json|business_invalid|slow|rate_limited|quota|
unavailable|unauthorized|drop", "seconds": n, "delay_s": n}. `obey` is a model that says what the
data tells it to; `echo` is worse: it writes its instructions before it. `GET /_requests` are
the bodies received.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web

HOST = "127.0.0.1"
MODES = (
    "good", "echo", "obey", "refusal", "incomplete", "invalid_json", "business_invalid", "slow", "rate_limited",
    "quota", "unavailable", "unauthorized", "drop",
)  # fmt: skip
# The words by which the other vendors' servers are switched.
ALIASES = {"none": "good", "refuse": "unauthorized"}
ERRORS = {
    "rate_limited": (429, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached for requests."),
    "quota": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    "unavailable": (500, "server_error", None, "The server had an error while processing your request."),
    "unauthorized": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
}
FREE = {"words", "greeting", "reasons", "body", "explanations", "checks", "text", "reply"}
Answer = Callable[[str, dict[str, Any], dict[str, Any]], Any]


def good(name: str, schema: dict[str, Any], data: dict[str, Any]) -> Any:
    """An answer of the schema that fits what was asked."""
    language = data.get("language", "en")
    hello = f"{data.get('customer_name') or ''}様、ご案内です。" if language == "ja" else "Here is what comes next."
    if name == "personalize_onboarding":
        steps = [step for step in data["available"] if step in data["required"]]
        planned = [{"step": step, "title": "Step", "words": hello, "minutes": 5} for step in steps]
        return {
            "steps": planned, "greeting": hello, "completion_probability": 0.8, "interventions": [],
            "reasons": ["The shortest way."], "confidence": 0.9,
        }  # fmt: skip
    if name == "optimize_communication":
        channel = data["channels"][0]
        body = f"{hello} {data['link']}" if data.get("link") else hello
        return {
            "channel": channel, "subject": "News" if channel == "email" else None, "body": body,
            "send_after_minutes": 0, "send_hour": 10, "reasons": ["A good hour."], "confidence": 0.9,
        }  # fmt: skip
    if name == "detect_fraud":
        agrees = None if data.get("model_probability") is None else True
        worrying = data["applications_same_phone_24h"] > 1 or data["disposable_email"] or data["model_probability"]
        return {
            "opinion": "look_closer" if worrying else "no_concern", "explanations": ["Signals were compared."],
            "checks": ["Call back."] if worrying else [],
            "agrees_with_model": agrees, "confidence": 0.8,
        }  # fmt: skip
    if name == "chatbot":
        cited = [passage["id"] for passage in data["passages"][:1]]
        text = data["passages"][0]["text"] if cited else hello
        return {"intent": "question", "reply": text, "citations": cited, "escalate": False, "confidence": 0.9}
    return _filled(schema, schema, hello)


def obeying(name: str, schema: dict[str, Any], data: dict[str, Any], instructions: str) -> Any:
    """A fit answer whose every free text is what the data says, after the end of `instructions`."""
    free = (instructions[-240:] + json.dumps(data.get("message") or data, ensure_ascii=False)).strip('"')

    def told(node: Any, key: str) -> Any:
        if isinstance(node, dict):
            return {name: told(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [told(item, key) for item in node]
        return free[:390] if isinstance(node, str) and key in FREE else node

    return told(good(name, schema, data), "")


def _filled(node: dict[str, Any], root: dict[str, Any], text: str) -> Any:
    """The schema with a text wherever one fits."""
    if "$ref" in node:
        return _filled(root["$defs"][node["$ref"].rpartition("/")[2]], root, text)
    if "anyOf" in node:
        return _filled(node["anyOf"][-1], root, text)
    if "enum" in node:
        return node["enum"][0]
    kind = node.get("type")
    if kind == "object":
        return {key: _filled(value, root, text) for key, value in node["properties"].items()}
    if kind == "array":
        return [_filled(node["items"], root, text)]
    if kind == "string":
        return text
    return {"boolean": False, "integer": 10, "number": 0.5}.get(str(kind))


@dataclass
class OpenAiServer:
    """The server in a thread of its own, or its routes only. `key` is the one it takes, any when there is none;
    `answer` replaces what mode `good` says.
    """

    port: int = 0
    mode: str = "good"
    delay_s: float = 12.0
    until: float | None = None
    answer: Answer | None = None
    key: str | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _ready: threading.Event = field(default_factory=threading.Event)
    _stop: asyncio.Event | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="openai-sandbox", daemon=True)
        self._thread.start()
        if not self._ready.wait(15):
            raise RuntimeError("the OpenAI sandbox did not open its port")
        return self

    def __exit__(self, *_: object) -> None:
        if self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, HOST, self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    def application(self) -> web.Application:
        """The routes, to be served by themselves or below another application."""
        application = web.Application(client_max_size=4 * 1024 * 1024)
        application.router.add_post("/v1/responses", self._respond)
        application.router.add_post("/_faults", self._switch)
        application.router.add_get("/_requests", self._received)
        return application

    async def _switch(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text())
            mode, seconds, delay = body["mode"], body.get("seconds"), float(body.get("delay_s", self.delay_s))
            until = None if seconds is None else time.monotonic() + float(seconds)
        except (ValueError, KeyError, TypeError):
            return web.json_response({"detail": "send mode, and seconds and delay_s as numbers"}, status=422)
        mode = ALIASES.get(mode, mode)
        if mode not in MODES:
            return web.json_response({"detail": f"mode must be one of {', '.join(MODES)}"}, status=422)
        self.mode, self.until, self.delay_s = mode, until, delay
        return web.json_response({"mode": mode})

    async def _received(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(self.requests)

    def _now(self) -> str:
        if self.until is not None and time.monotonic() >= self.until:
            self.mode, self.until = "good", None
        return self.mode

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        mode = self._now()
        headers = {"x-request-id": f"req_{secrets.token_hex(16)}"}
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if given != self.key if self.key else not given.startswith("sk-"):
            mode = "unauthorized"
        body = json.loads(await request.text())
        self.requests.append(body)
        if mode in ERRORS:
            status, kind, code, message = ERRORS[mode]
            error = {"message": message, "type": kind, "param": None, "code": code}
            return web.json_response({"error": error}, status=status, headers=headers)
        if mode == "drop":
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        if mode == "slow":
            await asyncio.sleep(self.delay_s)
        return web.json_response(self._response(mode, body), headers=headers)

    def _response(self, mode: str, body: dict[str, Any]) -> dict[str, Any]:
        layout = body["text"]["format"]
        data = json.loads(body["input"][0]["content"])
        text = self._text(mode, layout["name"], layout["schema"], data, body["instructions"])
        part: dict[str, Any] = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
        if mode == "refusal":
            part = {"type": "refusal", "refusal": "I'm very sorry, but I can't assist with that."}
        incomplete = {"reason": "max_output_tokens"} if mode == "incomplete" else None
        status = "incomplete" if incomplete else "completed"
        size = len(body["instructions"].encode()) + len(body["input"][0]["content"].encode())
        read, written = size // 4, max(1, len(text.encode()) // 4)
        message = {
            "id": f"msg_{secrets.token_hex(24)}", "type": "message", "status": status, "content": [part],
            "role": "assistant",
        }  # fmt: skip
        return {
            "id": f"resp_{secrets.token_hex(24)}", "object": "response", "created_at": int(time.time()),
            "status": status, "background": False, "error": None, "incomplete_details": incomplete,
            "instructions": body["instructions"], "max_output_tokens": body["max_output_tokens"],
            "model": f"{body['model']}-2025-04-14", "output": [message], "parallel_tool_calls": True,
            "previous_response_id": None, "reasoning": {"effort": None, "summary": None}, "store": False,
            "temperature": 1.0, "text": body["text"], "tool_choice": "auto", "tools": [], "top_p": 1.0,
            "truncation": "disabled",
            "usage": {
                "input_tokens": read, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": written, "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": read + written,
            },
            "user": None, "metadata": body.get("metadata") or {},
        }  # fmt: skip

    def _text(self, mode: str, name: str, schema: dict[str, Any], data: dict[str, Any], instructions: str) -> str:
        if mode in {"invalid_json", "incomplete"}:
            return '{"'
        if mode in {"echo", "obey"}:
            told = obeying(name, schema, data, instructions if mode == "echo" else "")
            return json.dumps(told, ensure_ascii=False)
        answer = (self.answer or good)(name, schema, data)
        if mode == "business_invalid":
            answer = {**answer, "confidence": 7}
        return json.dumps(answer, ensure_ascii=False)


def attach(url: str, key: str = "sk-sandbox") -> None:
    """Give the stack that runs here a key for the server at `url`."""
    from sandbox.stack import ROOT, Described  # noqa: PLC0415 - only this needs a stack

    stack = Described.load(ROOT / ".run" / "stack.json")
    put_key(stack.client("secretsmanager"), stack.outputs["VendorSecretsArn"], {"api_key": key, "url": url})


def put_key(client: Any, arn: str, part: dict[str, str] | None) -> None:
    """Change the part `openai` of the vendors' secret and leave the others."""
    try:
        secret = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    except (ValueError, client.exceptions.ResourceNotFoundException):
        secret = {}
    secret = {name: value for name, value in secret.items() if name != "openai"}
    client.put_secret_value(SecretId=arn, SecretString=json.dumps({**secret, **({"openai": part} if part else {})}))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.vendors.openai", description=__doc__)
    parser.add_argument("--port", type=int, default=9099)
    parser.add_argument("--mode", choices=MODES, default="good")
    parser.add_argument("--attach", action="store_true", help="make the stack that runs here use it")
    arguments = parser.parse_args()
    with OpenAiServer(port=arguments.port, mode=arguments.mode) as server:
        print(f"OpenAI's Responses API at {server.url}/v1", flush=True)
        if arguments.attach:
            attach(server.url)
            print(f"{Path('.run/stack.json')}: its functions ask here within a minute", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
