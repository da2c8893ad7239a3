"""Runs in the models table.

| item | pk | sk |
|---|---|---|
| run | MODEL#name | RUN#run_id |
| the run under way | MODEL#name | TRAINING |
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from rapport.registry.store import model_key
from rapport.runtime.dynamodb import (
    AwsClient,
    ContendedError,
    decode_cursor,
    dependency,
    encode_cursor,
    error_code,
    n,
    s,
    transact,
)
from rapport.runtime.errors import ConflictError, DependencyUnavailableError
from rapport.training.model import Run

SCHEMA_VERSION = 1
RUN_DAYS = 400
NAME = "the models table"


class DynamoRuns:
    """Implements `RunStore`."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, run: Run, lock_until: int) -> None:
        """Access pattern: a run and the mark that its model is being trained, in one transaction."""
        lock = {
            "pk": model_key(run.name),
            "sk": s("TRAINING"),
            "schema_version": n(SCHEMA_VERSION),
            "run_id": s(run.run_id),
            "until": n(lock_until),
        }
        actions = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": lock,
                    "ConditionExpression": "attribute_not_exists(pk) OR #until < :now",
                    "ExpressionAttributeNames": {"#until": "until"},
                    "ExpressionAttributeValues": {":now": n(run.created_at)},
                }
            },
            {"Put": {"TableName": self._table, "Item": _item(run), "ConditionExpression": "attribute_not_exists(pk)"}},
        ]
        try:
            transact(self._client, actions, NAME)
        except ContendedError:
            raise ConflictError(f"{run.name} is being trained already: wait for that run, or cancel it") from None

    def load(self, name: str, run_id: str) -> Run | None:
        """Access pattern: a run by model and id."""
        key = {"pk": model_key(name), "sk": s(f"RUN#{run_id}")}
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return Run.model_validate_json(item["json"]["S"]) if item else None

    def change(self, run: Run) -> None:
        """Access pattern: a run after a change, if nobody else changed it meanwhile."""
        with dependency(NAME):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(run),
                    ConditionExpression="seq = :before",
                    ExpressionAttributeValues={":before": n(run.seq - 1)},
                )
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    raise ConflictError("this run has just been changed: look again") from error
                raise
        if run.state.over:
            self._free(run)

    def _free(self, run: Run) -> None:
        """Take the model's mark away, if it is this run's."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"pk": model_key(run.name), "sk": s("TRAINING")},
                ConditionExpression="run_id = :mine",
                ExpressionAttributeValues={":mine": s(run.run_id)},
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise DependencyUnavailableError(f"{NAME} did not answer: {error_code(error)}") from error

    def page(self, name: str, limit: int, cursor: str | None) -> tuple[list[Run], str | None]:
        """Access pattern: runs of a model, the newest first."""
        start = decode_cursor(cursor, expected={"pk": model_key(name)["S"], "sk": ""})
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": model_key(name), ":prefix": s("RUN#")},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        runs = [Run.model_validate_json(item["json"]["S"]) for item in answer["Items"]]
        return runs, encode_cursor(answer.get("LastEvaluatedKey"))


def _item(run: Run) -> dict[str, Any]:
    return {
        "pk": model_key(run.name),
        "sk": s(f"RUN#{run.run_id}"),
        "schema_version": n(SCHEMA_VERSION),
        "expires_at": n(run.created_at // 1000 + RUN_DAYS * 86_400),
        "seq": n(run.seq),
        "json": s(run.model_dump_json()),
    }
