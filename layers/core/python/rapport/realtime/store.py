"""The realtime table: what was measured, by the minute.

| item | pk | sk |
|---|---|---|
| a minute of a processor or of the ingestion | MEASURES#name | 2026-01-31T23:59 |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rapport.realtime.measures import COUNTS, LAG_EDGES_MS, Measures, Minute
from rapport.runtime.dynamodb import AwsClient, Item, dependency, n, query_all, s

NAME = "the realtime table"
SCHEMA_VERSION = 1
KEPT_S = 48 * 3600
MINUTE_MS = 60_000
_LAGS = [f"lag_{number}" for number in range(len(LAG_EDGES_MS) + 1)]


class DynamoMeasures:
    """Implements `MeasureSink` and `MeasureSource`."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, name: str, at: int, measures: Measures) -> None:
        """Access pattern: add to what a processor measured in a minute."""
        counted = {count: getattr(measures, count) for count in COUNTS} | dict(zip(_LAGS, measures.lags, strict=True))
        counted = {count: value for count, value in counted.items() if value}
        with dependency(NAME):
            self._client.update_item(
                TableName=self._table,
                Key={"pk": s(f"MEASURES#{name}"), "sk": s(_minute(at))},
                UpdateExpression="SET schema_version = :schema, expires_at = :expires"
                + (" ADD " + ", ".join(f"{count} :{count}" for count in counted) if counted else ""),
                ExpressionAttributeValues={
                    ":schema": n(SCHEMA_VERSION),
                    ":expires": n(at // 1000 + KEPT_S),
                    **{f":{count}": n(value) for count, value in counted.items()},
                },
            )

    def minutes(self, name: str, since: int, until: int) -> Sequence[Minute]:
        """Access pattern: what a processor measured from a minute to a minute, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :since AND :until",
            ExpressionAttributeValues={
                ":pk": s(f"MEASURES#{name}"),
                ":since": s(_minute(since)),
                ":until": s(_minute(until)),
            },
        )
        return [_minute_of(item) for item in items]


def _minute(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M")


def _minute_of(item: Item) -> Minute:
    def count(name: str) -> int:
        return int(item[name]["N"]) if name in item else 0

    began = datetime.strptime(item["sk"]["S"], "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    measures = Measures(**{name: count(name) for name in COUNTS}, lags=[count(name) for name in _LAGS])
    return Minute(int(began.timestamp()) * 1000, measures)
