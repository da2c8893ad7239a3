"""The live table: connections and rooms. A membership is written both ways, so that a join is seen at once."""

from __future__ import annotations

from rapport.live.model import Connection
from rapport.runtime.dynamodb import AwsClient, Item, dependency, n, s

SCHEMA_VERSION = 1
# API Gateway closes a WebSocket after two hours; the items outlive it by ten minutes.
CONNECTION_S = 2 * 3600 + 600


class LiveStore:
    """Connections by id, connections by room, rooms by connection."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, connection: Connection, *, now_s: int) -> None:
        """Access pattern: a connection and who it is."""
        item = {
            **_key(f"CONNECTION#{connection.connection_id}", "CONNECTION"),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(now_s + CONNECTION_S),
            "json": s(connection.model_dump_json()),
        }
        with dependency("the live table"):
            self._client.put_item(TableName=self._table, Item=item)

    def get(self, connection_id: str) -> Connection | None:
        """Access pattern: a connection and who it is, consistently."""
        with dependency("the live table"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(f"CONNECTION#{connection_id}", "CONNECTION"), ConsistentRead=True
            )
        item = answer.get("Item")
        return Connection.model_validate_json(item["json"]["S"]) if item else None

    def join(self, connection_id: str, room: str, *, now_s: int) -> None:
        """Access pattern: both sides of a membership together."""
        common = {"schema_version": n(SCHEMA_VERSION), "expires_at": n(now_s + CONNECTION_S)}
        with dependency("the live table"):
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": self._table, "Item": {**key, **common}}}
                    for key in _membership(connection_id, room)
                ]
            )

    def leave(self, connection_id: str, room: str) -> None:
        """Access pattern: remove both sides of a membership."""
        with dependency("the live table"):
            self._client.transact_write_items(
                TransactItems=[
                    {"Delete": {"TableName": self._table, "Key": key}} for key in _membership(connection_id, room)
                ]
            )

    def members(self, room: str) -> list[str]:
        """Access pattern: connections in a room, consistently."""
        return [item["sk"]["S"].removeprefix("CONNECTION#") for item in self._partition(f"ROOM#{room}")]

    def close(self, connection_id: str) -> None:
        """Access pattern: a connection with all its memberships."""
        for item in self._partition(f"CONNECTION#{connection_id}"):
            sort_key = item["sk"]["S"]
            if sort_key.startswith("ROOM#"):
                self.leave(connection_id, sort_key.removeprefix("ROOM#"))
        with dependency("the live table"):
            self._client.delete_item(TableName=self._table, Key=_key(f"CONNECTION#{connection_id}", "CONNECTION"))

    def _partition(self, pk: str) -> list[Item]:
        items: list[Item] = []
        start: Item | None = None
        with dependency("the live table"):
            while True:
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues={":pk": s(pk)},
                    ProjectionExpression="pk, sk",
                    ConsistentRead=True,
                    **({"ExclusiveStartKey": start} if start else {}),
                )
                items.extend(answer["Items"])
                start = answer.get("LastEvaluatedKey")
                if not start:
                    return items


def _key(pk: str, sk: str) -> Item:
    return {"pk": s(pk), "sk": s(sk)}


def _membership(connection_id: str, room: str) -> tuple[Item, Item]:
    return (
        _key(f"ROOM#{room}", f"CONNECTION#{connection_id}"),
        _key(f"CONNECTION#{connection_id}", f"ROOM#{room}"),
    )
