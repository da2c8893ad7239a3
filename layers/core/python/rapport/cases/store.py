"""The cases table.

| item | pk | sk |
|---|---|---|
| case | CASE#id | CASE |
| its events | CASE#id | EVENT#seq |
| how many there are, by state | COUNTS | kind |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rapport.calls.model import Band
from rapport.cases.model import Case, CaseEvent, CaseKind, CaseState
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    query_all,
    s,
    transact,
)

NAME = "the cases table"
SCHEMA_VERSION = 1
CASE, EVENT, COUNTS = "CASE", "EVENT#", "COUNTS"
# Every case lies in this partition of index by_due.
LISTED = "CASES"
# A filter may leave little of what a query reads: so many reads a page at most.
MOST_READS = 20


@dataclass(frozen=True, kw_only=True)
class CaseQuery:
    """Which cases: None leaves a condition out. `unassigned` are those of nobody."""

    state: CaseState | None = None
    kind: CaseKind | None = None
    assignee: str | None = None
    unassigned: bool = False
    band: Band | None = None

    @property
    def index(self) -> tuple[str, str, str]:
        """The narrowest index: its name, its partition attribute, the partition."""
        if self.assignee is not None:
            return "by_assignee", "assignee", self.assignee
        if self.state is not None:
            return "by_state", "state", self.state
        return "by_due", "listed", LISTED

    def conditions(self) -> tuple[str, dict[str, str], dict[str, Any]]:
        """The filter over what the index does not decide: expression, names, values."""
        partition = self.index[1]
        wanted = {"state": self.state, "kind": self.kind, "band": self.band}
        given = {name: value for name, value in wanted.items() if value is not None and name != partition}
        terms = [f"#{name} = :{name}" for name in given]
        names = {f"#{name}": name for name in given}
        if self.unassigned:
            terms.append("attribute_not_exists(assignee)")
        return " AND ".join(terms), names, {f":{name}": s(value) for name, value in given.items()}


class DynamoCaseStore:
    """Implements `CaseStore`, and the lists of cases."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, case_id: str) -> Case | None:
        """Access pattern: case by id."""
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=_key(case_id), ConsistentRead=True)
        return Case.model_validate_json(answer["Item"]["json"]["S"]) if answer.get("Item") else None

    def events(self, case_id: str) -> list[CaseEvent]:
        """Access pattern: events of a case, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": _key(case_id)["pk"], ":prefix": s(EVENT)},
            ConsistentRead=True,
        )
        return [CaseEvent.model_validate_json(item["json"]["S"]) for item in items]

    def append(self, before: Case | None, after: Case, event: CaseEvent) -> None:
        """Access pattern: an event with the case it makes and the counters, on condition of the version before."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before is not None:
            condition = {
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": {":before": n(before.version)},
            }
        added = {
            "Put": {
                "TableName": self._table,
                "Item": _event_item(event),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        header = {"Put": {"TableName": self._table, "Item": _case_item(after), **condition}}
        transact(self._client, [added, header, *self._counted(before, after)], NAME)

    def _counted(self, before: Case | None, after: Case) -> list[dict[str, Any]]:
        if before is not None and before.state is after.state:
            return []
        moves = {after.state: 1} | ({before.state: -1} if before is not None else {})
        return [
            {
                "Update": {
                    "TableName": self._table,
                    "Key": {"pk": s(COUNTS), "sk": s(after.kind)},
                    "UpdateExpression": "SET schema_version = :schema ADD "
                    + ", ".join(f"#{state} :{state}" for state in moves),
                    "ExpressionAttributeNames": {f"#{state}": state.value for state in moves},
                    "ExpressionAttributeValues": {
                        ":schema": n(SCHEMA_VERSION),
                        **{f":{state}": n(by) for state, by in moves.items()},
                    },
                }
            }
        ]

    def counts(self, kind: CaseKind | None = None) -> dict[CaseState, int]:
        """Access pattern: how many cases are in each state."""
        with dependency(NAME):
            items = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": s(COUNTS)},
            )["Items"]
        mine = [item for item in items if kind is None or item["sk"]["S"] == kind]
        return {state: sum(int(item.get(state, {}).get("N", 0)) for item in mine) for state in CaseState}

    def page(self, query: CaseQuery, *, limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """Access pattern: cases over index by_assignee, by_state or by_due; the soonest due first, of closed ones
        the last. A page may be short although a cursor follows.
        """
        index, attribute, partition = query.index
        start = decode_cursor(cursor, expected={"pk": "", "sk": CASE, attribute: partition, "due_at": ""})
        terms, names, values = query.conditions()
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": index,
            "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeNames": {"#partition": attribute, **names},
            "ExpressionAttributeValues": {":partition": s(partition), **values},
            "ScanIndexForward": query.state is not CaseState.CLOSED,
            "Limit": limit + 1,
            **({"FilterExpression": terms} if terms else {}),
        }
        found: list[Item] = []
        for _ in range(MOST_READS):
            with dependency(NAME):
                answer = self._client.query(**request, **({"ExclusiveStartKey": start} if start else {}))
            found += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None or len(found) > limit:
                break
        if len(found) > limit:
            found = found[:limit]
            start = {name: found[-1][name] for name in ("pk", "sk", attribute, "due_at")}
        return [Case.model_validate_json(item["json"]["S"]) for item in found], encode_cursor(start)


def _key(case_id: str) -> Item:
    return {"pk": s(f"CASE#{case_id}"), "sk": s(CASE)}


def _case_item(case: Case) -> Item:
    """The case with what lists are made of; the assignee only where there is one."""
    return {
        **_key(case.case_id),
        "schema_version": n(SCHEMA_VERSION),
        "version": n(case.version),
        "listed": s(LISTED),
        "state": s(case.state),
        "kind": s(case.kind),
        "band": s(case.finding.band),
        "due_at": n(case.due_at),
        **({"assignee": s(case.assignee)} if case.assignee else {}),
        "json": s(case.model_dump_json()),
    }


def _event_item(event: CaseEvent) -> Item:
    return {
        "pk": s(f"CASE#{event.case_id}"),
        "sk": s(f"{EVENT}{event.seq:06d}"),
        "schema_version": n(SCHEMA_VERSION),
        "json": s(event.model_dump_json()),
    }
