"""Customers, transactions and the table that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from moto import mock_aws
from rapport.customers.model import Customer, Transaction

from infra.stacks.data import CUSTOMER_INDEXES
from tests.builders.dynamodb import aws_client, create_table

TABLE = "customers"


def at(day: str) -> int:
    """Noon of a UTC day in epoch ms."""
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp() * 1000)


def customer(customer_id: str = "C1", **fields: Any) -> Customer:
    """A customer who joined in January 2025."""
    defaults = {"name": "Alex Morgan", "phone": "+12025550100", "joined_at": at("2025-01-15")}
    return Customer.model_validate({**defaults, "customer_id": customer_id, **fields})


def transaction(transaction_id: str = "T1", customer_id: str = "C1", **fields: Any) -> Transaction:
    """A purchase of groceries in May 2025."""
    defaults = {
        "at": at("2025-05-10"),
        "amount": 12.5,
        "currency": "USD",
        "category": "groceries",
        "channel": "card_present",
        "merchant": "Corner Shop",
        "country": "US",
    }
    return Transaction.model_validate(
        {**defaults, "transaction_id": transaction_id, "customer_id": customer_id, **fields}
    )


@contextmanager
def customers_table() -> Iterator[Any]:
    """A DynamoDB client with an empty customers table."""
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, TABLE, CUSTOMER_INDEXES)
        yield client


def everything(client: Any) -> list[dict[str, Any]]:
    """Every item of the table, in key order."""
    pages = client.get_paginator("scan").paginate(TableName=TABLE)
    items = [item for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
