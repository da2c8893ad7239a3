"""The customers table: the record of a customer, by id and by phone, written with its index entries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapport.customers import keys
from rapport.customers.counters import Counters, count_customer
from rapport.customers.model import Customer
from rapport.runtime.dynamodb import AwsClient, ContendedError, Item, dependency, n, number, s, transact
from rapport.runtime.errors import ConflictError

NAME = "the customers table"
ATTEMPTS = 8


def key(customer_id: str) -> dict[str, dict[str, str]]:
    return {"pk": s(keys.partition(customer_id)), "sk": s(keys.RECORD)}


def pause(attempt: int) -> float:
    """Seconds to wait before the next attempt at a contended write: 10 ms, doubled, at most half a second."""
    return float(min(0.5, 0.01 * 2**attempt))


@dataclass(frozen=True)
class Stored:
    """A record as read: what it says, how often it was written, and how many transactions it has."""

    customer: Customer
    revision: int
    transactions: int
    indexed: bool

    @classmethod
    def read(cls, item: Item) -> Stored:
        return cls(
            customer=Customer.model_validate_json(item["json"]["S"]),
            revision=number(item, "revision") or 0,
            transactions=number(item, "transactions") or 0,
            indexed=(number(item, "schema_version") or 1) >= keys.SCHEMA_VERSION,
        )


class CustomerStore:
    """Reads and writes records."""

    def __init__(self, client: AwsClient, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def get(self, customer_id: str) -> Customer | None:
        """Access pattern: customer by id."""
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=key(customer_id)).get("Item")
        return Customer.model_validate_json(item["json"]["S"]) if item else None

    def by_phone(self, phone: str) -> Customer | None:
        """Access pattern: customer by E.164 number, over index by_phone; the first by id if several share it."""
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                IndexName="by_phone",
                KeyConditionExpression="phone = :phone",
                ExpressionAttributeValues={":phone": s(phone)},
                Limit=25,
            )
        ids = sorted(item["pk"]["S"].removeprefix("CUSTOMER#") for item in answer["Items"])
        return self.get(ids[0]) if ids else None

    def create(self, customer: Customer) -> None:
        """Access pattern: a new record; `ConflictError` when the id is taken by another one."""
        stored = self._load(customer.customer_id)
        if stored is not None and stored.customer != customer:
            raise ConflictError("there is a customer with this id already", field="customer_id")
        self.put(customer)

    def put(self, customer: Customer) -> bool:
        """Access pattern: write a record with its index entries and counters; the last writer wins.

        Says whether anything changed. `ConflictError` when the month of joining would change under
        transactions that are counted in it already.
        """
        for attempt in range(ATTEMPTS):
            stored = self._load(customer.customer_id)
            if stored is not None and stored.indexed and stored.customer == customer:
                return False
            try:
                transact(self._client, self._changes(stored, customer), NAME)
            except ContendedError:
                self._sleep(pause(attempt))
            else:
                return True
        raise ConflictError("the record is being written by others; try again")

    def _load(self, customer_id: str) -> Stored | None:
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=key(customer_id), ConsistentRead=True)
        return Stored.read(answer["Item"]) if answer.get("Item") else None

    def _changes(self, stored: Stored | None, customer: Customer) -> list[dict[str, Any]]:
        before = stored.customer if stored is not None and stored.indexed else None
        if stored and stored.transactions and keys.cohort_of(stored.customer) != keys.cohort_of(customer):
            raise ConflictError("the month of joining cannot change once there are transactions", field="joined_at")
        old = keys.entries(before) if before else frozenset()
        new = keys.entries(customer)
        pk = keys.partition(customer.customer_id)
        counters = Counters()
        if before:
            count_customer(counters, before, -1)
        count_customer(counters, customer, 1)
        return [
            self._record(stored, customer),
            *({"Delete": {"TableName": self._table, "Key": {"pk": s(pk), "sk": s(_entry(e))}}} for e in old - new),
            *({"Put": {"TableName": self._table, "Item": _entry_item(pk, e)}} for e in sorted(new - old)),
            *counters.actions(self._table),
        ]

    def _record(self, stored: Stored | None, customer: Customer) -> dict[str, Any]:
        """The write of the record itself, on condition that nobody wrote it and nothing was booked since."""
        condition = "attribute_not_exists(pk)"
        values = {
            ":schema": n(keys.SCHEMA_VERSION),
            ":phone": s(customer.phone),
            ":cohort": s(keys.cohort_of(customer)),
            ":json": s(customer.model_dump_json(exclude_none=True)),
            ":one": n(1),
        }
        if stored is not None:
            revision = "revision = :revision" if stored.revision else "attribute_not_exists(revision)"
            booked = "transactions = :booked" if stored.transactions else "attribute_not_exists(transactions)"
            condition = f"attribute_exists(pk) AND {revision} AND {booked}"
            values |= {":revision": n(stored.revision)} if stored.revision else {}
            values |= {":booked": n(stored.transactions)} if stored.transactions else {}
        return {
            "Update": {
                "TableName": self._table,
                "Key": key(customer.customer_id),
                "UpdateExpression": "SET schema_version = :schema, phone = :phone, cohort = :cohort, #json = :json"
                " ADD revision :one",
                "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#json": "json"},
                "ExpressionAttributeValues": values,
            }
        }


def _entry(entry: tuple[str, str]) -> str:
    return f"{keys.ENTRY}{entry[0]}#{entry[1]}"


def _entry_item(pk: str, entry: tuple[str, str]) -> Item:
    return {
        "pk": s(pk),
        "sk": s(_entry(entry)),
        "facet": s(entry[0]),
        "facet_sort": s(entry[1]),
        "schema_version": n(keys.SCHEMA_VERSION),
    }
