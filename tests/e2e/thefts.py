"""Customers with a few quiet payments whose card number is then stolen: what the fraud model surely finds suspicious.

Each is a customer of its own, so that no test meets what another has booked, at any hour of the day.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from rapport.runtime.clock import DAY_MS

from tests.e2e.client import Person, eventually

MINUTE_MS = 60_000
PAST, DAYS_APART = 8, 14


def payment(customer_id: str, at: int, **fields: Any) -> dict[str, Any]:
    """A quiet purchase in the shop at the corner."""
    return {
        "transaction_id": f"{customer_id}-{uuid.uuid4().hex[:10]}",
        "at": at,
        "amount": 21.5,
        "currency": "USD",
        "category": "groceries",
        "channel": "card_present",
        "merchant": "Corner Shop",
        "country": "US",
        **fields,
    }


def book(person: Person, customer_id: str, payments: list[dict[str, Any]]) -> list[str]:
    """Book payments through the front door; their ids."""
    headers = {"idempotency-key": uuid.uuid4().hex}
    path = f"/api/customers/{customer_id}/transactions"
    booked = person.post(path, {"transactions": payments}, headers=headers)
    assert booked.status_code == 201, booked.text
    return [each["transaction_id"] for each in payments]


def victim(person: Person) -> str:
    """A new customer with a payment every other week."""
    customer_id, now = f"VICTIM-{uuid.uuid4().hex[:8]}", int(time.time() * 1000)
    customer = {"customer_id": customer_id, "name": "Victoria Vale", "phone": "+12025550177"}
    made = person.post("/api/customers", customer, headers={"idempotency-key": uuid.uuid4().hex})
    assert made.status_code == 201, made.text
    # Older than what the intake looks at.
    past = [payment(customer_id, now - (4 + DAYS_APART * number) * DAY_MS) for number in range(PAST)]
    book(person, customer_id, past)
    return customer_id


def stolen(customer_id: str, shop: str) -> list[dict[str, Any]]:
    """What a stolen number buys within a quarter of an hour; the last and dearest payment is to `shop`."""
    now = int(time.time() * 1000)
    steps = ((18.0, f"First {shop}", "US"), (740.0, f"First {shop}", "BR"), (1290.0, shop, "BR"))
    return [
        payment(
            customer_id,
            now - (15 - 6 * number) * MINUTE_MS,
            amount=amount,
            category="electronics",
            channel="online",
            merchant=merchant,
            country=country,
        )
        for number, (amount, merchant, country) in enumerate(steps)
    ]


def case_of_theft(person: Person) -> dict[str, Any]:
    """The open case of a new victim's dearest payment."""
    customer_id, shop = victim(person), f"Shop {uuid.uuid4().hex[:8]}"
    book(person, customer_id, stolen(customer_id, shop))

    def mine() -> list[dict[str, Any]]:
        page = person.get("/api/cases", params={"state": "open", "limit": 100}).json()
        return [case for case in page["items"] if case["merchant"] == shop]

    return eventually(mine, bool)[0]
