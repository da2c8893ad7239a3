"""The profiles table.

| item | pk | sk |
|---|---|---|
| a user's profile | USER#id | PROFILE |
| what was unusual | USER#id | ANOMALY#at#event |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import compress
from typing import Any

from rapport.profiles.model import AnomalyFound
from rapport.profiles.state import last_at_of
from rapport.profiles.updater import StoredProfile
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    batch_get,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    number,
    query_all,
    s,
    write_if,
)

NAME = "the profiles table"
SCHEMA_VERSION = 1
PROFILE, ANOMALY = "PROFILE", "ANOMALY#"
DAY_S = 86_400
# A user of whom nothing was heard for so long is forgotten.
PROFILE_KEPT_S, ANOMALY_KEPT_S = 400 * DAY_S, 180 * DAY_S
# Longer than the stream can bring erased events back.
ERASED_KEPT_S = 7 * DAY_S
# So far ahead that nobody who read the profile before can still meet the condition of a write.
ERASED_STEP = 1_000_000
WRITERS = 8
# What one batch of writes takes.
WRITES = 25


class DynamoProfiles:
    """Implements `Keeper` of profiles and of anomalies' profiles, and what is read of both."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, keys: Collection[str]) -> Mapping[str, StoredProfile]:
        """Access pattern: profiles of the users in a batch."""
        wanted = [_key(user_id) for user_id in keys]
        items = batch_get(self._client, self._table, wanted, NAME, consistent=True)
        return {item["pk"]["S"].removeprefix("USER#"): _stored(item) for item in items}

    def save(self, changes: Mapping[str, StoredProfile]) -> Collection[str]:
        """Access pattern: a user's profile, on condition of the version before. The writes wait side by side."""
        with ThreadPoolExecutor(min(WRITERS, len(changes))) as pool:
            written = list(pool.map(lambda change: self._write(*change), changes.items()))
        return list(compress(changes, (not done for done in written)))

    def _write(self, user_id: str, profile: StoredProfile) -> bool:
        item = _item(user_id, profile) | {"expires_at": n(last_at_of(profile.data) // 1000 + PROFILE_KEPT_S)}
        before = {":before": n(profile.version - 1)}
        condition = "version = :before" if profile.version > 1 else "attribute_not_exists(pk) OR version = :before"
        return write_if(self._client, self._table, item, condition, before, NAME)

    def get(self, user_id: str) -> StoredProfile | None:
        """Access pattern: profile of a user."""
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=_key(user_id), ConsistentRead=True)
        return _stored(answer["Item"]) if answer.get("Item") else None

    def add_anomalies(self, user_id: str, found: Collection[AnomalyFound]) -> None:
        """Access pattern: what was unusual of a user; writing it again changes nothing."""
        for each in found:
            item = _anomaly_key(user_id, each) | {
                "schema_version": n(SCHEMA_VERSION),
                "json": s(each.model_dump_json()),
                "expires_at": n(each.at // 1000 + ANOMALY_KEPT_S),
            }
            with dependency(NAME):
                self._client.put_item(TableName=self._table, Item=item)

    def anomalies(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[AnomalyFound], str | None]:
        """Access pattern: what was unusual of a user, newest first."""
        pk = f"USER#{user_id}"
        start = decode_cursor(cursor, expected={"pk": pk, "sk": ""})
        request: dict[str, Any] = {"ExclusiveStartKey": start} if start else {}
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": s(pk), ":prefix": s(ANOMALY)},
                ScanIndexForward=False,
                Limit=limit,
                **request,
            )
        found = [AnomalyFound.model_validate_json(item["json"]["S"]) for item in answer["Items"]]
        return found, encode_cursor(answer.get("LastEvaluatedKey"))

    def erase(self, user_id: str, now: int) -> None:
        """Access pattern: everything of a user, erased; what is left says when, until nothing can come again."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s(f"USER#{user_id}")},
            ConsistentRead=True,
            ProjectionExpression="pk, sk, version",
        )
        version, requests = 0, list[dict[str, Any]]()
        for item in items:
            if item["sk"]["S"] == PROFILE:
                version = number(item, "version") or 0
            else:
                requests.append({"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}})
        left = _item(user_id, StoredProfile(version=version + ERASED_STEP, erased_at=now))
        requests.append({"PutRequest": {"Item": left | {"expires_at": n(now // 1000 + ERASED_KEPT_S)}}})
        while requests:
            with dependency(NAME):
                answer = self._client.batch_write_item(RequestItems={self._table: requests[:WRITES]})
            requests = [*answer.get("UnprocessedItems", {}).get(self._table, []), *requests[WRITES:]]


def _key(user_id: str) -> Item:
    return {"pk": s(f"USER#{user_id}"), "sk": s(PROFILE)}


def _anomaly_key(user_id: str, found: AnomalyFound) -> Item:
    return {"pk": s(f"USER#{user_id}"), "sk": s(f"{ANOMALY}{found.at:013d}#{found.event_id}")}


def _item(user_id: str, profile: StoredProfile) -> Item:
    return {
        **_key(user_id),
        "schema_version": n(SCHEMA_VERSION),
        "version": n(profile.version),
        "profile": {"B": profile.data},
        **({"erased_at": n(profile.erased_at)} if profile.erased_at is not None else {}),
    }


def _stored(item: Item) -> StoredProfile:
    return StoredProfile(bytes(item["profile"]["B"]), number(item, "version") or 0, number(item, "erased_at"))
