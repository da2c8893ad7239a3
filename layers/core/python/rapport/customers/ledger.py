"""A customer's transactions: booked once each, counted in the same write, listed newest first."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rapport.customers import keys
from rapport.customers.counters import Counters, count_active, count_transaction, read_counter
from rapport.customers.feature_state import Held, read_held, state_key
from rapport.customers.model import Transaction
from rapport.customers.store import ATTEMPTS, NAME, key, pause
from rapport.runtime.clock import month_of, now_ms
from rapport.runtime.dynamodb import (
    AwsClient,
    ContendedError,
    Item,
    batch_get,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    number,
    query_all,
    s,
    text,
    transact,
)
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

# DynamoDB takes 100 actions a transaction; one of them is the feature state.
ACTIONS_PER_WRITE = 99


class KnownTransactionError(ConflictError):
    """A transaction id is known with other content; `positions` are those of the offending transactions."""

    def __init__(self, positions: Sequence[int], field: str) -> None:
        super().__init__("this transaction id is known with other content", field=field)
        self.positions = tuple(positions)


@dataclass(frozen=True)
class MonthTotal:
    """What a customer spent in a month on a category. Refunds are positive amounts of their own.

    `channels` splits `spent`; what was booked before channels were counted is in none.
    """

    month: str
    currency: str
    category: str
    purchases: int
    spent: Decimal
    refunds: int
    refunded: Decimal
    channels: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What a booking builds on: the cohort that counts it, and the feature state if it has seen all that is booked."""

    cohort: str
    held: Held | None


def _advanced(held: Held | None, transactions: Sequence[Transaction]) -> Held | None:
    """The state after these. None where there is none, or where it cannot count one of them, as with 10^11."""
    try:
        return held.advanced(transactions) if held is not None else None
    except InvalidInputError:
        return None


def digest(transaction: Transaction) -> str:
    """Equal for transactions with the same content."""
    return hashlib.sha256(transaction.model_dump_json().encode()).hexdigest()


