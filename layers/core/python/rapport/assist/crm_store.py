"""The assist table: calls that the CRM is to be told of, and what of the CRM was applied (docs/access-patterns.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from rapport.assist.crm import Waiting
from rapport.assist.store import NAME, SCHEMA_VERSION
from rapport.runtime.clock import now_ms
from rapport.runtime.dynamodb import AwsClient, Item, dependency, error_code, n, number, query_all, s

# An outage longer than this loses calls to the CRM: the calls themselves stay here.
WAIT_S = 14 * 86_400
KEEP_S = 30 * 86_400
WAITING = "CRM#WAITING"


@dataclass(frozen=True, slots=True)
class CrmStore:
    """Implements `Outbox` and `Marks`."""

    client: AwsClient
    table: str

    def expect(self, waiting: Waiting) -> None:
        """Access pattern: a call for the CRM, the latest event of it only."""
        item = {
            **_waiting(waiting),
            "schema_version": n(SCHEMA_VERSION),
            "seq": n(waiting.seq),
            "json": s(waiting.model_dump_json()),
            "expires_at": n(now_ms() // 1000 + WAIT_S),
        }
        self._unless_newer(
            "put_item", Item=item, condition="attribute_not_exists(pk) OR seq <= :seq", values={":seq": n(waiting.seq)}
        )

    def done(self, waiting: Waiting) -> None:
        """Access pattern: the CRM knows this event of the call."""
        self._unless_newer(
            "delete_item", Key=_waiting(waiting), condition="seq <= :seq", values={":seq": n(waiting.seq)}
        )

    def waiting(self) -> Iterator[Waiting]:
        """Access pattern: every call that the CRM is still to be told of."""
        for item in query_all(
            self.client,
            NAME,
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s(WAITING)},
        ):
            yield Waiting.model_validate_json(item["json"]["S"])

    def revision(self, app: str, record_id: str) -> int:
        """Access pattern: the revision of a record that was applied."""
        return self._number(_mark(app, f"RECORD#{record_id}"), "revision") or 0

    def applied(self, app: str, record_id: str, revision: int, now: int) -> None:
        """Access pattern: a record was applied up to this revision."""
        item = {
            **_mark(app, f"RECORD#{record_id}"),
            "schema_version": n(SCHEMA_VERSION),
            "revision": n(revision),
            "expires_at": n(now // 1000 + KEEP_S),
        }
        self._unless_newer(
            "put_item",
            Item=item,
            condition="attribute_not_exists(pk) OR revision < :revision",
            values={":revision": n(revision)},
        )

    def reconciled_at(self, app: str) -> int | None:
        """Access pattern: when an app was last read through, epoch ms."""
        return self._number(_mark(app, "RECONCILED"), "at")

    def reconciled(self, app: str, at: int) -> None:
        """Access pattern: an app was read through."""
        item = {**_mark(app, "RECONCILED"), "schema_version": n(SCHEMA_VERSION), "at": n(at)}
        with dependency(NAME):
            self.client.put_item(TableName=self.table, Item=item)

    def _number(self, key: Item, name: str) -> int | None:
        with dependency(NAME):
            item = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item")
        return number(item, name) if item else None

    def _unless_newer(self, operation: str, *, condition: str, values: Item, **request: Item) -> None:
        """A write that gives way to one that was made for something newer."""
        with dependency(NAME):
            try:
                getattr(self.client, operation)(
                    TableName=self.table,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    **request,
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise


def _waiting(waiting: Waiting) -> Item:
    return {"pk": s(WAITING), "sk": s(waiting.contact_id)}


def _mark(app: str, what: str) -> Item:
    return {"pk": s(f"CRM#{app}"), "sk": s(what)}
