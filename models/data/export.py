"""Writes the customers table as Parquet for training: `python -m models.data.export --customers TABLE --out DIR`.

Reads the whole table by a parallel scan, offline and by the operator's own credentials: no function may scan.
`customers.parquet` has a row per customer with the fields of the record; `transactions.parquet` has a row per
transaction, sorted by customer and time: transaction_id, customer_id, at (epoch ms), amount (float64, in the
account's currency), currency, category, channel, merchant, country.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from botocore.exceptions import BotoCoreError, ClientError
from rapport.customers.keys import RECORD, TRANSACTION
from rapport.customers.model import Customer, Transaction

WORKERS = 4
WORDS = pa.dictionary(pa.int32(), pa.string())
TRANSACTIONS = pa.schema(
    [
        ("transaction_id", pa.string()),
        ("customer_id", WORDS),
        ("at", pa.int64()),
        ("amount", pa.float64()),
        ("currency", WORDS),
        ("category", WORDS),
        ("channel", WORDS),
        ("merchant", WORDS),
        ("country", WORDS),
    ]
)
CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("name", pa.string()),
        ("phone", pa.string()),
        ("language", pa.string()),
        ("vip", pa.bool_()),
        ("email", pa.string()),
        ("segment", pa.string()),
        ("joined_at", pa.int64()),
        ("days_past_due", pa.int64()),
        ("missed_payments_12m", pa.int64()),
        ("balance_due", pa.float64()),
        ("credit_utilisation", pa.float64()),
        ("tenure_months", pa.int64()),
        ("promises_kept_share", pa.float64()),
        ("calls_90d", pa.int64()),
    ]
)


@dataclass
class Rows:
    """What one segment of the scan holds."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    transactions: list[dict[str, Any]] = field(default_factory=list)

    def take(self, item: dict[str, Any]) -> None:
        """Keep a record or a transaction; index entries, markers and counters are passed over."""
        sort = item["sk"]["S"]
        if sort == RECORD:
            self.customers.append(Customer.model_validate_json(item["json"]["S"]).model_dump())
        elif sort.startswith(TRANSACTION):
            self.transactions.append(Transaction.model_validate_json(item["json"]["S"]).model_dump())


def scan(client: Any, table: str, segments: int = WORKERS) -> Rows:
    """Every customer and transaction of the table. Raises botocore's errors."""

    def pages(segment: int) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {"TableName": table, "Segment": segment, "TotalSegments": segments}
        while True:
            answer = client.scan(**request)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def read(segment: int) -> Rows:
        rows = Rows()
        for item in pages(segment):
            rows.take(item)
        return rows

    whole = Rows()
    with ThreadPoolExecutor(max_workers=segments) as pool:
        for part in pool.map(read, range(segments)):
            whole.customers += part.customers
            whole.transactions += part.transactions
    return whole


def write(rows: Rows, out: Path) -> tuple[Path, Path]:
    """Write both files, each whole or not at all; returns their paths."""
    out.mkdir(parents=True, exist_ok=True)
    customers = pa.Table.from_pylist(rows.customers, CUSTOMERS).sort_by("customer_id")
    transactions = pa.Table.from_pylist(rows.transactions, TRANSACTIONS)
    keys = pa.table(
        {
            "customer_id": pc.cast(transactions["customer_id"], pa.string()),
            "at": transactions["at"],
            "transaction_id": transactions["transaction_id"],
        }
    )
    order = pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names])
    found = out / "customers.parquet", out / "transactions.parquet"
    for path, table in zip(found, (customers, transactions.take(order)), strict=True):
        part = path.with_suffix(".part")
        pq.write_table(table, part, compression="zstd")
        part.replace(path)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.data.export", description=__doc__)
    parser.add_argument("--customers", required=True, metavar="TABLE", help="name of the customers table")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the two files")
    parser.add_argument("--endpoint", help="another address of DynamoDB, such as the local emulator's")
    parser.add_argument("--workers", type=int, default=WORKERS, help="segments read at once")
    given = parser.parse_args(arguments)
    if given.workers < 1:
        raise SystemExit("error: --workers must be at least 1")
    try:
        rows = scan(boto3.client("dynamodb", endpoint_url=given.endpoint), given.customers, given.workers)
    except (ClientError, BotoCoreError) as error:
        raise SystemExit(f"error: the table {given.customers} cannot be read: {error}") from error
    try:
        for path in write(rows, given.out):
            print(path)
    except OSError as error:
        raise SystemExit(f"error: {given.out} cannot be written: {error}") from error
    print(f"{len(rows.customers)} customers, {len(rows.transactions)} transactions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
