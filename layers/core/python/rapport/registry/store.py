"""The models table. Partitions: a model (roll-out, changes, versions, reports), and its predictions by day.

| item | pk | sk |
|---|---|---|
| roll-out | MODEL#name | ROLLOUT |
| change of it | MODEL#name | CHANGE#seq |
| uploaded version | MODEL#name | VERSION#version |
| drift report | MODEL#name | DRIFT#at#version |
| prediction | SAID#name#day#shard | AT#at#id |
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from rapport.registry.model import DriftReport, ModelVersion, Prediction, Rollout
from rapport.runtime.clock import DAY_MS, day_of
from rapport.runtime.dynamodb import AwsClient, Item, dependency, error_code, n, s
from rapport.runtime.errors import ConflictError, DependencyUnavailableError

SCHEMA_VERSION = 1
# One partition takes a thousand writes a second: a model that is asked more often than that spreads over these.
SHARDS = 4
BATCH, AT_ONCE, ATTEMPTS = 25, 8, 5
PREDICTION_DAYS, REPORT_DAYS = 180, 400


def model_key(name: str) -> dict[str, str]:
    return s(f"MODEL#{name}")


def _said_key(name: str, subject: str, at: int) -> str:
    return f"SAID#{name}#{day_of(at)}#{zlib.crc32(subject.encode()) % SHARDS}"


class DynamoRegistry:
    """Implements `RegistryStore`."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def rollout(self, name: str) -> Rollout | None:
        """Access pattern: the roll-out of a model."""
        with dependency("the models table"):
            key = {"pk": model_key(name), "sk": s("ROLLOUT")}
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return Rollout.model_validate_json(item["json"]["S"]) if item else None

    def rollouts(self, names: Sequence[str]) -> dict[str, Rollout]:
        """Access pattern: the roll-outs of up to a hundred models at once; only those that were ever changed."""
        keys: list[dict[str, Any]] = [{"pk": model_key(name), "sk": s("ROLLOUT")} for name in names]
        found: dict[str, Rollout] = {}
        for attempt in range(ATTEMPTS):
            if not keys:
                return found
            if attempt:
                time.sleep(0.05 * 2**attempt)
            with dependency("the models table"):
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
            for item in answer["Responses"].get(self._table, []):
                rollout = Rollout.model_validate_json(item["json"]["S"])
                found[rollout.name] = rollout
            keys = (answer.get("UnprocessedKeys") or {}).get(self._table, {}).get("Keys", [])
        if keys:
            raise DependencyUnavailableError("the models table is too busy to be read")
        return found

    def change_rollout(self, rollout: Rollout) -> None:
        """Access pattern: a roll-out and its entry in the history, if nobody else changed it meanwhile."""
        body = {"schema_version": n(SCHEMA_VERSION), "json": s(rollout.model_dump_json()), "seq": n(rollout.seq)}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if rollout.seq > 1:
            condition = {
                "ConditionExpression": "seq = :before",
                "ExpressionAttributeValues": {":before": n(rollout.seq - 1)},
            }
        pk = model_key(rollout.name)
        now = {"pk": pk, "sk": s("ROLLOUT"), **body}
        change = {"pk": pk, "sk": s(f"CHANGE#{rollout.seq:09d}"), **body}
        with dependency("the models table"):
            try:
                self._client.transact_write_items(
                    TransactItems=[
                        {"Put": {"TableName": self._table, "Item": now, **condition}},
                        {"Put": {"TableName": self._table, "Item": change}},
                    ]
                )
            except ClientError as error:
                if error_code(error) in {"TransactionCanceledException", "TransactionConflictException"}:
                    raise ConflictError("somebody else has just changed this model: look again") from error
                raise

    def history(self, name: str, limit: int) -> list[Rollout]:
        """Access pattern: the last changes of a roll-out."""
        return [Rollout.model_validate_json(item["json"]["S"]) for item in self._last(name, "CHANGE#", limit)]

    def versions(self, name: str) -> list[ModelVersion]:
        """Access pattern: uploaded versions of a model."""
        return [ModelVersion.model_validate_json(item["json"]["S"]) for item in self._last(name, "VERSION#", 100)]

    def add_version(self, version: ModelVersion) -> None:
        """Access pattern: register a version once; `ConflictError` when another model has its number."""
        item = {
            "pk": model_key(version.name),
            "sk": s(f"VERSION#{version.version}"),
            "schema_version": n(SCHEMA_VERSION),
            "sha256": s(version.sha256),
            "json": s(version.model_dump_json()),
        }
        with dependency("the models table"):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk) OR sha256 = :same",
                    ExpressionAttributeValues={":same": s(version.sha256)},
                )
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    raise ConflictError(f"{version.name} {version.version} is another model already") from error
                raise

    def add_report(self, report: DriftReport) -> None:
        """Access pattern: keep a drift report."""
        item = {
            "pk": model_key(report.name),
            "sk": s(f"DRIFT#{report.at:013d}#{report.version}"),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(report.at // 1000 + REPORT_DAYS * 86_400),
            "json": s(report.model_dump_json()),
        }
        with dependency("the models table"):
            self._client.put_item(TableName=self._table, Item=item)

    def reports(self, name: str, limit: int) -> list[DriftReport]:
        """Access pattern: the last drift reports of a model."""
        return [DriftReport.model_validate_json(item["json"]["S"]) for item in self._last(name, "DRIFT#", limit)]

    def _last(self, name: str, prefix: str, limit: int) -> list[Item]:
        with dependency("the models table"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": model_key(name), ":prefix": s(prefix)},
                ScanIndexForward=False,
                Limit=limit,
                # Who has just changed something reads it back, from whichever function.
                ConsistentRead=True,
            )
        found: list[Item] = answer["Items"]
        return found

    def record(self, predictions: Sequence[Prediction]) -> None:
        """Access pattern: write predictions, twenty-five at a time; what a busy table leaves over is tried again."""
        items = [{"PutRequest": {"Item": _said_item(prediction)}} for prediction in predictions]
        chunks = [items[start : start + BATCH] for start in range(0, len(items), BATCH)]
        if len(chunks) == 1:
            self._write(chunks[0])
        elif chunks:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._write, chunks))

    def _write(self, items: list[dict[str, Any]]) -> None:
        for attempt in range(ATTEMPTS):
            with dependency("the models table"):
                left = self._client.batch_write_item(RequestItems={self._table: items}).get("UnprocessedItems") or {}
            items = left.get(self._table, [])
            if not items:
                return
            time.sleep(0.05 * 2**attempt)
        raise DependencyUnavailableError("the models table is too busy to record predictions")

    def predictions(self, name: str, since: int, until: int) -> Iterator[Prediction]:
        """Access pattern: predictions of a model from `since` to `until`, day by day, the newest day first."""
        day = until - until % DAY_MS
        while day > since - DAY_MS:
            for shard in range(SHARDS):
                pk = s(f"SAID#{name}#{day_of(day)}#{shard}")
                yield from self._said(pk, since, until)
            day -= DAY_MS

    def _said(self, pk: dict[str, str], since: int, until: int) -> Iterator[Prediction]:
        start: dict[str, Any] = {}
        while True:
            with dependency("the models table"):
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk AND sk BETWEEN :since AND :until",
                    ExpressionAttributeValues={
                        ":pk": pk,
                        ":since": s(f"AT#{since:013d}"),
                        ":until": s(f"AT#{until:013d}~"),
                    },
                    **start,
                )
            for item in answer["Items"]:
                yield _prediction(item)
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def label(self, name: str, subject: str, before: int, *, outcome: bool, at: int, correct: bool = False) -> int:
        """Access pattern: predictions about a subject over index by_subject; each without an outcome gets it.

        With `correct` one with the other outcome gets it, too. Returns how many changed.
        """
        count = 0
        start: dict[str, Any] = {}
        while True:
            with dependency("the models table"):
                answer = self._client.query(
                    TableName=self._table,
                    IndexName="by_subject",
                    KeyConditionExpression="subject = :subject AND #at < :before",
                    ExpressionAttributeNames={"#at": "at"},
                    ExpressionAttributeValues={":subject": s(f"{name}#{subject}"), ":before": n(before)},
                    **start,
                )
            count += sum(self._give_outcome(item, outcome, at, correct) for item in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return count
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _give_outcome(self, item: Item, outcome: bool, at: int, correct: bool) -> bool:
        free = "attribute_not_exists(outcome)"
        with dependency("the models table"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key={"pk": item["pk"], "sk": item["sk"]},
                    UpdateExpression="SET outcome = :outcome, labelled_at = :at",
                    ConditionExpression=f"{free} OR outcome <> :outcome" if correct else free,
                    ExpressionAttributeValues={":outcome": {"BOOL": outcome}, ":at": n(at)},
                )
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return False
                raise
        return True


def _said_item(prediction: Prediction) -> Item:
    return {
        "pk": s(_said_key(prediction.name, prediction.subject, prediction.at)),
        "sk": s(f"AT#{prediction.at:013d}#{prediction.prediction_id}"),
        "schema_version": n(SCHEMA_VERSION),
        "expires_at": n(prediction.at // 1000 + PREDICTION_DAYS * 86_400),
        "subject": s(f"{prediction.name}#{prediction.subject}"),
        "at": n(prediction.at),
        "json": s(prediction.model_dump_json(exclude={"outcome", "labelled_at"})),
    }


def _prediction(item: Item) -> Prediction:
    said = json.loads(item["json"]["S"])
    if "outcome" in item:
        said |= {"outcome": item["outcome"]["BOOL"], "labelled_at": int(item["labelled_at"]["N"])}
    return Prediction.model_validate(said)
