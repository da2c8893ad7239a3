"""Counters of ended calls, beside the calls.

| item | pk | sk |
|---|---|---|
| counters of a day | STATS#CALLS#month | day#team#channel |
| what was counted of a call, kept as long as the call | CALL#id | COUNTED |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rapport.calls import keys
from rapport.calls.counting import Counted, difference
from rapport.calls.store import CALL_DAYS, DAY_S
from rapport.runtime.dynamodb import AwsClient, ContendedError, Item, dependency, n, query_all, s, transact
from rapport.runtime.errors import ConflictError

NAME = "the calls table"
SCHEMA_VERSION = 1
COUNTED = "COUNTED"
ATTEMPTS = 6


def stats_calls(month: str) -> str:
    return f"STATS#CALLS#{month}"


class CallCountStore:
    """Counts calls and reads the counters."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def count(self, contact_id: str, counted: Counted) -> None:
        """Access pattern: count a call as it is now instead of as it was counted before, all or nothing."""
        for _ in range(ATTEMPTS):
            before = self._counted(contact_id)
            if before is not None and before.seq >= counted.seq:
                return
            try:
                transact(self._client, self._changes(contact_id, before, counted), NAME)
            except ContendedError:
                continue
            return
        raise ConflictError("the counters are being written by others; try again")

    def _counted(self, contact_id: str) -> Counted | None:
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=_key(contact_id), ConsistentRead=True).get("Item")
        return Counted.model_validate_json(item["json"]["S"]) if item else None

    def _changes(self, contact_id: str, before: Counted | None, now: Counted) -> list[dict[str, Any]]:
        marker: dict[str, Any] = {
            "TableName": self._table,
            "Item": {
                **_key(contact_id),
                "schema_version": n(SCHEMA_VERSION),
                "seq": n(now.seq),
                "expires_at": n(_day_s(now.day) + CALL_DAYS * DAY_S),
                "json": s(now.model_dump_json()),
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if before is not None:
            marker["ConditionExpression"] = "seq = :before"
            marker["ExpressionAttributeValues"] = {":before": n(before.seq)}
        added = difference(before, now)
        return [{"Put": marker}, *(self._add(place, amounts) for place, amounts in added.items())]

    def _add(self, place: str, amounts: dict[str, int]) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": {"pk": s(stats_calls(place[:7])), "sk": s(place)},
                "UpdateExpression": "SET schema_version = :v ADD "
                + ", ".join(f"#f{i} :f{i}" for i in range(len(amounts))),
                "ExpressionAttributeNames": {f"#f{i}": name for i, name in enumerate(amounts)},
                "ExpressionAttributeValues": {
                    ":v": n(SCHEMA_VERSION),
                    **{f":f{i}": n(step) for i, step in enumerate(amounts.values())},
                },
            }
        }

    def days(self, months: list[str], first: str, last: str) -> Iterator[tuple[str, str, str, dict[str, int]]]:
        """Access pattern: counters of days, by team and channel; one query per month."""
        for month in months:
            for item in query_all(
                self._client,
                NAME,
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues={":pk": s(stats_calls(month)), ":low": s(first), ":high": s(last + "\uffff")},
            ):
                day, _, rest = item["sk"]["S"].partition("#")
                team, _, channel = rest.rpartition("#")
                yield day, team, channel, _numbers(item)


def _key(contact_id: str) -> Item:
    return {"pk": s(keys.partition(contact_id)), "sk": s(COUNTED)}


def _numbers(item: Item) -> dict[str, int]:
    return {name: int(value["N"]) for name, value in item.items() if "N" in value and name != "schema_version"}


def _day_s(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
