"""BigQuery over REST: parameterised queries over six tables, with a limit on cost and on time.

No text from outside becomes SQL: a `Statement` is written in the code, names its tables by `Table` and its values by
`@name`; the values travel beside it. Project and data set come from the tenant's secret and must look like such.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import httpx

from rapport.runtime.observability import logger
from rapport.vendors.errors import VendorError, VendorRefused, VendorUnavailable
from rapport.vendors.google_identity import GoogleIdentity
from rapport.vendors.http import Refusal, Request, VendorHttp, object_of
from rapport.vendors.names import BIGQUERY
from rapport.vendors.secrets import BigQueryCredentials, SecretStore
from rapport.vendors.settings import BigQueryApi

MAX_BYTES = 1_000_000_000
MAX_ROWS = 2000
PAGE = 500
# Google's own list (google-cloud-bigquery, retry.py).
RETRYABLE = frozenset({"rateLimitExceeded", "backendError", "internalError", "badGateway", "jobRateLimitExceeded"})
# The server is asked to wait this long for the result, so that a short query is one call.
LONGEST_WAIT_S = 4.0
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_JOB = re.compile(r"[A-Za-z0-9_:.-]{1,1024}")
_PARAMETER = re.compile(r"@([a-z_][a-z0-9_]*)")
_PLACE = re.compile(r"\{([a-z_]+)\}")

Value = str | int | float | bool | date | datetime | Sequence[str]
Row = dict[str, Any]


class Table(StrEnum):
    """The tables that exist for us; there is no other way to name one."""

    COMPLAINTS = "complaints"
    CUSTOMER_KPIS = "customer_kpis"
    REVENUE_DATA = "revenue_data"
    TRANSACTION_DATA = "transaction_data"
    INHIBIT_DATA = "inhibit_data"
    CUSTOMER_JOURNEYS = "customer_journeys"


# The column that each table is partitioned by, by day.
PARTITIONS: Mapping[Table, str] = {
    Table.COMPLAINTS: "opened_on",
    Table.CUSTOMER_KPIS: "month",
    Table.REVENUE_DATA: "month",
    Table.TRANSACTION_DATA: "booked_on",
    Table.INHIBIT_DATA: "set_on",
    Table.CUSTOMER_JOURNEYS: "happened_on",
}


class Kind(StrEnum):
    """Types of parameters."""

    STRING = "STRING"
    INT64 = "INT64"
    FLOAT64 = "FLOAT64"
    BOOL = "BOOL"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"
    STRINGS = "ARRAY<STRING>"


@dataclass(frozen=True)
class Statement:
    """A query of ours. `{table}` stands for a table's whole name, `@name` for a value of the kind in `parameters`.

    Every table must be read by its partitions: `partition >= @…` has to stand in the text once for each use of it.
    """

    name: str
    text: str
    parameters: Mapping[str, Kind]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"no name of a statement: {self.name!r}")
        if set(_PARAMETER.findall(self.text)) != set(self.parameters):
            raise ValueError(f"{self.name}: the parameters of the text are not those declared")
        for table in {Table(found) for found in _PLACE.findall(self.text)}:
            filters = len(re.findall(rf"\b{PARTITIONS[table]} >= @", self.text))
            if filters < self.text.count(f"{{{table.value}}}"):
                raise ValueError(f"{self.name}: {table.value} is read without a filter on its partitions")

    def sql(self, known: BigQueryCredentials) -> str:
        """The text with whole names of tables in backticks."""

        def named(found: re.Match[str]) -> str:
            return f"`{known.project}.{known.dataset}.{Table(found[1]).value}`"

        return _PLACE.sub(named, self.text)


@dataclass(frozen=True)
class Result:
    """Rows by column name: texts, whole numbers, floats, booleans, ISO dates, epoch milliseconds for timestamps.

    `complete` is False when there were more rows than are read.
    """

    rows: list[Row]
    complete: bool = True
    bytes_processed: int = 0


def reason_of(answer: httpx.Response) -> str | None:
    """Why Google refused, in its own word (invalidQuery, accessDenied, ...)."""
    inner = object_of(answer).get("error")
    errors = inner.get("errors") if isinstance(inner, dict) else None
    return _reason(errors)


def _reason(errors: Any) -> str | None:
    first = errors[0] if isinstance(errors, list) and errors else None
    reason = first.get("reason") if isinstance(first, dict) else None
    return reason[:64] if isinstance(reason, str) and re.fullmatch(r"[A-Za-z]+", reason) else None


def is_unavailable(answer: httpx.Response) -> bool:
    """Whether another attempt may help: by the reason where there is one, whatever the status says."""
    if answer.is_success:
        return False
    reason = reason_of(answer)
    if reason is not None:
        return reason in RETRYABLE
    return answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR


def refusal(answer: httpx.Response) -> Refusal:
    """Google's reason. Its message quotes the query, so it is not told."""
    body = object_of(answer)
    reason = reason_of(answer)
    if reason is None and isinstance(body.get("error"), str):
        reason = re.sub(r"[^A-Za-z_]", "", body["error"])[:64] or None  # OAuth's own shape, of the token service
    return Refusal(f"it does not accept the request ({reason or answer.status_code})", reason)


