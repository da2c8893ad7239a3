"""Kintone as a loopback server: records of an app with unique keys, revisions, a query subset, errors and limits.

App 1 ("Onboarding") is keyed by application, app 2 ("Calls") by contact. A field that is not known is taken as text,
so that an app can grow without the sandbox. Bulk writes send no notification, as with the real one; `_edit` changes a
record as a person at the CRM would, which does.
"""

from __future__ import annotations

import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.vendors.callbacks import Callbacks
from sandbox.vendors.credentials import VendorCredentials
from sandbox.vendors.faults import Handler, first_part, json_of, vendor_application
from sandbox.vendors.kintone_errors import KintoneError, shape
from sandbox.vendors.kintone_query import NUMBERS, matching

CONCURRENT = 100
MOST_WRITTEN = 100
# A lookup whose value the other app does not have: one of the errors that come with status 520.
LOOKUPS = {"branch_code": {"", "001", "002", "003"}}
READ_ONLY = {"$id", "$revision", "Created_datetime", "Updated_datetime", "Record_number"}


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:00Z")


@dataclass
class Record:
    id: int
    values: dict[str, str]
    revision: int = 1
    created: str = field(default_factory=_stamp)
    updated: str = field(default_factory=_stamp)

    def shown(self) -> dict[str, dict[str, str]]:
        """As the API shows it: every value a text, with its type."""
        fields = {
            code: {"type": "NUMBER" if code in NUMBERS else "SINGLE_LINE_TEXT", "value": value}
            for code, value in self.values.items()
        }
        return {
            **fields,
            "Created_datetime": {"type": "CREATED_TIME", "value": self.created},
            "Updated_datetime": {"type": "UPDATED_TIME", "value": self.updated},
            "Record_number": {"type": "RECORD_NUMBER", "value": str(self.id)},
            "$revision": {"type": "__REVISION__", "value": str(self.revision)},
            "$id": {"type": "__ID__", "value": str(self.id)},
        }


@dataclass
class KintoneApp:
    """An app with its records; the field `unique` forbids duplicates and must be there."""

    id: str
    name: str
    unique: str
    records: dict[int, Record] = field(default_factory=dict)
    next: int = 1

    def by_key(self, value: str) -> Record | None:
        return next((record for record in self.records.values() if record.values.get(self.unique) == value), None)

    def by_id(self, value: object) -> Record:
        if not str(value or "").isdecimal():
            raise KintoneError("CB_VA01", {"id": "Required field."})
        found = self.records.get(int(str(value)))
        if found is None:
            raise KintoneError("GAIA_RE01")
        return found

    def insert(self, values: dict[str, str]) -> Record:
        key = values.get(self.unique, "")
        if not key:
            raise KintoneError("CB_VA01", {f"record.{self.unique}.value": "Required."})
        if self.by_key(key) is not None:
            message = "This value already exists in another record."
            raise KintoneError("CB_VA01", {f"record.{self.unique}.value": message})
        made = Record(self.next, values)
        self.records[made.id] = made
        self.next += 1
        return made


