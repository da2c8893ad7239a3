"""Foxit as a loopback server: document generation from Word templates, and PDF services with tasks and copies."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.vendors.credentials import VendorCredentials
from sandbox.vendors.docx_template import TemplateError, filled, tags
from sandbox.vendors.faults import Handler, first_part, json_of, vendor_application
from sandbox.vendors.inbox import Document, Inbox
from sandbox.vendors.pdf import rendered, watermarked

# A task is seen waiting, then at work, then done.
PENDING_S, WORKING_S = 0.3, 0.8
KEPT = 200


def error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)


def shape(status: int) -> web.Response:
    """Its gateway and its services spell their errors differently."""
    if status in (429, 503):
        return web.json_response({"error_code": f"HTTP_{status}", "detail": "try again later"}, status=status)
    return error(status, "INVALID_DOCUMENT", "The document cannot be processed")


@dataclass
class Task:
    result: str | None
    failure: dict[str, Any] | None
    started: float = field(default_factory=time.monotonic)


class FoxitSandbox:
    def __init__(self, credentials: VendorCredentials, inbox: Inbox) -> None:
        self._known = credentials.of("foxit")
        self._inbox = inbox
        self.documents: dict[str, bytes] = {}
        self._tasks: dict[str, Task] = {}

    def application(self) -> web.Application:
        """The server below /sandbox/foxit."""
        application, _ = vendor_application(shape, refuse=400)
        application.middlewares.append(self._admitted)
        add = application.router.add_route
        add("POST", "/document-generation/api/GenerateDocumentBase64", self._generate)
        add("POST", "/document-generation/api/AnalyzeDocumentBase64", self._analyze)
        services = "/pdf-services/api"
        add("POST", f"{services}/documents/upload", self._upload)
        add("POST", f"{services}/documents/enhance/pdf-watermark", self._watermark)
        add("GET", f"{services}/documents/{{document_id}}/download", self._download)
        add("DELETE", f"{services}/documents/{{document_id}}", self._delete)
        add("GET", f"{services}/tasks/{{task_id}}", self._task)
        add("GET", "/_copies", self._copies)
        return application

    @web.middleware
    async def _admitted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Each of the two services has a pair of its own."""
        service = first_part(request)
        if not service.startswith("_"):
            pair = self._known["document_generation" if service == "document-generation" else "pdf_services"]
            given = [request.headers.get(name, "") for name in ("client_id", "client_secret")]
            wanted = [pair["client_id"], pair["client_secret"]]
            if not all(secrets.compare_digest(a.encode(), b.encode()) for a, b in zip(given, wanted, strict=True)):
                return error(401, "UNAUTHORIZED", "Invalid client credentials")
        return await handler(request)

    async def _generate(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        template = _decoded(body)
        if template is None or not isinstance(body.get("documentValues"), dict):
            return error(400, "INVALID_REQUEST", "base64FileString and documentValues are required")
        if body.get("outputFormat") != "pdf":
            return error(400, "INVALID_REQUEST", "the sandbox makes pdf")
        try:
            culture = str(body.get("currencyCulture", "en-US"))
            title, made = await asyncio.to_thread(_made, template, body["documentValues"], culture)
        except TemplateError:
            return web.json_response({"base64FileString": None})
        self._inbox.documents.append(
            Document(document_id=uuid.uuid4().hex, title=title, size=len(made), content=made)
        )  # fmt: skip
        return web.json_response({"base64FileString": base64.b64encode(made).decode()})

    async def _analyze(self, request: web.Request) -> web.Response:
        template = _decoded(await json_of(request))
        if template is None:
            return error(400, "INVALID_REQUEST", "base64FileString is required")
        try:
            single, double = await asyncio.to_thread(tags, template)
        except TemplateError:
            return error(400, "INVALID_DOCUMENT", "the file is no Word document")
        return web.json_response({"singleTagsString": ",".join(single), "doubleTagsString": ",".join(double)})

    async def _upload(self, request: web.Request) -> web.Response:
        if request.content_type != "multipart/form-data":
            return error(415, "UNSUPPORTED_MEDIA_TYPE", "send multipart/form-data with a field named file")
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField):
            return error(400, "INVALID_REQUEST", "a field named file is required")
        return web.json_response({"documentId": self._keep(file.file.read())})

    async def _watermark(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        config = body.get("config") if isinstance(body, dict) else None
        source = self.documents.get(str(body.get("documentId"))) if isinstance(body, dict) else None
        if source is None:
            return error(404, "DOCUMENT_NOT_FOUND", "no document of this id")
        text = config.get("content") if isinstance(config, dict) else None
        if not isinstance(text, str) or not text or not isinstance(config, dict):
            return error(400, "INVALID_CONFIG", "config.content is required")
        task_id = uuid.uuid4().hex
        try:
            made = await asyncio.to_thread(
                watermarked,
                source,
                text,
                opacity=_number(config.get("opacity"), 30) / 100,
                rotation=_number(config.get("rotation"), 45),
                size=_number(config.get("fontSize"), 48),
            )
            self._tasks[task_id] = Task(self._keep(made), None)
        except Exception as wrong:  # noqa: BLE001 - pypdf raises whatever a broken file makes it raise
            failure = {"code": "PROCESSING_FAILED", "message": type(wrong).__name__, "details": None}
            self._tasks[task_id] = Task(None, failure)
        return web.json_response({"taskId": task_id})

    async def _task(self, request: web.Request) -> web.Response:
        task_id = request.match_info["task_id"]
        task = self._tasks.get(task_id)
        if task is None:
            return error(404, "TASK_NOT_FOUND", "no task of this id")
        age = time.monotonic() - task.started
        if age < WORKING_S:
            status, progress = ("PENDING", 0) if age < PENDING_S else ("PROCESSING", 50)
            return web.json_response({"taskId": task_id, "status": status, "progress": progress})
        done = {
            "taskId": task_id,
            "status": "FAILED" if task.failure else "COMPLETED",
            "progress": 100,
            "resultDocumentId": task.result,
            "resultData": None,
            "error": task.failure,
        }
        return web.json_response(done)

    async def _download(self, request: web.Request) -> web.Response:
        found = self.documents.get(request.match_info["document_id"])
        if found is None:
            return error(404, "DOCUMENT_NOT_FOUND", "no document of this id")
        return web.Response(body=found, content_type="application/pdf")

    async def _delete(self, request: web.Request) -> web.Response:
        if self.documents.pop(request.match_info["document_id"], None) is None:
            return error(404, "DOCUMENT_NOT_FOUND", "no document of this id")
        return web.Response(status=204)

    async def _copies(self, request: web.Request) -> web.Response:
        """The sandbox's own: how many documents are still kept here."""
        del request
        return web.json_response({"copies": len(self.documents)})

    def _keep(self, content: bytes) -> str:
        document_id = uuid.uuid4().hex
        self.documents[document_id] = content
        while len(self.documents) > KEPT:
            del self.documents[next(iter(self.documents))]
        return document_id


def _made(template: bytes, values: Mapping[str, Any], culture: str) -> tuple[str, bytes]:
    """Title and PDF of a filled template."""
    try:
        document = filled(template, values, culture)
        title = document.core_properties.title or next((p.text for p in document.paragraphs if p.text.strip()), "")
        return title[:120] or "Document", rendered(document)
    except TemplateError:
        raise
    except Exception as wrong:  # noqa: BLE001 - whatever a strange template makes the libraries raise
        raise TemplateError(type(wrong).__name__) from None


def _decoded(body: Any) -> bytes | None:
    encoded = body.get("base64FileString") if isinstance(body, dict) else None
    if not isinstance(encoded, str):
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        return None


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
