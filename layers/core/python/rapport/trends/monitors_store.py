"""Monitors, alerts and the outbox of notices in the trends table."""

from __future__ import annotations

from typing import Any

from rapport.runtime.clock import DAY_MS
from rapport.runtime.dynamodb import (
    AwsClient,
    ContendedError,
    Item,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    query_all,
    s,
    transact,
)
from rapport.trends.monitors import Monitor, MonitorState, TrendAlert
from rapport.trends.notices import KEPT_MS, Notice
from rapport.trends.table_store import DAY_S, NAME, item, key, put_if

ALERT_DAYS = 90
# A filter may leave little of what a query reads: so many reads a page at most.
MOST_READS = 20


class DynamoMonitors:
    """Monitors, alerts, and the outbox of notices."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, monitor: Monitor) -> None:
        """Access pattern: a new monitor, not looked at yet."""
        item = _monitor_item(monitor, MonitorState())
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(pk)")

    def get(self, monitor_id: str) -> tuple[Monitor, MonitorState] | None:
        """Access pattern: monitor by id."""
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=key("MONITORS", monitor_id), ConsistentRead=True)
        return _monitor(answer["Item"]) if answer.get("Item") else None

    def remove(self, monitor_id: str) -> None:
        """Access pattern: monitor by id; its alerts stay."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=key("MONITORS", monitor_id))

    def all(self) -> list[tuple[Monitor, MonitorState]]:
        """Access pattern: every monitor; there are a few hundred at most."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s("MONITORS")},
            ConsistentRead=True,
        )
        return [_monitor(item) for item in items]

    def looked(self, monitor: Monitor, before: int, after: MonitorState, notice: Notice | None) -> bool:
        """Access pattern: a monitor's new state with its alert and what must be told, on condition of the version
        before; False when somebody else looked, or the monitor is gone.
        """
        actions: list[dict[str, Any]] = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": _monitor_item(monitor, after),
                    "ConditionExpression": "version = :before",
                    "ExpressionAttributeValues": {":before": n(before)},
                }
            }
        ]
        if after.alert is not None and after.alert.changed_at == after.looked_at:
            actions.append({"Put": {"TableName": self._table, "Item": _alert_item(after.alert)}})
        if notice is not None:
            actions.append({"Put": {"TableName": self._table, "Item": _notice_item(notice)}})
        try:
            transact(self._client, actions, NAME)
        except ContendedError:
            return False
        return True

    def alerts(self, owner: str | None, *, limit: int, cursor: str | None) -> tuple[list[TrendAlert], str | None]:
        """Access pattern: alerts, newest first; of one owner's monitors, or all. A page may be short although a
        cursor follows.
        """
        start = decode_cursor(cursor, expected={"pk": "ALERTS", "sk": ""})
        values: Item = {":pk": s("ALERTS")}
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": values,
            "ScanIndexForward": False,
            "Limit": limit + 1,
        }
        if owner is not None:
            request |= {"FilterExpression": "#owner = :owner", "ExpressionAttributeNames": {"#owner": "owner"}}
            values[":owner"] = s(owner)
        found: list[Item] = []
        for _ in range(MOST_READS):
            with dependency(NAME):
                answer = self._client.query(**request, **({"ExclusiveStartKey": start} if start else {}))
            found += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None or len(found) > limit:
                break
        if len(found) > limit:
            found = found[:limit]
            start = {name: found[-1][name] for name in ("pk", "sk")}
        return [TrendAlert.model_validate_json(item["json"]["S"]) for item in found], encode_cursor(start)

    def notices(self) -> list[Notice]:
        """Access pattern: everything that must still be told."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s("OUTBOX")},
            ConsistentRead=True,
        )
        return [Notice.model_validate_json(item["json"]["S"]) for item in items]

    def told(self, notice: Notice) -> None:
        """Access pattern: what is left of a notice; it is removed when nothing is."""
        with dependency(NAME):
            if notice.left:
                self._client.put_item(TableName=self._table, Item=_notice_item(notice))
            else:
                self._client.delete_item(TableName=self._table, Key=key("OUTBOX", notice.notice_id))

    def claim_mail(self, owner: str, *, now: int, apart_ms: int) -> bool:
        """Access pattern: the time of the last e-mail, on condition that it was long enough ago."""
        made = item("MAILED", owner, until_s=now // 1000 + DAY_S, at=n(now))
        values = {":latest": n(now - apart_ms)}
        names = {"#at": "at"}
        return put_if(
            self._client,
            self._table,
            made,
            "attribute_not_exists(pk) OR #at <= :latest",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )


def _monitor_item(monitor: Monitor, state: MonitorState) -> Item:
    return item(
        "MONITORS",
        monitor.monitor_id,
        version=n(state.version),
        json=s(monitor.model_dump_json()),
        state=s(state.model_dump_json()),
    )


def _monitor(item: Item) -> tuple[Monitor, MonitorState]:
    return Monitor.model_validate_json(item["json"]["S"]), MonitorState.model_validate_json(item["state"]["S"])


def _alert_item(alert: TrendAlert) -> Item:
    return item(
        "ALERTS",
        f"{alert.opened_at:013d}#{alert.alert_id}",
        until_s=(alert.opened_at // DAY_MS + ALERT_DAYS) * DAY_S,
        owner=s(alert.owner),
        json=s(alert.model_dump_json()),
    )


def _notice_item(notice: Notice) -> Item:
    return item("OUTBOX", notice.notice_id, until_s=(notice.at + 2 * KEPT_MS) // 1000, json=s(notice.model_dump_json()))
