"""Snapshots of customers: the current one, one a day before it, who is in a segment, and their sums.

| item | pk | sk |
|---|---|---|
| current | CUSTOMER#id | SNAPSHOT |
| of a day, kept 400 days | CUSTOMER#id | SNAPSHOT#day |
| entry of the index by_facet | CUSTOMER#id | ENTRY#GROUP#segment#shard#value |
| sums of a segment | STATS#GROUP#shard | segment#currency |
| sums of a step of the value scale | STATS#VALUE#shard | currency#step |
| sums of a month ahead | STATS#AHEAD#shard | month#currency |
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import floor, log, log1p
from typing import Any

from rapport.customers import keys
from rapport.customers.counters import Counters, exact
from rapport.customers.snapshot import NO_CURRENCY, Snapshot
from rapport.customers.store import ATTEMPTS, NAME, key, pause
from rapport.runtime.dynamodb import AwsClient, ContendedError, batch_get, dependency, n, query_all, s, transact
from rapport.runtime.errors import ConflictError, NotFoundError

SCHEMA_VERSION = 1
CURRENT = "SNAPSHOT"
DAY = "SNAPSHOT#"
KEPT_DAYS = 400
# Each step of the value scale is 5 % wide, so a decile that ends inside one is off by at most as much.
STEP = 1.05
STEPS = 999
LARGEST = 10**12
DECIMALS = 6


def group_facet(segment: str, number: int) -> str:
    return f"GROUP#{segment}#{number}"


def group_sort(snapshot: Snapshot) -> str:
    """Sorts the customers of a segment by value, the highest first."""
    return f"{max(0, LARGEST - round(snapshot.value_12m)):013d}#{snapshot.customer_id}"


def value_step(value: float) -> int:
    """The step of the logarithmic scale on which a value of money lies; 0 is nothing."""
    return min(STEPS, 1 + floor(log(value, STEP))) if value >= 1 else 0


def stats_groups(number: int) -> str:
    return f"STATS#GROUP#{number}"


def stats_values(number: int) -> str:
    return f"STATS#VALUE#{number}"


def stats_ahead(number: int) -> str:
    return f"STATS#AHEAD#{number}"


def count_snapshot(counters: Counters, snapshot: Snapshot, step: int) -> None:
    """Count a snapshot in (step 1) or out (step -1): sums of logarithms, because segments are made of those."""
    number, currency = keys.shard(snapshot.customer_id), snapshot.currency or NO_CURRENCY
    logs = (snapshot.recency_days, snapshot.frequency, snapshot.mean_purchase)
    measured = all(value is not None for value in logs)
    amounts = {
        "customers": exact(1.0),
        "value": exact(round(snapshot.value_12m, 2)),
        "churn": exact(round(snapshot.churn, DECIMALS)),
        snapshot.level.value: exact(1.0),
        "measured": exact(float(measured)),
        **{
            f"log_{name}": exact(round(log1p(value or 0.0), DECIMALS))
            for name, value in zip(("recency", "frequency", "money"), logs, strict=True)
            if measured
        },
    }
    counters.add(stats_groups(number), f"{snapshot.group}#{currency}", **{k: step * v for k, v in amounts.items()})
    counters.add(
        stats_values(number),
        f"{currency}#{value_step(snapshot.value_12m):04d}",
        customers=step,
        value=step * amounts["value"],
    )
    for month in snapshot.ahead:
        counters.add(
            stats_ahead(number),
            f"{month.month}#{currency}",
            customers=step,
            expected=step * exact(round(month.expected, 2)),
        )


class SnapshotStore:
    """Writes and reads snapshots."""

    def __init__(self, client: AwsClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def put(self, snapshot: Snapshot) -> None:
        """Access pattern: a customer's newest snapshot with its day, its index entry and the sums it moves.

        `NotFoundError` when the customer is gone: what was erased does not come back.
        """
        for attempt in range(ATTEMPTS):
            before = self.get(snapshot.customer_id, consistent=True)
            if before is not None and before.at >= snapshot.at:
                return
            try:
                transact(self._client, self._changes(before, snapshot), NAME)
            except ContendedError:
                if not self._known(snapshot.customer_id):
                    raise NotFoundError("there is no such customer") from None
                self._sleep(pause(attempt))
            else:
                return
        raise ConflictError("the customer's snapshot is being written by others; try again")

    def _known(self, customer_id: str) -> bool:
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=key(customer_id), ConsistentRead=True)
        return "Item" in answer

    def _changes(self, before: Snapshot | None, snapshot: Snapshot) -> list[dict[str, Any]]:
        counters = Counters()
        if before is not None:
            count_snapshot(counters, before, -1)
        count_snapshot(counters, snapshot, 1)
        pk = s(keys.partition(snapshot.customer_id))
        body = {"schema_version": n(SCHEMA_VERSION), "at": n(snapshot.at), "json": s(snapshot.model_dump_json())}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before is not None:
            condition = {
                "ConditionExpression": "#at = :before",
                "ExpressionAttributeNames": {"#at": "at"},
                "ExpressionAttributeValues": {":before": n(before.at)},
            }
        expires = {"expires_at": n(snapshot.at // 1000 + KEPT_DAYS * 86_400)}
        actions: list[dict[str, Any]] = [
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": key(snapshot.customer_id),
                    "ConditionExpression": "attribute_exists(pk)",
                }
            },
            {"Put": {"TableName": self._table, "Item": {"pk": pk, "sk": s(CURRENT), **body}, **condition}},
            {"Put": {"TableName": self._table, "Item": {"pk": pk, "sk": s(DAY + snapshot.day), **body, **expires}}},
        ]
        new = _entry(snapshot)
        if before is not None and (old := _entry(before)) != new:
            actions.append({"Delete": {"TableName": self._table, "Key": {"pk": pk, "sk": _entry_key(old)}}})
        if before is None or old != new:
            item = {"pk": pk, "sk": _entry_key(new), "facet": s(new[0]), "facet_sort": s(new[1])}
            actions.append(
                {"Put": {"TableName": self._table, "Item": {**item, "schema_version": n(keys.SCHEMA_VERSION)}}}
            )
        return actions + counters.actions(self._table)

    def get(self, customer_id: str, *, consistent: bool = False) -> Snapshot | None:
        """Access pattern: the current snapshot of a customer."""
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=_key(customer_id), ConsistentRead=consistent).get(
                "Item"
            )
        return Snapshot.model_validate_json(item["json"]["S"]) if item else None

    def of(self, customer_ids: Sequence[str]) -> dict[str, Snapshot]:
        """Access pattern: the current snapshots of a page of customers, in one batch read."""
        items = batch_get(self._client, self._table, [_key(each) for each in dict.fromkeys(customer_ids)], NAME)
        found = [Snapshot.model_validate_json(item["json"]["S"]) for item in items]
        return {snapshot.customer_id: snapshot for snapshot in found}

    def history(self, customer_id: str, since: str) -> list[Snapshot]:
        """Access pattern: a customer's snapshots from a day (2026-01-31) on, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={
                ":pk": s(keys.partition(customer_id)),
                ":low": s(DAY + since),
                ":high": s(DAY + "\uffff"),
            },
        )
        return [Snapshot.model_validate_json(item["json"]["S"]) for item in items]


def _key(customer_id: str) -> dict[str, dict[str, str]]:
    return {"pk": s(keys.partition(customer_id)), "sk": s(CURRENT)}


def _entry(snapshot: Snapshot) -> tuple[str, str]:
    return group_facet(snapshot.group, keys.shard(snapshot.customer_id)), group_sort(snapshot)


def _entry_key(entry: tuple[str, str]) -> dict[str, str]:
    return s(f"{keys.ENTRY}{entry[0]}#{entry[1]}")
