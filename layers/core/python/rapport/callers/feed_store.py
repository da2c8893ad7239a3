"""What the feed reads and writes: which events the stream has, what was said, and the stream itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from rapport.callers.store import DAY_S, NAME, SCHEMA_VERSION, caller_key
from rapport.calls.model import TimelineEntry
from rapport.calls.store import DynamoCallStore
from rapport.realtime.event import Event
from rapport.runtime.dynamodb import AwsClient, Item, batch_get, dependency, n, query_all, s

TOLD_DAYS = 2
# Kinesis takes so many records a request.
MOST_RECORDS = 500


class DynamoTold:
    """Implements `Told`."""

    def __init__(self, client: AwsClient, table: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def known(self, event_ids: Collection[str]) -> set[str]:
        """Access pattern: whether the stream has an event."""
        items = batch_get(self._client, self._table, [_key(name) for name in event_ids], NAME, consistent=True)
        return {item["pk"]["S"].removeprefix("TOLD#") for item in items}

    def remember(self, event_ids: Collection[str]) -> None:
        """Access pattern: the stream has these; kept two days."""
        expires = n(self._clock() // 1000 + TOLD_DAYS * DAY_S)
        for name in event_ids:
            item = {**_key(name), "schema_version": n(SCHEMA_VERSION), "expires_at": expires}
            with dependency(NAME):
                self._client.put_item(TableName=self._table, Item=item)

    def dialled(self, token: str, contact_id: str) -> str | None:
        """Access pattern: calls of a number that the look-up noted."""
        noted = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": caller_key(token)["pk"], ":prefix": s("CALL#")},
        )
        return next((item["dialled"]["S"] for item in noted if item["contact_id"]["S"] == contact_id), None)


class StoredTalk:
    """Implements `Talk` on the calls table."""

    def __init__(self, calls: DynamoCallStore) -> None:
        self._calls = calls

    def entries(self, contact_id: str) -> Sequence[TimelineEntry]:
        turns, _ = self._calls.load_segments(contact_id)
        return [turn.entry() for turn in turns]


class KinesisStream:
    """Implements `Stream`."""

    def __init__(self, client: AwsClient, stream: str) -> None:
        self._client = client
        self._stream = stream

    def publish(self, events: Sequence[Event]) -> set[str]:
        """Put the events; returns the ids of those that a shard was too busy for."""
        refused: set[str] = set()
        for start in range(0, len(events), MOST_RECORDS):
            part = events[start : start + MOST_RECORDS]
            records: list[dict[str, Any]] = [
                {"Data": event.encoded(), "PartitionKey": event.partition} for event in part
            ]
            with dependency("the intelligence stream"):
                answer = self._client.put_records(StreamName=self._stream, Records=records)
            refused |= {
                event.event_id for event, put in zip(part, answer["Records"], strict=True) if put.get("ErrorCode")
            }
        return refused


def _key(event_id: str) -> Item:
    return {"pk": s(f"TOLD#{event_id}"), "sk": s("TOLD")}
