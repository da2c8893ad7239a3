"""Where a round of snapshots keeps how far it has come."""

from __future__ import annotations

from rapport.customers.store import NAME
from rapport.runtime.dynamodb import AwsClient, dependency, n, s
from rapport.scoring.snapshots import Round

SCHEMA_VERSION = 1
KEY = {"pk": s("SNAPSHOTS"), "sk": s("ROUND")}


class RoundStore:
    """Implements `Rounds`."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> Round | None:
        """Access pattern: the round that runs, or ran last."""
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=KEY, ConsistentRead=True).get("Item")
        return Round.model_validate_json(item["json"]["S"]) if item else None

    def save(self, progress: Round) -> None:
        """Access pattern: keep how far the round has come."""
        item = {**KEY, "schema_version": n(SCHEMA_VERSION), "json": s(progress.model_dump_json())}
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)
