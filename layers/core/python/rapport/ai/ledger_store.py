"""The AI table: what was asked, what it cost, what is left to spend.

| item | pk | sk | kept |
|---|---|---|---|
| interaction | ASKED#month | AT#interaction id | 90 days |
| sums of a day | SUMS#month | day#feature | 400 days |
| budget | BUDGET#tenant#day | feature | 8 days |
| answer worth keeping | CACHE#key | ANSWER | 1 day |

An interaction's id begins with its time, so its month and its key follow from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from rapport.ai.model import Feature, Interaction, Source
from rapport.ai.months import months_back
from rapport.ai.usage import DaySums, bucket_of
from rapport.runtime.clock import DAY_MS, day_of, month_of
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    batch_delete,
    decode_cursor,
    dependency,
    encode_cursor,
    error_code,
    n,
    query_all,
    s,
)
from rapport.runtime.errors import InvalidInputError, NotFoundError

SCHEMA_VERSION = 1
INTERACTION_DAYS, SUM_DAYS, BUDGET_DAYS, CACHE_DAYS = 90, 400, 8, 1
TABLE = "the AI table"
_ID = re.compile(r"(\d{13})-[0-9a-f]{16}")
_MONTHS = 4  # that ninety days can touch


def expires(at: int, days: int) -> dict[str, str]:
    return n((at + days * DAY_MS) // 1000)


def _key(interaction_id: str) -> Item:
    match = _ID.fullmatch(interaction_id)
    if match is None:
        raise NotFoundError("there is no such interaction")
    return {"pk": s(f"ASKED#{month_of(int(match[1]))}"), "sk": s(f"AT#{interaction_id}")}


class AiLedger:
    """Implements `Ledger`, and reads what it wrote."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def reserve(self, tenant: str, day: str, feature: Feature, amount: int, limit: int) -> bool:
        """Access pattern: take from the budget of a tenant, day and feature, unless that exceeds it."""
        if amount > limit:
            return False
        condition = {"ConditionExpression": "attribute_not_exists(used) OR used <= :most"}
        with dependency(TABLE):
            try:
                self._add(tenant, day, feature, amount, {":most": n(limit - amount)}, condition)
            except ClientError as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return False
                raise
        return True

    def settle(self, tenant: str, day: str, feature: Feature, difference: int) -> None:
        """Access pattern: correct what was taken from the budget."""
        with dependency(TABLE):
            self._add(tenant, day, feature, difference, {}, {})

    def _add(
        self, tenant: str, day: str, feature: Feature, amount: int, values: Item, condition: dict[str, str]
    ) -> None:
        self._client.update_item(
            TableName=self._table,
            Key={"pk": s(f"BUDGET#{tenant}#{day}"), "sk": s(feature.value)},
            UpdateExpression="ADD used :amount SET schema_version = :version, expires_at = :until",
            ExpressionAttributeValues={
                ":amount": n(amount),
                ":version": n(SCHEMA_VERSION),
                ":until": n(_end_of(day, BUDGET_DAYS)),
                **values,
            },
            **condition,
        )

    def used(self, tenant: str, day: str) -> dict[str, int]:
        """Access pattern: micro-USD used of a day's budgets, by feature."""
        items = query_all(
            self._client,
            TABLE,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s(f"BUDGET#{tenant}#{day}")},
        )
        return {item["sk"]["S"]: int(item["used"]["N"]) for item in items}

    def cached(self, key: str) -> str | None:
        """Access pattern: an answer that was kept."""
        with dependency(TABLE):
            item = self._client.get_item(TableName=self._table, Key={"pk": s(f"CACHE#{key}"), "sk": s("ANSWER")}).get(
                "Item"
            )
        return item["text"]["S"] if item else None

    def keep(self, key: str, answer: str, at: int) -> None:
        """Access pattern: keep an answer. It holds placeholders, nobody's data."""
        item = {
            "pk": s(f"CACHE#{key}"),
            "sk": s("ANSWER"),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": expires(at, CACHE_DAYS),
            "text": s(answer),
        }
        with dependency(TABLE):
            self._client.put_item(TableName=self._table, Item=item)

    def record(self, interaction: Interaction) -> None:
        """Access pattern: an interaction, and its part in the sums of its day, together."""
        item = {
            **_key(interaction.interaction_id),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": expires(interaction.at, INTERACTION_DAYS),
            "username": s(interaction.username),
            "at": n(interaction.at),
            "json": s(interaction.model_dump_json()),
        }
        with dependency(TABLE):
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": self._table, "Item": item}},
                    {"Update": {"TableName": self._table, **_sums_update(interaction)}},
                ]
            )

    def interaction(self, interaction_id: str) -> Interaction:
        """Access pattern: an interaction by id; `NotFoundError` when there is none."""
        with dependency(TABLE):
            item = self._client.get_item(TableName=self._table, Key=_key(interaction_id)).get("Item")
        if item is None:
            raise NotFoundError("there is no such interaction")
        return _interaction(item)

    def judge(self, interaction_id: str, *, helpful: bool, comment: str | None) -> None:
        """Access pattern: whether an answer helped; the last word counts."""
        with dependency(TABLE):
            self._client.update_item(
                TableName=self._table,
                Key=_key(interaction_id),
                UpdateExpression="SET helpful = :helpful, feedback = :feedback",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={
                    ":helpful": {"BOOL": helpful},
                    ":feedback": s(comment) if comment else {"NULL": True},
                },
            )

    def of_user(self, username: str, *, limit: int, cursor: str | None) -> tuple[list[Interaction], str | None]:
        """Access pattern: a user's interactions, newest first."""
        start = decode_cursor(cursor, expected={"pk": "", "sk": "", "username": username, "at": ""})
        with dependency(TABLE):
            answer = self._client.query(
                TableName=self._table,
                IndexName="by_user",
                KeyConditionExpression="username = :who",
                ExpressionAttributeValues={":who": s(username)},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        return [_interaction(item) for item in answer["Items"]], encode_cursor(answer.get("LastEvaluatedKey"))

    def all_of_user(self, username: str) -> Iterator[Interaction]:
        """Access pattern: every interaction of a user, newest first."""
        cursor: str | None = None
        while True:
            found, cursor = self.of_user(username, limit=100, cursor=cursor)
            yield from found
            if cursor is None:
                return

    def forget(self, interaction_ids: Iterable[str]) -> None:
        """Access pattern: interactions are deleted. The sums of their days stay: they name nobody."""
        keys = [_key(interaction_id) for interaction_id in dict.fromkeys(interaction_ids)]
        batch_delete(self._client, self._table, keys, TABLE)

    def newest(self, *, at: int, limit: int, cursor: str | None) -> tuple[list[Interaction], str | None]:
        """Access pattern: everybody's interactions, newest first, month after month backwards."""
        start = decode_cursor(cursor, expected={"pk": "", "sk": ""})
        months = months_back(at, _MONTHS)
        if start is not None:
            month = str(start["pk"].get("S", "")).removeprefix("ASKED#")
            if month not in months:
                raise InvalidInputError("the cursor is not one that was given out here", field="cursor")
            months = months[months.index(month) :]
        found: list[Item] = []
        for month in months:
            with dependency(TABLE):
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues={":pk": s(f"ASKED#{month}")},
                    ScanIndexForward=False,
                    Limit=limit - len(found),
                    **({"ExclusiveStartKey": start} if start else {}),
                )
            start = None
            found += answer["Items"]
            if len(found) >= limit:
                last = {"pk": found[-1]["pk"], "sk": found[-1]["sk"]}
                return [_interaction(item) for item in found], encode_cursor(last)
        return [_interaction(item) for item in found], None

    def sums(self, first_day: str, last_day: str) -> Iterator[DaySums]:
        """Access pattern: the sums of the days of a period, each day and feature."""
        month = first_day[:7]
        while month <= last_day[:7]:
            for item in query_all(
                self._client,
                TABLE,
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":pk": s(f"SUMS#{month}"),
                    ":first": s(first_day),
                    ":last": s(last_day + "~"),
                },
            ):
                day, _, feature = item["sk"]["S"].partition("#")
                counts = {name: int(value["N"]) for name, value in item.items() if name.startswith("c_")}
                yield DaySums(day=day, feature=Feature(feature), counts=counts)
            year, number = int(month[:4]), int(month[5:])
            month = f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def _end_of(day: str, days: int) -> int:
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) + days * 86_400


