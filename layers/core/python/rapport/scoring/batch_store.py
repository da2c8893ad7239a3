"""Batches in the models table: `BATCH` / `BATCH#<id>`, ids in the order of time. Kept 30 days.

What never changes is JSON; what many writers change are attributes of their own, each write on a condition.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from botocore.exceptions import ClientError

from rapport.customers.import_model import RowError
from rapport.runtime.dynamodb import AwsClient, Item, decode_cursor, dependency, encode_cursor, error_code, n, s
from rapport.scoring.batch_model import Batch, BatchState
from rapport.scoring.batches import Counted, Planned

SCHEMA_VERSION = 1
NAME = "the models table"
KEPT_S = 30 * 86_400
PK = s("BATCH")
CHANGING = {"state", "started_at", "finished_at", "version", "rows", "chunks", "rows_scored", "rows_failed", "errors"}
COUNTS = ("started_at", "finished_at", "rows", "chunks", "rows_scored", "rows_failed")


def _key(batch_id: str) -> Item:
    return {"pk": PK, "sk": s(f"BATCH#{batch_id}")}


class BatchStore:
    """Every change of a batch; a change that comes too late is None."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def create(self, batch: Batch) -> None:
        """Access pattern: write a new batch."""
        item = {
            **_key(batch.batch_id),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(batch.created_at // 1000 + KEPT_S),
            "json": s(batch.model_dump_json(exclude=CHANGING | {"progress"})),
            "state": s(batch.state),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def load(self, batch_id: str) -> Batch | None:
        """Access pattern: batch by id."""
        item = self._item(batch_id)
        return _batch(item) if item else None

    def page(self, limit: int, cursor: str | None) -> tuple[list[Batch], str | None]:
        """Access pattern: batches, newest first."""
        start = decode_cursor(cursor, expected={"pk": PK["S"], "sk": ""})
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :batch)",
                ExpressionAttributeValues={":pk": PK, ":batch": s("BATCH#")},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        return [_batch(item) for item in answer["Items"]], encode_cursor(answer.get("LastEvaluatedKey"))

    def begin(self, batch_id: str, at: int) -> Batch | None:
        """Access pattern: begin a batch whose file has arrived."""
        return self._change(
            batch_id,
            {BatchState.AWAITING_UPLOAD},
            "SET #state = :state, started_at = :at",
            {":state": s(BatchState.RUNNING), ":at": n(at)},
        )

    def planned(self, batch_id: str, version: str, found: Planned) -> Batch | None:
        """Access pattern: how many rows a running batch has, and which version scores all of them."""
        return self._change(
            batch_id,
            {BatchState.RUNNING},
            "SET version = :version, #rows = :rows, chunks = :chunks",
            {":version": s(version), ":rows": n(found.rows), ":chunks": n(found.chunks)},
            {"#rows": "rows"},
        )

    def chunk_done(self, batch_id: str, chunk: int, counted: Counted) -> Batch | None:
        """Access pattern: count a chunk of a running batch, once however often it is scored."""
        return self._change(
            batch_id,
            {BatchState.RUNNING},
            "ADD chunks_done :one, rows_scored :scored, rows_failed :failed",
            {":one": {"NS": [str(chunk)]}, ":scored": n(counted.scored), ":failed": n(counted.failed),
             ":chunk": n(chunk)},
            condition="NOT contains(chunks_done, :chunk)",
        )  # fmt: skip

    def chunks_done(self, batch_id: str) -> set[int]:
        """Access pattern: which chunks of a batch have been counted."""
        item = self._item(batch_id) or {}
        return {int(number) for number in item.get("chunks_done", {}).get("NS", [])}

    def finish(
        self,
        batch_id: str,
        state: BatchState,
        at: int,
        *,
        counted: Counted | None = None,
        errors: Collection[RowError] = (),
    ) -> Batch | None:
        """Access pattern: end a running batch; `counted` says how its rows went, where they did."""
        return self._change(
            batch_id,
            {BatchState.RUNNING},
            "SET #state = :state, finished_at = :at, errors = :errors"
            + (", rows_scored = :scored, rows_failed = :failed" if counted else ""),
            {
                ":state": s(state),
                ":at": n(at),
                ":errors": s(json.dumps([error.model_dump() for error in errors])),
                **({":scored": n(counted.scored), ":failed": n(counted.failed)} if counted else {}),
            },
        )

    def cancel(self, batch_id: str, at: int) -> Batch | None:
        """Access pattern: cancel a batch that is not over."""
        return self._change(
            batch_id,
            {BatchState.AWAITING_UPLOAD, BatchState.RUNNING},
            "SET #state = :state, finished_at = :at",
            {":state": s(BatchState.CANCELLED), ":at": n(at)},
        )

    def _item(self, batch_id: str) -> Item | None:
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=_key(batch_id), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def _change(
        self,
        batch_id: str,
        states: Collection[BatchState],
        update: str,
        values: Item,
        names: dict[str, str] | None = None,
        condition: str | None = None,
    ) -> Batch | None:
        """Change a batch that is in one of the states; None when it is not."""
        allowed = {f":was{number}": s(state) for number, state in enumerate(sorted(states))}
        conditions = [f"#state IN ({', '.join(allowed)})", *([condition] if condition else [])]
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": _key(batch_id),
            "UpdateExpression": update,
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": {"#state": "state", **(names or {})},
            "ExpressionAttributeValues": {**values, **allowed},
            "ReturnValues": "ALL_NEW",
        }
        with dependency(NAME):
            try:
                return _batch(self._client.update_item(**request)["Attributes"])
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return None
                raise


def _batch(item: Item) -> Batch:
    said: dict[str, Any] = json.loads(item["json"]["S"])
    said |= {name: int(item[name]["N"]) for name in COUNTS if name in item}
    said["state"] = item["state"]["S"]
    if "version" in item:
        said["version"] = item["version"]["S"]
    if "errors" in item:
        said["errors"] = json.loads(item["errors"]["S"])
    return Batch.model_validate(said)
