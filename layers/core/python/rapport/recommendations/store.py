"""The recommendations table.

| item | pk | sk |
|---|---|---|
| where a customer stands | CUSTOMER#id | HEAD |
| recommendation | CUSTOMER#id | REC#at#99-n |
| round of the policy | CUSTOMER#id | ROUND#at |
| what became of an action | ACTIONS | code#shard |
| customers with an outcome, by group | EFFECT#experiment | outcome#group#shard |
| other policies, judged | EFFECT#experiment | POLICIES |

Index by_due holds what waits for time: open recommendations under EXPIRY, rounds under OUTCOME, and then under
SETTLED#experiment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rapport.customers.keys import shard
from rapport.recommendations.model import (
    ExperimentGroup,
    Head,
    Recommendation,
    RecommendationOutcome,
    RecommendationState,
    Round,
)
from rapport.recommendations.ports import Tally, Turn
from rapport.recommendations.statistics import FIELDS, PolicyEstimates, counted
from rapport.runtime.clock import DAY_MS
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

NAME = "the recommendations table"
SCHEMA_VERSION = 1
KEPT_MS = 400 * DAY_MS
HEAD, REC, ROUND, ACTIONS, POLICIES = "HEAD", "REC#", "ROUND#", "ACTIONS", "POLICIES"
INDEX, EXPIRY, OUTCOME = "by_due", "EXPIRY", "OUTCOME"
# A filter may leave little of what a query reads: so many reads a page at most.
MOST_READS = 20


class DynamoRecommendationStore:
    """Implements `RecommendationStore` and `OutcomeStore`; lists, counters and erasure."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def head(self, customer_id: str) -> Head | None:
        """Access pattern: where a customer stands."""
        item = self._get(partition(customer_id), HEAD)
        return Head.model_validate_json(item["json"]["S"]) if item else None

    def load(self, customer_id: str, recommendation_id: str) -> Recommendation | None:
        """Access pattern: a recommendation by customer and id."""
        item = self._get(partition(customer_id), rec_key(recommendation_id))
        return Recommendation.model_validate_json(item["json"]["S"]) if item else None

    def _get(self, pk: str, sk: str) -> Item | None:
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key={"pk": s(pk), "sk": s(sk)}, ConsistentRead=True)
        found: Item | None = answer.get("Item")
        return found

    def past(self, customer_id: str, since: int) -> list[Recommendation]:
        """Access pattern: recommendations of a customer since a moment, newest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={
                ":pk": s(partition(customer_id)),
                ":low": s(f"{REC}{since:013d}"),
                ":high": s(REC + "\uffff"),
            },
            ScanIndexForward=False,
            ConsistentRead=True,
        )
        return [Recommendation.model_validate_json(item["json"]["S"]) for item in items]

    def page(
        self, customer_id: str, *, state: RecommendationState | None, limit: int, cursor: str | None
    ) -> tuple[list[Recommendation], str | None]:
        """Access pattern: recommendations of a customer, newest first, those of one moment by rank. A page may be
        short although a cursor follows.
        """
        pk = partition(customer_id)
        start = decode_cursor(cursor, expected={"pk": pk, "sk": ""})
        wanted: dict[str, Any] = {}
        if state is not None:
            wanted = {"FilterExpression": "#state = :state", "ExpressionAttributeNames": {"#state": "state"}}
        values = {":pk": s(pk), ":prefix": s(REC)} | ({":state": s(state)} if state else {})
        found: list[Item] = []
        for _ in range(MOST_READS):
            with dependency(NAME):
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                    ExpressionAttributeValues=values,
                    ScanIndexForward=False,
                    ConsistentRead=True,
                    Limit=limit + 1,
                    **wanted,
                    **({"ExclusiveStartKey": start} if start else {}),
                )
            found += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None or len(found) > limit:
                break
        if len(found) > limit:
            found = found[:limit]
            start = {name: found[-1][name] for name in ("pk", "sk")}
        return [Recommendation.model_validate_json(item["json"]["S"]) for item in found], encode_cursor(start)

    def turn(self, change: Turn) -> None:
        """Access pattern: all that changes for a customer at once, with the counters, on condition of the head."""
        moved: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for before, after in [*((None, one) for one in change.made), *change.closed]:
            for name, by in counted(before, after).items():
                moved[after.code][name] += by
        actions = [self._put(_head_item(change.after), change.before.version if change.before else None)]
        if change.round is not None:
            actions.append(self._put(_round_item(change.round), None))
        actions += [self._put(_rec_item(one), None) for one in change.made]
        actions += [self._put(_rec_item(after), before.version) for before, after in change.closed]
        number = shard(change.after.customer_id)
        actions += [self._add(ACTIONS, f"{code}#{number}", by) for code, by in moved.items()]
        transact(self._client, actions, NAME)

    def change(self, before: Recommendation, after: Recommendation) -> None:
        """Access pattern: a recommendation after a change, with the counters of its action."""
        actions = [self._put(_rec_item(after), before.version)]
        if moved := counted(before, after):
            actions.append(self._add(ACTIONS, f"{after.code}#{shard(after.customer_id)}", moved))
        transact(self._client, actions, NAME)

    def settle(self, round_: Round) -> None:
        """Access pattern: the outcomes of a round, counted for its group where it is the customer's first."""
        item = _round_item(round_)
        put = {
            "TableName": self._table,
            "Item": item,
            "ConditionExpression": "waiting = :waiting",
            "ExpressionAttributeValues": {":waiting": s(OUTCOME)},
        }
        actions: list[dict[str, Any]] = [{"Put": put}]
        if round_.first:
            actions += [
                self._add(
                    f"EFFECT#{round_.experiment}",
                    f"{outcome}#{round_.group}#{shard(round_.customer_id)}",
                    {"customers": 1, "successes": int(happened)},
                )
                for outcome, happened in (round_.outcomes or {}).items()
            ]
        transact(self._client, actions, NAME)

    def _put(self, item: Item, version: int | None) -> dict[str, Any]:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if version is not None:
            condition = {
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": {":before": n(version)},
            }
        return {"Put": {"TableName": self._table, "Item": item, **condition}}

    def _add(self, pk: str, sk: str, by: dict[str, int]) -> dict[str, Any]:
        names = {f"#{name}": name for name in by}
        return {
            "Update": {
                "TableName": self._table,
                "Key": {"pk": s(pk), "sk": s(sk)},
                "UpdateExpression": "SET schema_version = :schema ADD " + ", ".join(f"#{name} :{name}" for name in by),
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": {
                    ":schema": n(SCHEMA_VERSION),
                    **{f":{name}": n(value) for name, value in by.items()},
                },
            }
        }

    def overdue(self, now: int, limit: int) -> list[Recommendation]:
        """Access pattern: open recommendations that have expired, over index by_due, the oldest first."""
        return [Recommendation.model_validate_json(text) for text in self._waiting(EXPIRY, now, limit)]

    def mature(self, now: int, limit: int) -> list[Round]:
        """Access pattern: rounds whose outcome can be told, over index by_due, the oldest first."""
        return [Round.model_validate_json(text) for text in self._waiting(OUTCOME, now, limit)]

    def settled(self, experiment: str, limit: int) -> list[Round]:
        """Access pattern: the latest rounds whose outcomes are known, over index by_due."""
        found = self._waiting(f"SETTLED#{experiment}", None, limit)
        return [Round.model_validate_json(text) for text in found]

    def _waiting(self, what: str, until: int | None, limit: int) -> Iterator[str]:
        """What waits, until a moment from the oldest on, or else from the newest on."""
        condition, values = "waiting = :what", {":what": s(what)}
        if until is not None:
            condition, values = f"{condition} AND due_at <= :until", {**values, ":until": n(until)}
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=until is not None,
            Limit=min(limit, 500),
        )
        for _, item in zip(range(limit), items, strict=False):
            yield item["json"]["S"]

    def actions(self) -> dict[str, dict[str, int]]:
        """Access pattern: what became of each action."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIELDS, 0))
        for item in self._all(ACTIONS):
            code = item["sk"]["S"].rpartition("#")[0]
            for name in FIELDS:
                found[code][name] += int(item.get(name, {"N": "0"})["N"])
        return dict(found)

    def effects(
        self, experiment: str
    ) -> tuple[dict[tuple[RecommendationOutcome, ExperimentGroup], Tally], PolicyEstimates | None]:
        """Access pattern: what the experiment has counted, and other policies as they were judged last."""
        tallies: dict[tuple[RecommendationOutcome, ExperimentGroup], Tally] = {}
        policies: PolicyEstimates | None = None
        for item in self._all(f"EFFECT#{experiment}"):
            if item["sk"]["S"] == POLICIES:
                policies = PolicyEstimates.model_validate_json(item["json"]["S"])
                continue
            outcome, group, _ = item["sk"]["S"].split("#")
            key = (RecommendationOutcome(outcome), ExperimentGroup(group))
            held = tallies.get(key, Tally())
            tallies[key] = Tally(
                held.customers + int(item["customers"]["N"]), held.successes + int(item["successes"]["N"])
            )
        return tallies, policies

    def keep_policies(self, experiment: str, judged: PolicyEstimates) -> None:
        """Access pattern: keep what other policies would have brought."""
        item = {
            "pk": s(f"EFFECT#{experiment}"),
            "sk": s(POLICIES),
            "schema_version": n(SCHEMA_VERSION),
            "json": s(judged.model_dump_json()),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def everything(self, customer_id: str) -> list[Item]:
        """Access pattern: all that is held of a customer."""
        return list(self._all(partition(customer_id)))

    def _all(self, pk: str) -> Iterator[Item]:
        return query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": s(pk)},
            ConsistentRead=True,
        )

    def erase(self, customer_id: str) -> None:
        """Access pattern: delete all that is held of a customer, where the customer stands the last."""
        pk = s(partition(customer_id))
        keys = [item["sk"]["S"] for item in self.everything(customer_id)]
        for sk in [*(each for each in keys if each != HEAD), HEAD]:
            with dependency(NAME):
                self._client.delete_item(TableName=self._table, Key={"pk": pk, "sk": s(sk)})


def partition(customer_id: str) -> str:
    return f"CUSTOMER#{customer_id}"


def rec_key(recommendation_id: str) -> str:
    """Newest first is then also first rank first, among those of one moment."""
    at, _, number = recommendation_id.partition("-")
    return f"{REC}{at}#{99 - int(number):02d}"


def _head_item(head: Head) -> Item:
    return {
        "pk": s(partition(head.customer_id)),
        "sk": s(HEAD),
        "schema_version": n(SCHEMA_VERSION),
        "version": n(head.version),
        "json": s(head.model_dump_json()),
    }


def _rec_item(one: Recommendation) -> Item:
    waiting: Item = {}
    if one.state is RecommendationState.OPEN:
        waiting = {"waiting": s(EXPIRY), "due_at": n(one.expires_at)}
    return {
        "pk": s(partition(one.customer_id)),
        "sk": s(rec_key(one.recommendation_id)),
        "schema_version": n(SCHEMA_VERSION),
        "version": n(one.version),
        "state": s(one.state),
        "expires_at": n((one.made_at + KEPT_MS) // 1000),
        "json": s(one.model_dump_json()),
        **waiting,
    }


def _round_item(round_: Round) -> Item:
    waiting = OUTCOME if round_.outcomes is None else f"SETTLED#{round_.experiment}"
    return {
        "pk": s(partition(round_.customer_id)),
        "sk": s(ROUND + round_.round_id),
        "schema_version": n(SCHEMA_VERSION),
        "waiting": s(waiting),
        "due_at": n(round_.outcome_at),
        "expires_at": n((round_.at + KEPT_MS) // 1000),
        "json": s(round_.model_dump_json()),
    }
