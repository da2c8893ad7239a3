"""The demonstration bank, made once for all tests of a size; and small made-up tables."""

from __future__ import annotations

from functools import cache

import numpy as np

from models.data.bank.bank import Bank, generate
from models.data.bank.tables import Tables, tables


@cache
def a_bank(seed: int = 7, customers: int = 1_000) -> Bank:
    return generate(seed, customers)


@cache
def its_tables(seed: int = 7, customers: int = 1_000) -> Tables:
    return tables(a_bank(seed, customers))


def some_transactions(rows: list[tuple[str, int, float]], **same: str) -> dict[str, np.ndarray]:
    """Columns of transactions from (customer, at, amount); category, merchant and the rest are the same for all."""
    usual = {"currency": "USD", "category": "groceries", "channel": "card_present", "merchant": "Shop", "country": "US"}
    customer, at, amount = zip(*rows, strict=True) if rows else ((), (), ())
    return {
        "transaction_id": np.array([f"T{number:04d}" for number in range(len(rows))], dtype=np.str_),
        "customer_id": np.array(customer, dtype=np.str_),
        "at": np.array(at, dtype=np.int64),
        "amount": np.array(amount, dtype=np.float64),
        **{name: np.full(len(rows), value) for name, value in {**usual, **same}.items()},
    }
