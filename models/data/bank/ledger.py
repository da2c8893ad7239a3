"""Transactions under construction: columns that parts of the generator add to and that are sorted at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.bank.merchants import ABROAD
from models.data.bank.period import Floats, Ints

COUNTRIES = ("US", "JP", *ABROAD)
HOURS_FROM_UTC = (-5.0, 9.0)
CATEGORY = {name: number for number, name in enumerate(CATEGORIES)}
CHANNEL = {name: number for number, name in enumerate(CHANNELS)}


@dataclass(frozen=True)
class Ledger:
    """Columns `(rows,)`. `time`: days since the start, UTC; `refund_of`: row number, -1 for a purchase.

    `category`, `channel`: positions in the vocabulary; `merchant` in `merchants.NAMES`; `country` in `COUNTRIES`.
    `probability`: that the transaction is fraud, given the hidden state; `episode`: its burst, -1 for none;
    `fraud`: the drawn outcome.
    """

    customer: Ints
    time: Floats
    amount: Floats
    category: Ints
    channel: Ints
    merchant: Ints
    country: Ints
    refund_of: Ints
    probability: Floats
    episode: Ints
    fraud: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def rows(self, positions: Ints) -> Ledger:
        """These rows, in this order; `refund_of` follows its purchase, which must be among them."""
        place = np.full(len(self) + 1, -1, dtype=np.int64)
        place[positions] = np.arange(len(positions))
        taken = {field.name: getattr(self, field.name)[positions] for field in fields(self)}
        taken["refund_of"] = np.where(taken["refund_of"] >= 0, place[taken["refund_of"]], -1)
        return Ledger(**taken)


def ordinary(
    customer: Ints, time: Floats, amount: Floats, category: Ints, channel: Ints, merchant: Ints, country: Ints
) -> Ledger:
    """Rows that are neither refunds nor, so far, possible fraud; amounts to the cent and at least 0.50."""
    none = np.full(len(customer), -1, dtype=np.int64)
    return Ledger(
        customer=customer,
        time=time,
        amount=np.maximum(np.round(amount, 2), 0.5),
        category=category,
        channel=channel,
        merchant=merchant,
        country=country,
        refund_of=none,
        probability=np.zeros(len(customer)),
        episode=none,
        fraud=np.zeros(len(customer), dtype=np.int64),
    )


def join(parts: Sequence[Ledger]) -> Ledger:
    """One after the other. Row numbers in `refund_of` stay, so what they point into comes first."""
    return Ledger(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Ledger)})
