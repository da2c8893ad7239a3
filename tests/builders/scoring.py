"""Customers with the transactions of a small demonstration bank."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from rapport.customers.ledger import MonthTotal
from rapport.customers.model import Customer, Transaction
from rapport.runtime.clock import month_of
from rapport.scoring.history import Known

from models.data.bank.bank import generate
from models.data.bank.tables import Tables, tables


@cache
def bank(customers: int = 60, seed: int = 7) -> Tables:
    return tables(generate(seed, customers))


@cache
def transactions() -> dict[str, list[Transaction]]:
    """Of every customer, in order of time."""
    columns = bank().transactions
    names = ("transaction_id", "customer_id", "at", "amount", "category", "channel", "merchant", "country")
    found: dict[str, list[Transaction]] = {}
    for values in zip(*(columns[name].tolist() for name in names), strict=True):
        booked = Transaction(**dict(zip(names, values, strict=True)), currency="USD")
        found.setdefault(booked.customer_id, []).append(booked)
    return {name: sorted(booked, key=lambda t: t.at) for name, booked in found.items()}


def customer(customer_id: str, **changed: object) -> Customer:
    columns = bank().customers
    row = columns["customer_id"].tolist().index(customer_id)
    given = {
        "customer_id": customer_id,
        "name": "Alex Morgan",
        "phone": "+12025550100",
        "joined_at": int(columns["joined_at"][row]),
    }
    return Customer.model_validate({**given, **changed})


def known(customer_id: str, at: int, **changed: object) -> Known:
    """What is known of a customer of the bank at a moment."""
    booked = [t for t in transactions()[customer_id] if t.at < at]
    return Known(customer(customer_id, **changed), tuple(booked), at)


class Records:
    """Implements what `CustomerHistory` reads, from the demonstration bank."""

    def __init__(self) -> None:
        self.pages = 0

    def get(self, customer_id: str) -> Customer | None:
        return customer(customer_id) if customer_id in transactions() else None

    def page(
        self, customer_id: str, *, since: int | None = None, until: int | None = None, limit: int, cursor: str | None
    ) -> tuple[list[Transaction], str | None]:
        self.pages += 1
        found = [t for t in transactions()[customer_id] if (since or 0) <= t.at < (until or 10**14)][::-1]
        start = int(cursor or 0)
        following = str(start + limit) if start + limit < len(found) else None
        return found[start : start + limit], following

    def months(self, customer_id: str) -> Sequence[MonthTotal]:
        totals: dict[str, float] = {}
        for t in transactions()[customer_id]:
            if t.amount > 0:
                totals[month_of(t.at)] = totals.get(month_of(t.at), 0.0) + t.amount
        return [
            MonthTotal(m, "USD", "groceries", 1, Decimal(repr(round(v, 2))), 0, Decimal(0))
            for m, v in sorted(totals.items())
        ]
