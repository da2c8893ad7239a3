"""The tenant's tables as Parquet files in the bucket: what a retraining learns from, as it was at a cut-off.

A part of each table is read by one call of `export` (a DynamoDB segment), so that many read a large table at once.
Only what happened before the cut-off is kept, and of predictions only those whose outcome was known by then.
Names, telephone numbers and addresses are not exported: no model may learn from them.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rapport.calls.keys import Prefix
from rapport.calls.model import Call
from rapport.customers.keys import RECORD, TRANSACTION
from rapport.customers.model import Customer, Transaction
from rapport.registry.store import DynamoRegistry
from rapport.runtime.clock import DAY_MS

from models.data import export as offline

SCHEMA_VERSION = 1
LABEL_DAYS = 180  # for which predictions are kept
CHUNK_ROWS = 200_000
PERSONAL = ("name", "phone", "email")

CUSTOMERS = pa.schema([found for found in offline.CUSTOMERS if found.name not in PERSONAL])
CALLS = pa.schema(
    [
        ("contact_id", pa.string()),
        ("customer_id", pa.string()),
        ("at", pa.int64()),
        ("ended_at", pa.int64()),
        ("channel", pa.string()),
        ("language", pa.string()),
        ("outcome", pa.string()),
        ("escalated", pa.bool_()),
    ]
)
LABELS = pa.schema(
    [
        ("subject", pa.string()),
        ("at", pa.int64()),
        ("known_at", pa.int64()),
        ("version", pa.string()),
        ("row", pa.string()),  # the fields that the model saw, as JSON
        ("label", pa.int64()),
    ]
)
SCHEMAS = {"customers": CUSTOMERS, "transactions": offline.TRANSACTIONS, "calls": CALLS, "labels": LABELS}


@dataclass
class Writer:
    """Rows by table, written in files of `CHUNK_ROWS` under `prefix`; `files` says what was written."""

    s3: Any
    bucket: str
    prefix: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: str, row: dict[str, Any]) -> None:
        self.rows[table].append(row)
        if len(self.rows[table]) >= CHUNK_ROWS:
            self.flush(table)

    def flush(self, table: str) -> None:
        rows = self.rows[table]
        if not rows:
            return
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, SCHEMAS[table]), sink, compression="zstd")
        number = sum(file["table"] == table for file in self.files)
        key = f"{self.prefix}/{table}/{number:05d}.parquet"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=sink.getvalue())
        digest = hashlib.sha256(sink.getvalue()).hexdigest()
        self.files.append({"table": table, "key": key, "rows": len(rows), "sha256": digest})
        rows.clear()

    def close(self) -> list[dict[str, Any]]:
        for table in SCHEMAS:
            self.flush(table)
        return self.files


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Names of the tables and a DynamoDB client."""

    dynamodb: Any
    customers: str
    calls: str
    models: str

    def segment(self, table: str, number: int, of: int) -> Iterator[dict[str, Any]]:
        """Every item of a segment of a table, page after page."""
        request: dict[str, Any] = {"TableName": table, "Segment": number, "TotalSegments": of}
        while True:
            answer = self.dynamodb.scan(**request)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def export(tables: Tables, writer: Writer, *, name: str, cut_off: int, number: int, of: int) -> list[dict[str, Any]]:
    """Write one segment of every table; the labels of `name` come with the first. Returns what was written."""
    for table, read in ((tables.customers, _customer), (tables.calls, _call)):
        for item in tables.segment(table, number, of):
            try:
                read(item, writer, cut_off)
            except (KeyError, ValueError) as error:
                # One item that nobody can read must not keep a model from learning from all others.
                logging.getLogger(__name__).warning("an item was not exported: %s", type(error).__name__)
    if number == 0:
        for row in labels(DynamoRegistry(tables.dynamodb, tables.models), name, cut_off):
            writer.add("labels", row)
    return writer.close()


def _customer(item: dict[str, Any], writer: Writer, cut_off: int) -> None:
    sort = item["sk"]["S"]
    if sort == RECORD:
        said = Customer.model_validate_json(item["json"]["S"]).model_dump()
        writer.add("customers", {found.name: said.get(found.name) for found in CUSTOMERS})
    elif sort.startswith(TRANSACTION):
        booked = Transaction.model_validate_json(item["json"]["S"])
        if booked.at < cut_off:
            said = booked.model_dump()
            writer.add("transactions", {found.name: said.get(found.name) for found in offline.TRANSACTIONS})


def _call(item: dict[str, Any], writer: Writer, cut_off: int) -> None:
    if item["sk"]["S"] != Prefix.HEADER:
        return
    call = Call.model_validate_json(item["json"]["S"])
    if call.started_at >= cut_off:
        return
    known = call.ended_at is not None and call.ended_at < cut_off
    writer.add(
        "calls",
        {
            "contact_id": call.contact_id,
            "customer_id": call.customer_id,
            "at": call.started_at,
            "ended_at": call.ended_at if known else None,
            "channel": call.channel.value,
            "language": call.language,
            "outcome": call.outcome if known else None,
            "escalated": call.escalated,
        },
    )


def labels(store: DynamoRegistry, name: str, cut_off: int) -> Iterator[dict[str, Any]]:
    """Predictions whose outcome was known by the cut-off, each with the row that the model saw then."""
    for said in store.predictions(name, cut_off - LABEL_DAYS * DAY_MS, cut_off - 1):
        if said.outcome is not None and said.labelled_at is not None and said.labelled_at <= cut_off:
            yield {
                "subject": said.subject,
                "at": said.at,
                "known_at": said.labelled_at,
                "version": said.version,
                "row": json.dumps(said.row, ensure_ascii=False),
                "label": int(said.outcome),
            }


def manifest(files: list[dict[str, Any]], *, name: str, cut_off: int) -> dict[str, Any]:
    """What the snapshot holds: schema version, cut-off, rows of each table, and each file with its hash."""
    return {
        "schema_version": SCHEMA_VERSION,
        "model": name,
        "cut_off": cut_off,
        "rows": {table: sum(file["rows"] for file in files if file["table"] == table) for table in SCHEMAS},
        "files": sorted(files, key=lambda file: str(file["key"])),
    }


def table_of(files: list[dict[str, Any]], table: str, read: Callable[[str], bytes]) -> pa.Table:
    """All files of a table as one; `ValueError` for a file that is not the one the manifest names."""
    parts = []
    for file in files:
        if file["table"] != table:
            continue
        data = read(str(file["key"]))
        if hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise ValueError(f"{file['key']} is not what was exported")
        parts.append(pq.read_table(io.BytesIO(data), schema=SCHEMAS[table]))
    return pa.concat_tables(parts) if parts else SCHEMAS[table].empty_table()
