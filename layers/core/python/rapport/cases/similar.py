"""Which of a customer's other payments are most like the one in question."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from pydantic import BaseModel, ConfigDict

from rapport.customers.model import Transaction

MOST = 8


class SimilarPayment(BaseModel):
    """Another payment of the customer, and what it shares with this one."""

    model_config = ConfigDict(frozen=True)

    transaction: Transaction
    shares: tuple[str, ...]


_WEIGHTS = {"merchant": 4.0, "category": 2.0, "country": 1.0, "channel": 1.0, "amount": 1.0}
# Within half and double counts as much the same money.
_NEAR = log(2)


def similar(payment: Transaction, others: Iterable[Transaction]) -> list[SimilarPayment]:
    """Purchases that share most, at least the merchant or the category or two things else; the newest of equals."""
    found = []
    for other in others:
        if other.transaction_id == payment.transaction_id or other.amount <= 0:
            continue
        shares = tuple(name for name in _WEIGHTS if _shared(payment, other, name))
        weight = sum(_WEIGHTS[name] for name in shares)
        if weight >= 2:
            found.append((weight, other.at, SimilarPayment(transaction=other, shares=shares)))
    found.sort(key=lambda each: (-each[0], -each[1]))
    return [each for _, _, each in found[:MOST]]


def _shared(one: Transaction, other: Transaction, name: str) -> bool:
    if name == "amount":
        return one.currency == other.currency and abs(log(abs(one.amount) / abs(other.amount))) <= _NEAR
    return bool(getattr(one, name) == getattr(other, name))
