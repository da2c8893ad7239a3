"""As much of BigQuery's SQL as is spoken to the sandbox, on SQLite: named parameters, partitions, cost.

A query reads and does nothing else: SQLite is told to authorise reading only, whatever the text says.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sandbox.vendors.warehouse import PARTITIONS, TABLES, warehouse

# What BigQuery bills at least for each table that a query reads.
LEAST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 10_000
TABLE = re.compile(r"`([^`]*)`")
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


class QueryError(Exception):
    """A refusal by BigQuery's reason."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(frozen=True)
class Answered:
    """Columns (name, type), rows of values, and what was read."""

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]
    bytes_processed: int


class Engine:
    """One data set of one project."""

    def __init__(self, project: str, dataset: str) -> None:
        self._place = f"{project}.{dataset}."
        self._database = warehouse()
        self._lock = threading.Lock()
        self._database.create_function("FORMAT_DATE", 2, _format_date, deterministic=True)
        # SQLite declares its reader of JSON at the first use, which must not need to be authorised.
        self._database.execute("SELECT value FROM json_each('[]')")
        self._database.set_authorizer(_authorize)

    def run(self, body: dict[str, Any]) -> Answered:
        """Answer a body of jobs.query."""
        if body.get("useLegacySql") is not False:
            raise QueryError(400, "invalid", "the sandbox speaks GoogleSQL: set useLegacySql to false")
        text = str(body.get("query", ""))
        sql, used = self._tables(text)
        values = _values(body, text)
        cost = LEAST_BYTES * len(used)
        if cost > int(str(body.get("maximumBytesBilled") or cost)):
            limit = body["maximumBytesBilled"]
            message = f"Query exceeded limit for bytes billed: {limit}. {cost} or higher required."
            raise QueryError(400, "bytesBilledLimitExceeded", message)
        # SQLite has no arrays: one is bound as JSON and read as a table.
        sql = re.sub(r"UNNEST\(@(\w+)\)", r"(SELECT value FROM json_each(@\1))", sql)
        with self._lock:
            try:
                cursor = self._database.execute(sql, values)
                rows = cursor.fetchmany(MOST_ROWS)
                names = [column[0] for column in cursor.description]
            except (sqlite3.Error, sqlite3.Warning, TypeError) as error:
                raise QueryError(400, "invalidQuery", f"{error} at [1:1]") from None
        types = {name: kind for table in used for name, kind in TABLES[table].items()}
        columns = [(name, types.get(name) or _type_of(rows, index)) for index, name in enumerate(names)]
        return Answered(columns, rows, cost)

    def _tables(self, text: str) -> tuple[str, set[str]]:
        used: list[str] = []

        def plain(found: re.Match[str]) -> str:
            table = found[1].removeprefix(self._place)
            if not found[1].startswith(self._place) or table not in TABLES:
                raise QueryError(404, "notFound", f"Not found: Table {found[1]} was not found in location EU")
            used.append(table)
            return f'"{table}"'

        sql = TABLE.sub(plain, text)
        for table in set(used):
            column = PARTITIONS[table]
            if len(re.findall(rf"\b{column} (?:>=|=|>) @", text)) < used.count(table):
                message = (
                    f"Cannot query over table '{self._place}{table}' without a filter over column(s) '{column}' "
                    "that can be used for partition elimination"
                )
                raise QueryError(400, "invalidQuery", message)
        return sql, set(used)


def _authorize(action: int, *_: Any) -> int:
    return sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY


def _format_date(shape: str, day: str) -> str:
    return date.fromisoformat(day).strftime(shape)


def _values(body: dict[str, Any], text: str) -> dict[str, Any]:
    """The parameters, each read by its type as BigQuery would."""
    given = body.get("queryParameters") or []
    if given and body.get("parameterMode") != "NAMED":
        raise QueryError(400, "invalid", "parameterMode must be NAMED")
    found = {}
    for parameter in given:
        kind, value = parameter["parameterType"], parameter["parameterValue"]
        if kind["type"] == "ARRAY":
            found[parameter["name"]] = json.dumps([item["value"] for item in value.get("arrayValues", [])])
        else:
            found[parameter["name"]] = _value(kind["type"], value["value"], parameter["name"])
    for name in re.findall(r"@(\w+)", text):
        if name not in found:
            raise QueryError(400, "invalidQuery", f"Query parameter '{name}' not found at [1:1]")
    return found


def _value(kind: str, value: Any, name: str) -> Any:
    try:
        match kind:
            case "INT64":
                return int(value)
            case "FLOAT64" | "NUMERIC":
                return float(value)
            case "BOOL":
                return {"true": 1, "false": 0}[str(value).lower()]
            case "DATE":
                return date.fromisoformat(value).isoformat()
            case "TIMESTAMP":
                return int(datetime.fromisoformat(value).timestamp() * 1_000_000)
            case "STRING":
                return str(value)
    except (KeyError, ValueError, TypeError):
        pass
    raise QueryError(400, "invalid", f"Invalid value for: {name} is not a valid value")


def _type_of(rows: list[tuple[Any, ...]], index: int) -> str:
    value = next((row[index] for row in rows if row[index] is not None), None)
    return "INTEGER" if isinstance(value, int) else "FLOAT" if isinstance(value, float) else "STRING"