def bigquery_http(client: httpx.Client, forget: Callable[[], None], **options: Any) -> VendorHttp:
    """The transport that `BigQuery` takes; `forget` drops the access token."""
    return VendorHttp(client, BIGQUERY, refusal=refusal, unavailable=is_unavailable, forget=forget, **options)


def google_http(client: httpx.Client, secrets: SecretStore, **options: Any) -> VendorHttp:
    """The transport that `GoogleIdentity` takes. Its own circuit: a broken token service is not a broken BigQuery."""
    return VendorHttp(client, BIGQUERY, refusal=refusal, forget=secrets.forget, **options)


@dataclass
class BigQuery:
    """Constructed once in a function's composition root; used by several threads at once. `clock` and `sleep` are in
    seconds.
    """

    settings: BigQueryApi
    secrets: SecretStore
    http: VendorHttp
    identity: GoogleIdentity
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    new_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))

    def query(self, statement: Statement, values: Mapping[str, Value], *, deadline_s: float) -> Result:
        """Run a statement. `VendorUnavailable` when it has no result within `deadline_s`; the job is then cancelled."""
        known = self.secrets.credentials(BIGQUERY, BigQueryCredentials)
        ends = self.clock() + deadline_s
        body = {
            "query": statement.sql(known),
            "useLegacySql": False,
            "parameterMode": "NAMED",
            "queryParameters": [_parameter(name, kind, values[name]) for name, kind in statement.parameters.items()],
            "timeoutMs": self._wait_ms(ends),
            "maxResults": PAGE,
            "maximumBytesBilled": str(MAX_BYTES),
            "labels": {"application": "rapport", "statement": statement.name},
            # The same id makes a repetition of this request the same job.
            "requestId": self.new_id(),
            "formatOptions": {"useInt64Timestamp": True},
            "location": known.location,
        }
        url = f"{self.settings.bigquery_url.rstrip('/')}/bigquery/v2/projects/{known.project}/queries"
        answer = self._send(statement.name, "POST", url, ends, json=body)
        return self._finished(statement.name, url, known, answer, ends)

    def _finished(self, name: str, url: str, known: BigQueryCredentials, answer: dict[str, Any], ends: float) -> Result:
        """Follow a job to its last page or the deadline."""
        rows: list[Row] = []
        pause = 0.1
        while True:
            reason = _reason(answer.get("errors"))
            if reason is not None and not answer.get("rows"):
                raise VendorRefused(
                    f"BigQuery refused: the query failed ({reason})", vendor=BIGQUERY, operation=name, code=reason
                )
            job, place = self._job(answer, name, known)
            if not answer.get("jobComplete"):
                if self.clock() + pause >= ends:
                    self._cancel(name, known, job, place)
                    raise VendorUnavailable(
                        "BigQuery is unavailable: no result in time", vendor=BIGQUERY, operation=name
                    )
                self.sleep(pause)
                pause = min(1.0, pause * 2)
                answer = self._send(name, "GET", f"{url}/{job}", ends, query=self._asked(place, ends))
                continue
            rows += _rows(answer, name)
            token = answer.get("pageToken")
            if not token or len(rows) >= MAX_ROWS:
                billed = str(answer.get("totalBytesProcessed") or "0")
                return Result(rows[:MAX_ROWS], not token, int(billed) if billed.isdecimal() else 0)
            query = {**self._asked(place, ends), "pageToken": str(token)}
            answer = self._send(name, "GET", f"{url}/{job}", ends, query=query)

    def _asked(self, place: str, ends: float) -> dict[str, str]:
        return {
            "location": place,
            "timeoutMs": str(self._wait_ms(ends)),
            "maxResults": str(PAGE),
            "formatOptions.useInt64Timestamp": "true",
        }

    def _job(self, answer: dict[str, Any], name: str, known: BigQueryCredentials) -> tuple[str, str]:
        """Id and location of the job; a short query may have run without one."""
        reference = answer.get("jobReference")
        found = reference if isinstance(reference, dict) else {}
        job, place = str(found.get("jobId", "")), str(found.get("location") or known.location)
        needed = not answer.get("jobComplete") or answer.get("pageToken")
        if needed and not (_JOB.fullmatch(job) and re.fullmatch(r"[A-Za-z0-9-]{2,40}", place)):
            raise _unreadable(name)
        return job, place

    def _cancel(self, name: str, known: BigQueryCredentials, job: str, place: str) -> None:
        """Nobody waits for it any more: it shall not run on at our cost. Best effort."""
        url = f"{self.settings.bigquery_url.rstrip('/')}/bigquery/v2/projects/{known.project}/jobs/{job}/cancel"
        try:
            self._send("cancel", "POST", url, self.clock() + 1.0, query={"location": place})
        except VendorError as error:
            logger.info("a query was not cancelled", extra={"statement": name, "vendor_code": error.code})

    def _wait_ms(self, ends: float) -> int:
        return int(1000 * max(0.05, min(LONGEST_WAIT_S, ends - self.clock() - 0.2)))

    def _send(self, operation: str, method: str, url: str, ends: float, **content: Any) -> dict[str, Any]:
        left = max(0.2, ends - self.clock())
        request = Request(
            operation=operation,
            method=method,
            url=url,
            repeatable=True,
            headers=lambda: {"authorization": f"Bearer {self.identity.token()}"},
            timeout_s=left,
            deadline_s=left,
            **content,
        )
        return object_of(self.http.send(request))


