"""The vendors table: ids of callbacks that were seen, and how many were refused (docs/access-patterns.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from rapport.runtime.clock import day_of
from rapport.runtime.dynamodb import AwsClient, dependency, error_code, n, s
from rapport.vendors.webhooks import Claim

SCHEMA_VERSION = 1
# Longer than the function may run; a callback whose function died is accepted again after it.
LEASE_S = 30
KEEP_S = 3 * 86_400
KEEP_REFUSALS_S = 90 * 86_400


@dataclass(frozen=True, slots=True)
class VendorsStore:
    """Implements `Claims` and `Refusals`. Times are epoch milliseconds."""

    client: AwsClient
    table: str

    def claim(self, vendor: str, name: str, now: int) -> Claim:
        """Access pattern: take a callback's id, on condition that nobody settled it or holds it now."""
        seconds = now // 1000
        try:
            self.client.put_item(
                TableName=self.table,
                Item={
                    **_seen(vendor, name),
                    "schema_version": n(SCHEMA_VERSION),
                    "held_until": n(seconds + LEASE_S),
                    "expires_at": n(seconds + KEEP_S),
                },
                ConditionExpression="attribute_not_exists(pk) OR held_until < :now OR expires_at < :now",
                ExpressionAttributeValues={":now": n(seconds)},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                known: Any = error.response.get("Item", {})
                return Claim.HELD if "held_until" in known else Claim.SETTLED
            with dependency("the vendors table"):
                raise
        return Claim.TAKEN

    def settle(self, vendor: str, name: str, now: int) -> None:
        """Access pattern: a callback's id is done with, for three days."""
        item = {
            **_seen(vendor, name),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(now // 1000 + KEEP_S),
        }
        with dependency("the vendors table"):
            self.client.put_item(TableName=self.table, Item=item)

    def refused(self, vendor: str, kind: str, reason: str, now: int) -> None:
        """Access pattern: refusals of a day by minute, vendor, kind and reason. Counted rather than listed, so that
        a flood of forgeries fills no table.
        """
        day, minute = day_of(now), f"{now // 60_000:010d}"
        with dependency("the vendors table"):
            self.client.update_item(
                TableName=self.table,
                Key={"pk": s(f"REFUSED#{day}"), "sk": s(f"{minute}#{vendor}#{kind}#{reason}")},
                UpdateExpression=(
                    "SET schema_version = :version, last_at = :now, expires_at = :gone, first_at = "
                    "if_not_exists(first_at, :now) ADD refusals :one"
                ),
                ExpressionAttributeValues={
                    ":version": n(SCHEMA_VERSION),
                    ":now": n(now),
                    ":gone": n(now // 1000 + KEEP_REFUSALS_S),
                    ":one": n(1),
                },
            )


def _seen(vendor: str, name: str) -> dict[str, dict[str, str]]:
    return {"pk": s(f"WEBHOOK#{vendor}#{name}"), "sk": s("SEEN")}