class KintoneSandbox:
    def __init__(self, credentials: VendorCredentials, callbacks: Callbacks) -> None:
        self._known = credentials.of("kintone")
        self._callbacks = callbacks
        self._apps = {
            app.id: app
            for app in (KintoneApp("1", "Onboarding", "application_id"), KintoneApp("2", "Calls", "contact_id"))
        }
        self._running = 0

    def application(self) -> web.Application:
        """The server below /sandbox/kintone."""
        application, _ = vendor_application(shape, refuse=403)
        application.middlewares.append(self._admitted)
        application.cleanup_ctx.append(self._callbacks.opened)
        add = application.router.add_route
        for method, path, handle in (
            ("*", "/k/v1/records.json", self._several),
            ("*", "/k/v1/record.json", self._one),
            ("POST", "/_edit", self._edit),
        ):
            add(method, path, handle)
        return application

    @web.middleware
    async def _admitted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not first_part(request).startswith("_"):
            token = request.headers.get("x-cybozu-api-token", "")
            if not any(secrets.compare_digest(part.encode(), self._known["api_token"].encode())
                       for part in token.split(",")):  # fmt: skip
                return KintoneError("CB_AU01").response()
            if self._running >= CONCURRENT:
                return KintoneError("GAIA_TO04").response()
        self._running += 1
        try:
            return await handler(request)
        except KintoneError as error:
            return error.response()
        finally:
            self._running -= 1

    async def _several(self, request: web.Request) -> web.Response:
        method, app, body = await self._read(request)
        if method == "GET":
            shown = [record.shown() for record in app.records.values()]
            return web.json_response({"records": matching(shown, str(body.get("query", ""))), "totalCount": None})
        records = body.get("records")
        if not isinstance(records, list) or not 1 <= len(records) <= MOST_WRITTEN:
            raise KintoneError("CB_VA01", {"records": "Enter between 1 and 100 items."})
        if method == "POST":
            made = [app.insert(_values(record, f"records[{i}]")) for i, record in enumerate(records)]
            return web.json_response(
                {"ids": [str(r.id) for r in made], "revisions": [str(r.revision) for r in made]}
            )  # fmt: skip
        if method != "PUT":
            raise KintoneError("CB_VA01")
        answers = [self._put(app, item, upsert=body.get("upsert") is True, path=f"records[{i}].record")
                   for i, item in enumerate(records)]  # fmt: skip
        return web.json_response({"records": answers})

    async def _one(self, request: web.Request) -> web.Response:
        method, app, body = await self._read(request)
        if method == "GET":
            return web.json_response({"record": app.by_id(body.get("id")).shown()})
        if method == "POST":
            made = app.insert(_values(body.get("record", {}), "record"))
            self._callbacks.after(self._tell("ADD_RECORD", app, made))
            return web.json_response({"id": str(made.id), "revision": str(made.revision)})
        if method != "PUT":
            raise KintoneError("CB_VA01")
        answer = self._put(app, body, upsert=False, path="record")
        self._callbacks.after(self._tell("UPDATE_RECORD", app, app.by_id(answer["id"])))
        return web.json_response({"revision": answer["revision"]})

    async def _edit(self, request: web.Request) -> web.Response:
        """The sandbox's own: a person changes a record. {"app": "1", "key": its unique value, "fields": {code: text}};
        with "silent" the notification gets lost.
        """
        body = await json_of(request)
        if not isinstance(body, dict) or not isinstance(body.get("fields"), dict):
            raise KintoneError("CB_VA01", {"fields": "Required."})
        app = self._apps.get(str(body.get("app", "1")))
        found = app.by_key(str(body.get("key", ""))) if app else None
        if app is None or found is None:
            raise KintoneError("GAIA_RE01")
        self._change(found, {str(code): str(value) for code, value in body["fields"].items()})
        if body.get("silent") is not True:
            self._callbacks.after(self._tell("UPDATE_RECORD", app, found))
        return web.json_response({"id": str(found.id), "revision": str(found.revision)})

    async def _read(self, request: web.Request) -> tuple[str, KintoneApp, dict[str, Any]]:
        """Method, app and parameters, with the override that lets a long query travel in a body."""
        method = request.headers.get("x-http-method-override", request.method)
        found = dict(request.query) if request.method == "GET" else await json_of(request)
        if not isinstance(found, dict):
            raise KintoneError("CB_VA01")
        if not found.get("app"):
            raise KintoneError("CB_VA01", {"app": "Required field."})
        app = self._apps.get(str(found["app"]))
        if app is None:
            raise KintoneError("GAIA_AP01")
        return method, app, found

    def _put(self, app: KintoneApp, item: Any, *, upsert: bool, path: str) -> dict[str, str]:
        if not isinstance(item, dict):
            raise KintoneError("CB_VA01")
        values = _values(item.get("record", {}), path)
        key = item.get("updateKey")
        if isinstance(key, dict):
            code, value = str(key.get("field", "")), str(key.get("value", ""))
            if code != app.unique:
                raise KintoneError("CB_VA01", {"updateKey.field": "The field must not allow duplicate values."})
            found = app.by_key(value)
            if found is None:
                if not upsert:
                    raise KintoneError("GAIA_RE01")
                made = app.insert({**values, code: value})
                return {"id": str(made.id), "revision": str(made.revision), "operation": "INSERT"}
        else:
            found = app.by_id(item.get("id"))
        if str(item.get("revision", "-1")) not in {"-1", str(found.revision)}:
            raise KintoneError("GAIA_CO02")
        self._change(found, values)
        operation = {"operation": "UPDATE"} if upsert else {}
        return {"id": str(found.id), "revision": str(found.revision), **operation}

    def _change(self, record: Record, values: dict[str, str]) -> None:
        record.values |= values
        record.revision += 1
        record.updated = _stamp()

    async def _tell(self, kind: str, app: KintoneApp, record: Record) -> None:
        """One attempt and no signature: the address is all that is secret."""
        body = {
            "id": str(uuid.uuid4()),
            "type": kind,
            "app": {"id": app.id, "name": app.name},
            "record": record.shown(),
            "recordTitle": record.values.get("customer_name", ""),
            "url": f"https://example.cybozu.com/k/{app.id}/show#record={record.id}",
        }
        await self._callbacks.post_once(f"/api/webhooks/kintone/{self._known['webhook_secret']}", body)


def _values(record: Any, path: str) -> dict[str, str]:
    """Field code to text; what does not fit is named as Kintone names it."""
    if not isinstance(record, dict):
        raise KintoneError("CB_VA01", {path: "Invalid."})
    found = {}
    for code, given in record.items():
        value = given.get("value", "") if isinstance(given, dict) else ""
        if code in READ_ONLY:
            raise KintoneError("GAIA_UN10")
        if not isinstance(value, str):
            raise KintoneError("CB_VA01", {f"{path}.{code}.value": "Invalid JSON value."})
        if code in NUMBERS and value and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            raise KintoneError("CB_VA01", {f"{path}[{code}].value": "Only numbers are allowed."})
        if code in LOOKUPS and value not in LOOKUPS[code]:
            raise KintoneError("GAIA_LO04")
        found[code] = value
    return found