def _parameter(name: str, kind: Kind, value: Value) -> dict[str, Any]:
    """A value beside the text, as text: BigQuery reads it by its type."""
    if kind is Kind.STRINGS:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise TypeError(f"@{name} takes several texts")
        return {
            "name": name,
            "parameterType": {"type": "ARRAY", "arrayType": {"type": "STRING"}},
            "parameterValue": {"arrayValues": [{"value": str(item)} for item in value]},
        }
    return {"name": name, "parameterType": {"type": kind.value}, "parameterValue": {"value": _text(value)}}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _rows(answer: dict[str, Any], operation: str) -> list[Row]:
    try:
        columns = [(column["name"], column["type"]) for column in answer.get("schema", {}).get("fields", [])]
        return [
            {name: _read(kind, cell["v"]) for (name, kind), cell in zip(columns, row["f"], strict=True)}
            for row in answer.get("rows", [])
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _unreadable(operation) from None


def _read(kind: str, value: Any) -> Any:
    """A cell: everything comes as text. Timestamps are whole microseconds, as was asked for."""
    if value is None:
        return None
    match kind:
        case "INTEGER" | "INT64":
            return int(value)
        case "FLOAT" | "FLOAT64" | "NUMERIC" | "BIGNUMERIC":
            return float(value)
        case "BOOLEAN" | "BOOL":
            return str(value).lower() == "true"
        case "TIMESTAMP":
            return int(value) // 1000
    return str(value)


def _unreadable(operation: str) -> VendorUnavailable:
    return VendorUnavailable("BigQuery's answer cannot be read", vendor=BIGQUERY, operation=operation)
