"""What the look-up keeps: its first answer per contact, and how often a number called."""

from __future__ import annotations

import json
from collections.abc import Callable

from botocore.exceptions import ClientError

from rapport.calls import keys
from rapport.calls.lookup import Caller
from rapport.runtime.dynamodb import AwsClient, dependency, error_code, n, number, s

HOUR_MS = 3_600_000
DAY_S = 86_400


class LookupStore:
    """Implements the look-up's `Answers` and `Callers`."""

    def __init__(self, client: AwsClient, calls_table: str, customers_table: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._calls = calls_table
        self._customers = customers_table
        self._clock = clock

    def recall(self, contact_id: str) -> dict[str, str] | None:
        """Access pattern: the look-up's answer, once per contact."""
        with dependency("the calls table"):
            answer = self._client.get_item(TableName=self._calls, Key=_lookup_key(contact_id), ConsistentRead=True).get(
                "Item"
            )
        return json.loads(answer["answer"]["S"]) if answer else None

    def keep(self, contact_id: str, answer: dict[str, str]) -> dict[str, str]:
        """Access pattern: keep the first answer; a retry that ran side by side gets the kept one."""
        item = {
            **_lookup_key(contact_id),
            "schema_version": n(keys.SCHEMA_VERSION),
            "expires_at": n(self._clock() // 1000 + DAY_S),
            "answer": s(json.dumps(answer)),
        }
        try:
            self._client.put_item(TableName=self._calls, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return self.recall(contact_id) or answer
            with dependency("the calls table"):
                raise
        return answer

    def note_call(self, e164: str, contact_id: str) -> Caller:
        """Access pattern: calls of a number in the last hour, each contact once, and the lists it is on.

        `CALLER#<number>` holds one item per contact (`CALL#<ms>#<contact>`, kept a day) and the lists
        (`LIST#BLOCK`, `LIST#ALLOW`). A retry finds its contact among the recent ones and adds nothing.
        """
        now = self._clock()
        pk = s(f"CALLER#{e164}")
        with dependency("the customers table"):
            recent = self._client.query(
                TableName=self._customers,
                KeyConditionExpression="pk = :pk AND sk >= :since",
                ExpressionAttributeValues={":pk": pk, ":since": s(f"CALL#{now - HOUR_MS:013d}")},
                ConsistentRead=True,
            )["Items"]
            calls = [item for item in recent if item["sk"]["S"].startswith("CALL#")]
            lists = {item["sk"]["S"] for item in recent if item["sk"]["S"].startswith("LIST#")}
            before = [item for item in calls if item["contact_id"]["S"] != contact_id]
            if len(before) == len(calls):
                self._client.put_item(
                    TableName=self._customers,
                    Item={
                        "pk": pk,
                        "sk": s(f"CALL#{now:013d}#{contact_id}"),
                        "schema_version": n(1),
                        "expires_at": n(now // 1000 + DAY_S),
                        "contact_id": s(contact_id),
                        "at": n(now),
                    },
                )
        return Caller(
            calls_last_hour=len(before) + 1,
            blocked="LIST#BLOCK" in lists,
            allowed="LIST#ALLOW" in lists,
            last_contact_ms=max((number(item, "at") or 0 for item in before), default=None),
        )


def _lookup_key(contact_id: str) -> dict[str, dict[str, str]]:
    return {"pk": s(keys.partition(contact_id)), "sk": s(keys.Prefix.LOOKUP)}