def _interaction(item: Item) -> Interaction:
    found = json.loads(item["json"]["S"])
    if "helpful" in item:
        found["helpful"] = item["helpful"]["BOOL"]
        found["feedback"] = item["feedback"].get("S")
    return Interaction.model_validate(found)


def _sums_update(interaction: Interaction) -> dict[str, Any]:
    """Counters of a day and feature, all by ADD."""
    counts = {
        "c_asked": 1,
        f"c_source_{interaction.source.value}": 1,
        "c_cached": int(interaction.cached),
        "c_cost": interaction.cost_micro_usd or 0,
        "c_unpriced": int(interaction.cost_micro_usd is None),
        "c_input": interaction.usage.input,
        "c_output": interaction.usage.output,
        f"c_ms_{interaction.source.value}_{bucket_of(interaction.latency_ms)}": 1,
    }
    if interaction.fallback and interaction.source is Source.RULES:
        counts[f"c_why_{interaction.fallback.value}"] = 1
    counts = {name: value for name, value in counts.items() if value}
    day = day_of(interaction.at)
    return {
        "Key": {"pk": s(f"SUMS#{day[:7]}"), "sk": s(f"{day}#{interaction.feature.value}")},
        "UpdateExpression": "ADD "
        + ", ".join(f"{name} :{name}" for name in counts)
        + " SET schema_version = :version, expires_at = :until",
        "ExpressionAttributeValues": {
            **{f":{name}": n(value) for name, value in counts.items()},
            ":version": n(SCHEMA_VERSION),
            ":until": expires(interaction.at, SUM_DAYS),
        },
    }
