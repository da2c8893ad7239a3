"""The demonstration customers' transactions of eighteen months, made up by the demonstration bank."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from rapport.customers.ledger import Ledger, by_customer
from rapport.customers.model import Customer, Transaction

from models.data.bank.bank import generate
from models.data.bank.tenant import demo_customers, demo_transactions

SEED = 11
AT_ONCE = 4


def joined(people: Sequence[Customer]) -> list[Customer]:
    """The same customers with what the bank knows of them beside their record: since when, which segment."""
    now = int(time.time() * 1000)
    bank = {one["customer_id"]: one for one in demo_customers(generate(SEED, len(people)), now)}
    known = [(person, bank[person.customer_id]) for person in people]
    return [
        person.model_copy(update={"joined_at": one["joined_at"], "segment": one["segment"], "email": one["email"]})
        for person, one in known
    ]


def book(ledger: Ledger, people: Sequence[Customer]) -> int:
    """Book everything; booked again, nothing changes. Returns how many there are."""
    now = int(time.time() * 1000)
    made = [Transaction.model_validate(one) for one in demo_transactions(generate(SEED, len(people)), 10**6, now)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda pair: ledger.book(*pair), by_customer(made).items()))
    return len(made)
