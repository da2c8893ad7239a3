"""Foxit: documents from Word templates (synchronous), and watermarks by its PDF services (tasks that are polled)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

import httpx

from rapport.runtime.observability import logger
from rapport.vendors.errors import VendorError, VendorRefused, VendorUnavailable
from rapport.vendors.http import Refusal, Request, VendorHttp, object_of
from rapport.vendors.names import FOXIT
from rapport.vendors.secrets import FoxitCredentials, FoxitPair, SecretStore
from rapport.vendors.settings import FoxitApi

GENERATE_TIMEOUT_S = 12.0
TASK_DEADLINE_S = 18.0
FIRST_POLL_S, LONGEST_POLL_S = 0.3, 2.0
PDF = b"%PDF-"
DOCUMENTS = "/pdf-services/api/documents"
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def without_tokens(value: Any) -> Any:
    """The value with every brace of a template token set apart: what a customer typed must not become a token."""
    if isinstance(value, str):
        while "{{" in value or "}}" in value:
            value = value.replace("{{", "{ {").replace("}}", "} }")
        return value
    if isinstance(value, Mapping):
        return {name: without_tokens(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_tokens(inner) for inner in value]
    return value


def refusal(answer: httpx.Response) -> Refusal:
    """Foxit's error bodies differ from one service to the next; only the code is taken over."""
    body = object_of(answer)
    inner = body.get("error")
    found = {**body, **(inner if isinstance(inner, dict) else {})}
    code = next((str(found[name])[:64] for name in ("code", "errorCode", "error_code") if found.get(name)), None)
    return Refusal(f"it does not accept the document ({answer.status_code})", code)


def foxit_http(client: httpx.Client, secrets: SecretStore, **options: Any) -> VendorHttp:
    """The transport that `Foxit` takes."""
    return VendorHttp(client, FOXIT, refusal=refusal, forget=secrets.forget, **options)


