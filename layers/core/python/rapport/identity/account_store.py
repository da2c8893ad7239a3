"""What the identity table keeps of accounts: sessions, registrations, and counts against abuse.

| item | pk | sk |
|---|---|---|
| session | USER#name | SESSION#id |
| registration that waits for its code | USER#name | REGISTRATION |
| count of a window of time | LIMIT#scope#hash | WINDOW#number |
| failures in a row | LIMIT#scope#hash | FAILURES |
| the key of those hashes | KEY | COUNTERS |
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from botocore.exceptions import ClientError

from rapport.identity.registration import Pending
from rapport.identity.sessions import Session
from rapport.runtime.dynamodb import AwsClient, Item, dependency, error_code, n, number, query_all, s, write_if

NAME = "the identity table"
SCHEMA_VERSION = 1
FAILURES_KEPT_S = 86_400


class DynamoSessions:
    """Implements `Sessions`."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, username: str, session_id: str) -> Session | None:
        """Access pattern: session by user and id."""
        with dependency(NAME):
            answer = self._client.get_item(
                TableName=self._table, Key=_session(username, session_id), ConsistentRead=True
            )
        return Session.model_validate_json(answer["Item"]["json"]["S"]) if answer.get("Item") else None

    def of(self, username: str) -> list[Session]:
        """Access pattern: sessions of a user."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": s(f"USER#{username}"), ":prefix": s("SESSION#")},
            ConsistentRead=True,
        )
        return [Session.model_validate_json(item["json"]["S"]) for item in items]

    def add(self, session: Session) -> None:
        """Access pattern: a new session."""
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=_session_item(session))

    def turn(self, before: Session, after: Session) -> bool:
        """Access pattern: the next turn of a session, on condition of the one before."""
        values = {":turn": n(before.turn)}
        return write_if(self._client, self._table, _session_item(after), "turn = :turn", values, NAME)

    def drop(self, username: str, session_id: str) -> None:
        """Access pattern: end a session."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=_session(username, session_id))


class DynamoPendings:
    """Implements `Pendings`."""

    def __init__(self, client: AwsClient, table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def load(self, username: str) -> Pending | None:
        """Access pattern: registration of a user name; None when its hour is over."""
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=_pending(username), ConsistentRead=True).get("Item")
        if not item or int(item["expires_at"]["N"]) <= self._now() // 1000:
            return None
        return Pending.model_validate_json(item["json"]["S"])

    def save(self, pending: Pending, *, seconds: int) -> None:
        """Access pattern: keep a registration; a later one of the name replaces it."""
        item = {
            **_pending(pending.username),
            "schema_version": n(SCHEMA_VERSION),
            "json": s(pending.model_dump_json()),
            "expires_at": n(self._now() // 1000 + seconds),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def drop(self, username: str) -> None:
        """Access pattern: a registration that is done."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=_pending(username))


class DynamoCounters:
    """Implements `Counters`. What is counted is a keyed hash in the key of its item; the hash's own key lies in the
    table, so that it protects what leaves the table (logs, metrics, an excerpt), not the table from its reader.
    """

    def __init__(self, client: AwsClient, table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now
        self._key: bytes | None = None

    def hit(self, scope: str, value: str, *, window_s: int) -> int:
        """Access pattern: count one in this window."""
        window = self._now() // 1000 // window_s
        with dependency(NAME):
            answer = self._client.update_item(
                TableName=self._table,
                Key={"pk": self._hashed(scope, value), "sk": s(f"WINDOW#{window}")},
                UpdateExpression="ADD times :one SET schema_version = :schema, expires_at = :expires",
                ExpressionAttributeValues={
                    ":one": n(1),
                    ":schema": n(SCHEMA_VERSION),
                    ":expires": n((window + 2) * window_s),
                },
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["times"]["N"])

    def seen(self, scope: str, value: str, *, window_s: int) -> int:
        """Access pattern: how many were counted in this window."""
        window = self._now() // 1000 // window_s
        with dependency(NAME):
            answer = self._client.get_item(
                TableName=self._table, Key={"pk": self._hashed(scope, value), "sk": s(f"WINDOW#{window}")}
            )
        return number(answer.get("Item") or {}, "times") or 0

    def failed(self, scope: str, value: str) -> int:
        """Access pattern: count a failure in a row."""
        with dependency(NAME):
            answer = self._client.update_item(
                TableName=self._table,
                Key=self._failures(scope, value),
                UpdateExpression="ADD times :one SET schema_version = :schema, expires_at = :expires",
                ExpressionAttributeValues={
                    ":one": n(1),
                    ":schema": n(SCHEMA_VERSION),
                    ":expires": n(self._now() // 1000 + FAILURES_KEPT_S),
                },
                ReturnValues="UPDATED_NEW",
            )
        return int(answer["Attributes"]["times"]["N"])

    def lock(self, scope: str, value: str, *, until: int) -> None:
        """Access pattern: lock until a time in epoch milliseconds."""
        with dependency(NAME):
            self._client.update_item(
                TableName=self._table,
                Key=self._failures(scope, value),
                UpdateExpression="SET locked_until = :until",
                ExpressionAttributeValues={":until": n(until)},
            )

    def locked_until(self, scope: str, value: str) -> int:
        """Access pattern: until when it is locked."""
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=self._failures(scope, value), ConsistentRead=True)
        return number(answer.get("Item") or {}, "locked_until") or 0

    def clear(self, scope: str, value: str) -> None:
        """Access pattern: forget the failures."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=self._failures(scope, value))

    def _failures(self, scope: str, value: str) -> Item:
        return {"pk": self._hashed(scope, value), "sk": s("FAILURES")}

    def _hashed(self, scope: str, value: str) -> dict[str, str]:
        if self._key is None:
            self._key = self._read_key()
        return s(f"LIMIT#{scope}#{hmac.new(self._key, f'{scope} {value}'.encode(), hashlib.sha256).hexdigest()}")

    def _read_key(self) -> bytes:
        """Access pattern: the key of the hashes, made on condition that there is none."""
        where = {"pk": s("KEY"), "sk": s("COUNTERS")}
        made = {**where, "schema_version": n(SCHEMA_VERSION), "key": s(secrets.token_hex(32))}
        try:
            item = self._client.get_item(TableName=self._table, Key=where, ConsistentRead=True).get("Item")
            if item is None:
                self._client.put_item(TableName=self._table, Item=made, ConditionExpression="attribute_not_exists(pk)")
                item = made
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return self._read_key()
            with dependency(NAME):
                raise
        return bytes.fromhex(item["key"]["S"])


def _session(username: str, session_id: str) -> Item:
    return {"pk": s(f"USER#{username}"), "sk": s(f"SESSION#{session_id}")}


def _pending(username: str) -> Item:
    return {"pk": s(f"USER#{username}"), "sk": s("REGISTRATION")}


def _session_item(session: Session) -> Item:
    return {
        **_session(session.username, session.session_id),
        "schema_version": n(SCHEMA_VERSION),
        "turn": n(session.turn),
        "expires_at": n(session.expires_at),
        "json": s(session.model_dump_json()),
    }
