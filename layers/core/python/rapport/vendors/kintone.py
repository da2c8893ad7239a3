"""Kintone: the customer's record in the CRM, over REST. All its numbers are texts.

Some business errors come with status 520, so a 5xx is tried again only when its body names no code of Kintone's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from rapport.vendors.errors import VendorUnavailable
from rapport.vendors.http import Refusal, Request, VendorHttp, object_of
from rapport.vendors.names import KINTONE
from rapport.vendors.secrets import KintoneCredentials, SecretStore
from rapport.vendors.settings import KintoneApi

PAGE = 500
UPDATED = "Updated_datetime"
BUSY = {"GAIA_TO04"}
# CB_VA01 names fields as `record.phone.value`, `record[phone].value` or `records[0].record.phone.value`.
_FIELD = re.compile(r"(?:^|\.)record(?:\.([^.\[\]]+)|\[([^\]]+)\])")
_FIELD_CODE = re.compile(r"[^\s\"'\\()=<>!,]{1,128}")


class KintoneRecord(BaseModel):
    """Which record, and its revision after the call."""

    model_config = ConfigDict(frozen=True)

    id: str
    revision: int


class StoredRecord(KintoneRecord):
    """A record that was read: field code to value, as Kintone holds it (numbers as texts)."""

    fields: dict[str, Any]


def is_unavailable(answer: httpx.Response) -> bool:
    """5xx without a code of Kintone's own, or its word that too many requests run at once."""
    code = _code(answer)
    if code in BUSY:
        return True
    return answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and code is None


def refusal(answer: httpx.Response) -> Refusal:
    """Kintone's code, and the first field that it names. Its message may quote values, so it is not told."""
    errors = object_of(answer).get("errors")
    found = (_FIELD.search(path) for path in errors) if isinstance(errors, dict) else iter(())
    field = next((match[1] or match[2] for match in found if match), None)
    code = _code(answer)
    return Refusal(f"it does not accept the {f'field {field}' if field else 'request'} ({code})", code, field)


def kintone_http(client: httpx.Client, secrets: SecretStore, **options: Any) -> VendorHttp:
    """The transport that `Kintone` takes."""
    return VendorHttp(
        client, KINTONE, refusal=refusal, unavailable=is_unavailable, forget=secrets.forget, **options
    )  # fmt: skip


class Kintone:
    """Constructed once in a function's composition root. `app` is the app's number as text."""

    def __init__(self, settings: KintoneApi, secrets: SecretStore, http: VendorHttp) -> None:
        self._url = settings.kintone_url.rstrip("/")
        self._secrets = secrets
        self._http = http

    def upsert(self, app: str, key_field: str, key: str, record: Mapping[str, Any]) -> KintoneRecord:
        """Make the record whose unique `key_field` is `key`, or change the fields named. Doing it twice is once."""
        body = {
            "app": app,
            "upsert": True,
            "records": [
                {
                    "updateKey": {"field": key_field, "value": key},
                    "record": {code: {"value": _value(value)} for code, value in record.items()},
                }
            ],
        }
        answer = self._call("upsert", "PUT", json=body)
        try:
            (made,) = object_of(answer)["records"]
            return KintoneRecord(id=str(made["id"]), revision=int(made["revision"]))
        except (KeyError, ValueError, TypeError):
            raise _unreadable("upsert") from None

    def get(self, app: str, key_field: str, key: str) -> StoredRecord | None:
        """The record with this key, if there is one."""
        found = self._query("get", app, f"{_field(key_field)} = {_quoted(key)} limit 1")
        return found[0] if found else None

    def changed_since(self, app: str, timestamp: datetime, updated_field: str = UPDATED) -> Iterator[StoredRecord]:
        """Records changed at or after a time, in the order of their ids, page by page. `updated_field` is the code
        of the app's built-in field, which differs in a Japanese app (更新日時). Kintone keeps whole minutes.
        """
        since = timestamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")
        last = 0
        while True:
            query = f"{_field(updated_field)} >= {_quoted(since)} and $id > {last} order by $id asc limit {PAGE}"
            page = self._query("changed_since", app, query)
            yield from page
            if len(page) < PAGE:
                return
            last = int(page[-1].id)

    def _query(self, operation: str, app: str, query: str) -> list[StoredRecord]:
        # By POST with the method in a header: an address is cut at 8 kB, and would carry the key.
        answer = self._call(operation, "POST", json={"app": app, "query": query}, override="GET")
        try:
            return [_stored(record) for record in object_of(answer)["records"]]
        except (KeyError, ValueError, TypeError, AttributeError):
            raise _unreadable(operation) from None

    def _call(
        self, operation: str, method: str, *, json: Mapping[str, Any], override: str | None = None
    ) -> httpx.Response:
        def headers() -> dict[str, str]:
            token = self._secrets.credentials(KINTONE, KintoneCredentials).api_token
            # Without the language its messages are in Japanese; we branch on codes only.
            found = {"x-cybozu-api-token": token, "accept-language": "en"}
            return {**found, "x-http-method-override": override} if override else found

        request = Request(
            operation=operation,
            method=method,
            url=f"{self._url}/k/v1/records.json",
            repeatable=True,
            headers=headers,
            json=dict(json),
        )
        return self._http.send(request)


def _code(answer: httpx.Response) -> str | None:
    code = object_of(answer).get("code")
    return code[:32] if isinstance(code, str) and code else None


def _value(value: Any) -> Any:
    """As Kintone takes it: numbers as texts, lists of texts as they are."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _stored(record: Mapping[str, Any]) -> StoredRecord:
    fields = {code: field["value"] for code, field in record.items()}
    return StoredRecord(id=str(fields["$id"]), revision=int(fields["$revision"]), fields=fields)


def _quoted(value: str) -> str:
    """A text in a query: what it holds stays data."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _field(code: str) -> str:
    if not _FIELD_CODE.fullmatch(code):
        raise ValueError(f"no field code of Kintone: {code!r}")
    return code


def _unreadable(operation: str) -> VendorUnavailable:
    return VendorUnavailable("Kintone's answer cannot be read", vendor=KINTONE, operation=operation)