class Ledger:
    """Books and reads transactions."""

    def __init__(
        self,
        client: AwsClient,
        table: str,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep
        self._clock = clock

    def known(self, transactions: Sequence[Transaction]) -> dict[str, str]:
        """Access pattern: digests of the transaction ids that are booked already."""
        wanted = [_marker_key(each) for each in dict.fromkeys(t.transaction_id for t in transactions)]
        items = batch_get(self._client, self._table, wanted, NAME, consistent=True)
        return {item["pk"]["S"].removeprefix("TXN#"): item["digest"]["S"] for item in items}

    def book(self, customer_id: str, transactions: Sequence[Transaction]) -> int:
        """Access pattern: add transactions of one customer with their counters; says how many were new.

        Nothing is written when any id is known with other content. What fits into one write (some twenty
        transactions) is booked in one; a longer list takes several. If the table fails between them,
        booking the same list again completes it, each transaction once.
        """
        added: int | None = None
        for attempt in range(ATTEMPTS):
            standing = self._standing(customer_id)
            seen = self.known(transactions)
            if clashing := conflicts(transactions, seen):
                raise KnownTransactionError(clashing, "transaction_id")
            new = {t.transaction_id: t for t in transactions if t.transaction_id not in seen}
            added = len(new) if added is None else added
            try:
                self._write(customer_id, list(new.values()), standing)
            except ContendedError:
                self._sleep(pause(attempt))
            else:
                return added
        raise ConflictError("the customer's transactions are being written by others; try again")

    def _standing(self, customer_id: str) -> Standing:
        """Access pattern: what a booking builds on; record and feature state in one consistent batch read."""
        wanted: list[Item] = [key(customer_id), state_key(customer_id)]
        items = batch_get(self._client, self._table, wanted, NAME, consistent=True)
        found = {item["sk"]["S"]: item for item in items}
        record = found.get(keys.RECORD)
        if record is None:
            raise NotFoundError("there is no such customer")
        held = read_held(found.get(keys.FEATURES), number(record, "transactions") or 0)
        return Standing(text(record, "cohort") or keys.UNKNOWN, held)

    def _write(self, customer_id: str, new: Sequence[Transaction], standing: Standing) -> None:
        months = sorted({month_of(each.at) for each in new})
        wanted = [{"pk": s(keys.partition(customer_id)), "sk": s(keys.active(month))} for month in months]
        found = batch_get(self._client, self._table, list(wanted), NAME, consistent=True)
        active = {item["sk"]["S"].removeprefix(keys.ACTIVE) for item in found}
        held = standing.held
        for chunk, part in self._parts(customer_id, new, standing.cohort, active):
            after = _advanced(held, chunk)
            transact(self._client, [*part, *self._state(customer_id, held, after)], NAME)
            held = after

    def _state(self, customer_id: str, before: Held | None, after: Held | None) -> list[dict[str, Any]]:
        """The write that takes the feature state along; nothing where there is none, and a reader makes it again."""
        item = after.item(customer_id, self._clock()) if after is not None else None
        if item is None or before is None:
            return []
        return [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": item,
                    "ConditionExpression": "booked = :before AND counts = :counts",
                    "ExpressionAttributeValues": {":before": n(before.booked), ":counts": item["counts"]},
                }
            }
        ]

    def _parts(
        self, customer_id: str, new: Sequence[Transaction], cohort: str, active: set[str]
    ) -> Iterator[tuple[list[Transaction], list[dict[str, Any]]]]:
        """The writes: as many transactions in each as fit, with their counters and first-of-the-month markers."""
        chunk: list[Transaction] = []
        part: list[dict[str, Any]] = []
        for each in new:
            grown = self._actions(customer_id, [*chunk, each], cohort, active)
            if len(grown) > ACTIONS_PER_WRITE:
                yield chunk, part
                active |= {month_of(done.at) for done in chunk}
                chunk, grown = [], self._actions(customer_id, [each], cohort, active)
            chunk, part = [*chunk, each], grown
        if part:
            yield chunk, part

    def _actions(
        self, customer_id: str, chunk: Sequence[Transaction], cohort: str, active: set[str]
    ) -> list[dict[str, Any]]:
        counters = Counters()
        pk = keys.partition(customer_id)
        actions = [self._booked(customer_id, len(chunk), cohort)]
        for month in sorted({month_of(each.at) for each in chunk} - active):
            count_active(counters, customer_id, month, cohort)
            actions.append(self._new({"pk": s(pk), "sk": s(keys.active(month))}))
        for each in chunk:
            count_transaction(counters, each, cohort)
            sort = keys.transaction(each.at, each.transaction_id)
            marker = {**_marker_key(each.transaction_id), "owner": s(customer_id), "digest": s(digest(each))}
            actions.append(self._new(marker))
            actions.append(self._new({"pk": s(pk), "sk": s(sort), "json": s(each.model_dump_json())}))
        return actions + counters.actions(self._table)

    def _new(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": self._table,
                "Item": {**item, "schema_version": n(keys.SCHEMA_VERSION)},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _booked(self, customer_id: str, count: int, cohort: str) -> dict[str, Any]:
        """Count on the record, which must exist and still be in the cohort under which we count."""
        condition = "cohort = :cohort"
        if cohort == keys.UNKNOWN:
            condition = "attribute_exists(pk) AND (cohort = :cohort OR attribute_not_exists(cohort))"
        return {
            "Update": {
                "TableName": self._table,
                "Key": key(customer_id),
                "UpdateExpression": "SET cohort = :cohort ADD transactions :count",
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {":cohort": s(cohort), ":count": n(count)},
            }
        }

    def page(
        self,
        customer_id: str,
        *,
        since: int | None = None,
        until: int | None = None,
        limit: int,
        cursor: str | None,
    ) -> tuple[list[Transaction], str | None]:
        """Access pattern: transactions of a customer, newest first, from `since` to before `until` (epoch ms)."""
        pk = keys.partition(customer_id)
        start = decode_cursor(cursor, expected={"pk": pk, "sk": ""})
        low = keys.transaction(since or 0, "")
        high = keys.transaction(until, "") if until is not None else keys.TRANSACTION + "\uffff"
        if low > high:
            return [], None
        if start and not low <= start["sk"].get("S", "") <= high:
            raise InvalidInputError("the cursor belongs to another period", field="cursor")
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues={":pk": s(pk), ":low": s(low), ":high": s(high)},
                ScanIndexForward=False,
                ConsistentRead=True,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        found = [Transaction.model_validate_json(item["json"]["S"]) for item in answer["Items"]]
        return found, encode_cursor(answer.get("LastEvaluatedKey"))

    def months(self, customer_id: str) -> list[MonthTotal]:
        """Access pattern: what a customer spent by month, currency and category, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": s(keys.partition(customer_id)), ":prefix": s(keys.MONTH)},
            ConsistentRead=True,
        )
        return [_month_total(item) for item in items]


def _month_total(item: Item) -> MonthTotal:
    month, currency, category = item["sk"]["S"].removeprefix(keys.MONTH).split("#")
    return MonthTotal(
        month=month,
        currency=currency,
        category=category,
        purchases=int(read_counter(item, "purchases")),
        spent=read_counter(item, "spent"),
        refunds=int(read_counter(item, "refunds")),
        refunded=read_counter(item, "refunded"),
        channels={
            name.removeprefix(keys.BY_CHANNEL): read_counter(item, name)
            for name in item
            if name.startswith(keys.BY_CHANNEL)
        },
    )


def conflicts(transactions: Sequence[Transaction], known: Mapping[str, str]) -> list[int]:
    """Positions of transactions whose id is known, or comes twice, with other content."""
    seen = dict(known)
    return [
        position
        for position, each in enumerate(transactions)
        if seen.setdefault(each.transaction_id, digest(each)) != digest(each)
    ]


def by_customer(transactions: Sequence[Transaction]) -> dict[str, list[Transaction]]:
    """Transactions of each customer in the order in which they came."""
    found: defaultdict[str, list[Transaction]] = defaultdict(list)
    for each in transactions:
        found[each.customer_id].append(each)
    return dict(found)


def _marker_key(transaction_id: str) -> dict[str, dict[str, str]]:
    return {"pk": s(keys.marker(transaction_id)), "sk": s("TXN")}