class Foxit:
    """Constructed once in a function's composition root."""

    def __init__(self, settings: FoxitApi, secrets: SecretStore, http: VendorHttp) -> None:
        self._url = settings.foxit_url.rstrip("/")
        self._secrets = secrets
        self._http = http

    def generate(self, template_docx: bytes, values: Mapping[str, Any]) -> bytes:
        """A PDF of the template with its tokens filled. It leaves nothing at Foxit, so it may be tried again."""
        operation = "generate"
        body = {
            "outputFormat": "pdf",
            "documentValues": without_tokens(values),
            "base64FileString": base64.b64encode(template_docx).decode(),
        }
        answer = self._generation(operation, "GenerateDocumentBase64", body)
        encoded = answer.get("base64FileString")
        if not isinstance(encoded, str) or not encoded:
            # Foxit says so with a status of 200: the template or the values did not suit it.
            raise VendorRefused(
                "Foxit made no document of this template", vendor=FOXIT, operation=operation, code="no-document"
            )
        return self._pdf(operation, encoded)

    def analyze_tags(self, template: bytes) -> tuple[str, ...]:
        """Names of the template's tokens, single ones and tables, sorted."""
        body = {"base64FileString": base64.b64encode(template).decode()}
        answer = self._generation("analyze_tags", "AnalyzeDocumentBase64", body)
        lists = [answer.get("singleTagsString"), answer.get("doubleTagsString")]
        names = {name.strip() for found in lists if isinstance(found, str) for name in found.split(",")}
        return tuple(sorted(names - {""}))

    def watermark(self, pdf: bytes, text: str) -> bytes:
        """The PDF with a text across each page. Whatever happens, Foxit's copies are deleted again."""
        with ExitStack() as copies:
            source = self._upload(pdf)
            copies.callback(self._delete, source)
            # Its own client sends several spellings of a field: deployments differ in which they read.
            config = {
                "type": "TEXT", "content": text, "text": text, "opacity": 30, "rotation": 45, "fontSize": 48,
                "color": "#888888", "position": "CENTER", "pageRanges": "all",
            }  # fmt: skip
            answer = self._services(
                "watermark", "POST", f"{DOCUMENTS}/enhance/pdf-watermark", json={"documentId": source, "config": config}
            )
            result = self._result_of(_id(answer, "taskId", "watermark"))
            copies.callback(self._delete, result)
            made = self._services("download", "GET", f"{DOCUMENTS}/{result}/download", repeatable=True, timeout_s=10)
            if not made.content.startswith(PDF):
                raise _unreadable("download")
            return made.content

    def _upload(self, pdf: bytes) -> str:
        # Not repeated when in doubt: a first copy that we have no id of could never be deleted.
        file = {"file": ("document.pdf", pdf, "application/pdf")}
        answer = self._services("upload", "POST", f"{DOCUMENTS}/upload", files=file, timeout_s=10)
        return _id(answer, "documentId", "upload")

    def _result_of(self, task: str) -> str:
        """The document a task made. It is asked until a deadline, ever more slowly."""
        until, wait = self._http.clock() + TASK_DEADLINE_S, FIRST_POLL_S
        while True:
            answer = self._services("task", "GET", f"/pdf-services/api/tasks/{task}", repeatable=True)
            status = str(object_of(answer).get("status", "")).upper()
            if status == "COMPLETED":
                return _id(answer, "resultDocumentId", "task")
            if status == "FAILED":
                code = refusal(answer).code
                raise VendorRefused("Foxit could not do the task", vendor=FOXIT, operation="task", code=code)
            if self._http.clock() + wait > until:
                detail = f"Foxit did not finish within {TASK_DEADLINE_S:.0f} s"
                raise VendorUnavailable(detail, vendor=FOXIT, operation="task", ambiguous=True)
            self._http.sleep(wait)
            wait = min(wait * 1.5, LONGEST_POLL_S)

    def _delete(self, document: str) -> None:
        """Delete a copy. A failure must not hide what happened before, so it is only told."""
        request = Request(
            operation="delete",
            method="DELETE",
            url=f"{self._url}{DOCUMENTS}/{document}",
            repeatable=True,
            headers=lambda: _headers(self._credentials().pdf_services),
        )
        try:
            self._http.send(request, accept=frozenset({HTTPStatus.NOT_FOUND}))
        except VendorError as error:
            logger.error("a copy at a vendor was not deleted", extra={"vendor": FOXIT, "document": document})
            logger.error("why", extra={"vendor": FOXIT, "kind": error.kind})

    def _generation(self, operation: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        request = Request(
            operation=operation,
            method="POST",
            url=f"{self._url}/document-generation/api/{path}",
            repeatable=True,
            headers=lambda: _headers(self._credentials().document_generation),
            json=dict(body),
            timeout_s=GENERATE_TIMEOUT_S,
        )
        return object_of(self._http.send(request))

    def _services(
        self, operation: str, method: str, path: str, *, repeatable: bool = False, **parts: Any
    ) -> httpx.Response:
        request = Request(
            operation=operation,
            method=method,
            url=f"{self._url}{path}",
            repeatable=repeatable,
            headers=lambda: _headers(self._credentials().pdf_services),
            **parts,
        )
        return self._http.send(request)

    def _credentials(self) -> FoxitCredentials:
        return self._secrets.credentials(FOXIT, FoxitCredentials)

    @staticmethod
    def _pdf(operation: str, encoded: str) -> bytes:
        try:
            made = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            made = b""
        if not made.startswith(PDF):
            raise _unreadable(operation)
        return made


def _headers(pair: FoxitPair) -> dict[str, str]:
    return {"client_id": pair.client_id, "client_secret": pair.client_secret, "accept": "*/*"}


def _unreadable(operation: str) -> VendorUnavailable:
    return VendorUnavailable("Foxit's answer is no PDF", vendor=FOXIT, operation=operation)


def _id(answer: httpx.Response, name: str, operation: str) -> str:
    value = object_of(answer).get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        detail = f"Foxit's answer has no {name}"
        raise VendorUnavailable(detail, vendor=FOXIT, operation=operation, ambiguous=True)
    return value
