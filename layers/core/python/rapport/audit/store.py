"""The audit trail in the identity table.

| item | pk | sk |
|---|---|---|
| entry | AUDIT#day | ENTRY#seq |
| how often something was done on a day | AUDIT#day | COUNT#action |
| the last entry of all | AUDIT | HEAD |
| what somebody is called in the trail | USER#name | PSEUDONYM |
| who that is, until erased | PSEUDONYM#p | USER |
"""

from __future__ import annotations

import secrets
from typing import Any

from rapport.audit.model import Action, Entry
from rapport.audit.service import ContendedTrailError, Head
from rapport.runtime.dynamodb import (
    AwsClient,
    ContendedError,
    Item,
    batch_get,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    query_all,
    s,
    text,
    transact,
)
from rapport.runtime.function_spec import Grant, Resource

NAME = "the audit trail"
SCHEMA_VERSION = 1
# As long as a bank keeps what it was asked to decide by.
KEPT_S = 7 * 365 * 86_400
ENTRY, COUNT = "ENTRY#", "COUNT#"
# What recording needs.
RECORDING = Grant(
    resource=Resource.IDENTITY_TABLE, actions=("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
)


class DynamoTrailStore:
    """Implements `TrailStore`, and the lists of entries."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def head(self) -> Head | None:
        """Access pattern: the last entry of all."""
        item = self._get("AUDIT", "HEAD")
        return Head(item["day"]["S"], int(item["seq"]["N"]), item["hash"]["S"]) if item else None

    def append(self, entry: Entry, before: Head | None, after: Head) -> None:
        """Access pattern: an entry, the head and the day's count, on condition of the head before."""
        expires = n(entry.at // 1000 + KEPT_S)
        written = {
            **_key(f"AUDIT#{after.day}", f"{ENTRY}{entry.seq:08d}"),
            "schema_version": n(SCHEMA_VERSION),
            "json": s(entry.model_dump_json()),
            "expires_at": expires,
        }
        head = {
            **_key("AUDIT", "HEAD"),
            "schema_version": n(SCHEMA_VERSION),
            "day": s(after.day),
            "seq": n(after.seq),
            "hash": s(after.hash),
        }
        known: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before is not None:
            known = {
                "ConditionExpression": "#hash = :hash",
                "ExpressionAttributeNames": {"#hash": "hash"},
                "ExpressionAttributeValues": {":hash": s(before.hash)},
            }
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        count = {
            "TableName": self._table,
            "Key": _key(f"AUDIT#{after.day}", f"{COUNT}{entry.action}"),
            "UpdateExpression": "ADD times :one SET schema_version = :schema, expires_at = :expires",
            "ExpressionAttributeValues": {":one": n(1), ":schema": n(SCHEMA_VERSION), ":expires": expires},
        }
        actions: list[dict[str, Any]] = [
            {"Put": {"TableName": self._table, "Item": written, **new}},
            {"Put": {"TableName": self._table, "Item": head, **known}},
            {"Update": count},
        ]
        try:
            transact(self._client, actions, NAME)
        except ContendedError:
            raise ContendedTrailError from None

    def entries(self, day: str) -> list[Entry]:
        """Access pattern: every entry of a day, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": s(f"AUDIT#{day}"), ":prefix": s(ENTRY)},
            ConsistentRead=True,
        )
        return [Entry.model_validate_json(item["json"]["S"]) for item in items]

    def page(self, day: str, *, limit: int, cursor: str | None) -> tuple[list[Entry], str | None]:
        """Access pattern: entries of a day, newest first."""
        start = decode_cursor(cursor, expected={"pk": f"AUDIT#{day}", "sk": ""})
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": s(f"AUDIT#{day}"), ":prefix": s(ENTRY)},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        found = [Entry.model_validate_json(item["json"]["S"]) for item in answer["Items"]]
        return found, encode_cursor(answer.get("LastEvaluatedKey"))

    def counts(self, day: str) -> dict[Action, int]:
        """Access pattern: how often each thing was done on a day."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": s(f"AUDIT#{day}"), ":prefix": s(COUNT)},
        )
        return {Action(item["sk"]["S"].removeprefix(COUNT)): int(item["times"]["N"]) for item in items}

    def pseudonym(self, username: str, *, make: bool) -> str | None:
        """Access pattern: what a user is called in the trail; made on condition that there is none."""
        item = self._get(f"USER#{username}", "PSEUDONYM")
        if item is not None or not make:
            return text(item or {}, "pseudonym")
        made = f"p-{secrets.token_hex(8)}"
        new = {"ConditionExpression": "attribute_not_exists(pk)"}
        mine = {**_key(f"USER#{username}", "PSEUDONYM"), "schema_version": n(SCHEMA_VERSION), "pseudonym": s(made)}
        means = {**_key(f"PSEUDONYM#{made}", "USER"), "schema_version": n(SCHEMA_VERSION), "username": s(username)}
        actions = [{"Put": {"TableName": self._table, "Item": item, **new}} for item in (mine, means)]
        try:
            transact(self._client, actions, NAME)
        except ContendedError:
            return self.pseudonym(username, make=False)
        return made

    def names(self, pseudonyms: set[str]) -> dict[str, str]:
        """Access pattern: who pseudonyms are; those that were erased are absent."""
        keys = [_key(f"PSEUDONYM#{each}", "USER") for each in sorted(pseudonyms)]
        found = batch_get(self._client, self._table, keys, NAME)
        return {item["pk"]["S"].partition("#")[2]: item["username"]["S"] for item in found}

    def forget(self, username: str) -> None:
        """Access pattern: delete what a pseudonym means, then the pseudonym."""
        made = self.pseudonym(username, make=False)
        if made is None:
            return
        for key in (_key(f"PSEUDONYM#{made}", "USER"), _key(f"USER#{username}", "PSEUDONYM")):
            with dependency(NAME):
                self._client.delete_item(TableName=self._table, Key=key)

    def _get(self, pk: str, sk: str) -> Item | None:
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=_key(pk, sk), ConsistentRead=True)
        found: Item | None = answer.get("Item")
        return found


def _key(pk: str, sk: str) -> Item:
    return {"pk": s(pk), "sk": s(sk)}
