"""The bank as a demonstration tenant's records: plain dicts that a store can take. SYNTHETIC.

The tables are made once for a fixed period. A tenant wants them to end about now: `end` moves every time by the
same whole number of weeks, so that weekdays stay what they were and nothing lies in the future.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.data.bank.bank import Bank
from models.data.bank.period import DAY_MS, END_MS

WEEK_MS = 7 * DAY_MS


def shift_ms(end: int | None) -> int:
    """By how much times move for the period to end at `end` (epoch ms) or up to a week before; None: not at all."""
    return 0 if end is None else (end - END_MS) // WEEK_MS * WEEK_MS


def demo_customers(bank: Bank, end: int | None = None) -> list[dict[str, Any]]:
    """Fields of `rapport.customers.model.Customer` of everybody, as of the end; what is not known is left out."""
    shift = shift_ms(end)
    return [
        {**{name: value for name, value in one.items() if value is not None}, "joined_at": one["joined_at"] + shift}
        for one in bank.customers
    ]


def demo_transactions(bank: Bank, limit_per_customer: int, end: int | None = None) -> list[dict[str, Any]]:
    """Fields of `Transaction` of each customer's latest ones, at most `limit_per_customer`, by customer and time.

    `ValueError` for a negative limit.
    """
    if limit_per_customer < 0:
        raise ValueError("a limit is not negative")
    columns = {**bank.transactions, "at": bank.transactions["at"] + shift_ms(end)}
    owner = columns["customer_id"]
    # Rows are sorted by (customer, at): the place from the end within the customer.
    _, start, count = np.unique(owner, return_index=True, return_counts=True)
    to_go = np.repeat(start + count, count) - np.arange(len(owner))
    rows = np.flatnonzero(to_go <= limit_per_customer)
    names = list(columns)
    values = zip(*(columns[name][rows].tolist() for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in values]
