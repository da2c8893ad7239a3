"""How often somebody may ask: a counter per user, group of features and minute in the AI table.

| item | pk | sk | kept |
|---|---|---|---|
| counter | RATE#username#group | MINUTE#minute since the epoch | an hour |
"""

from __future__ import annotations

from rapport.ai.ledger_store import SCHEMA_VERSION, TABLE
from rapport.runtime.dynamodb import AwsClient, dependency, n, s
from rapport.runtime.errors import TooManyRequestsError

WINDOW_S, KEPT_S = 60, 3600


class RateLimit:
    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def count(self, username: str, group: str, most: int, at: int) -> None:
        """Access pattern: count a request; `TooManyRequestsError` with the seconds to wait when it is one too many."""
        seconds = at // 1000
        window = seconds // WINDOW_S
        with dependency(TABLE):
            answer = self._client.update_item(
                TableName=self._table,
                Key={"pk": s(f"RATE#{username}#{group}"), "sk": s(f"MINUTE#{window}")},
                UpdateExpression="ADD asked :one SET schema_version = :version, expires_at = :until",
                ExpressionAttributeValues={
                    ":one": n(1),
                    ":version": n(SCHEMA_VERSION),
                    ":until": n(seconds + KEPT_S),
                },
                ReturnValues="UPDATED_NEW",
            )
        if int(answer["Attributes"]["asked"]["N"]) > most:
            wait = (window + 1) * WINDOW_S - seconds
            raise TooManyRequestsError(f"at most {most} requests a minute: wait {wait} s", retry_after_s=wait)
