"""The customers table: a customer by id and by phone."""

from __future__ import annotations

import time
from collections.abc import Mapping

from rapport.customers.model import Customer
from rapport.runtime.dynamodb import AwsClient, dependency, n, s

SCHEMA_VERSION = 1
CACHE_S = 60.0


def key(customer_id: str) -> dict[str, dict[str, str]]:
    return {"pk": s(f"CUSTOMER#{customer_id}"), "sk": s("CUSTOMER")}


class CustomerStore:
    """Implements the calls context's `CustomerFeatures`. What was read is good for a minute of a call."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table
        self._recent: dict[str, tuple[float, Mapping[str, float]]] = {}

    def get(self, customer_id: str) -> Customer | None:
        """Access pattern: customer by id."""
        with dependency("the customers table"):
            item = self._client.get_item(TableName=self._table, Key=key(customer_id)).get("Item")
        return Customer.model_validate_json(item["json"]["S"]) if item else None

    def by_phone(self, phone: str) -> Customer | None:
        """Access pattern: customer by E.164 number, over index by_phone; the first by id if several share it."""
        with dependency("the customers table"):
            answer = self._client.query(
                TableName=self._table,
                IndexName="by_phone",
                KeyConditionExpression="phone = :phone",
                ExpressionAttributeValues={":phone": s(phone)},
                Limit=25,
            )
        ids = sorted(item["pk"]["S"].removeprefix("CUSTOMER#") for item in answer["Items"])
        return self.get(ids[0]) if ids else None

    def put(self, customer: Customer) -> None:
        """Access pattern: write a customer; the last writer wins."""
        item = {
            **key(customer.customer_id),
            "schema_version": n(SCHEMA_VERSION),
            "phone": s(customer.phone),
            "json": s(customer.model_dump_json(exclude_none=True)),
        }
        with dependency("the customers table"):
            self._client.put_item(TableName=self._table, Item=item)

    def features(self, customer_id: str) -> Mapping[str, float]:
        """The customer's model features; empty when the customer is not known."""
        now = time.monotonic()
        cached = self._recent.get(customer_id)
        if cached is not None and now - cached[0] < CACHE_S:
            return cached[1]
        customer = self.get(customer_id)
        found: Mapping[str, float] = customer.features() if customer else {}
        if len(self._recent) > 1000:
            self._recent.clear()
        self._recent[customer_id] = (now, found)
        return found
