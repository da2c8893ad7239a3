"""Features of one customer, kept up to date transaction by transaction.

The state holds, per local day of the last year, whole numbers that only ever fold by sum or maximum; the last day on
which each merchant and country was seen; first and last times; and the sizes of the last 24 hours. Features of the
customer therefore do not depend on the order in which transactions arrive. Features of a transaction do: it is
compared with those that arrived before it, and must not be older than they are.

Size: about 60 numbers on a day with every category, so a JSON text stays far below the 400 kB of a DynamoDB item
for thousands of transactions a year. A merchant is kept as 48 bits of a hash: with 5,000 merchants of one customer
the chance that any two are taken for one is 1 in 20 million.
"""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import isfinite
from typing import Any

from rapport.customers.features.algebra import Dimension, Floats, evaluate
from rapport.customers.features.calendar import (
    HOUR_MS,
    OFFSET_MS,
    day_of,
    hour_of,
    last_known_day,
    weekday_of,
)
from rapport.customers.features.declarations import CUSTOMER_FEATURES, TRANSACTION_FEATURES
from rapport.customers.features.measures import (
    PLAN,
    Kind,
    Spending,
    Traits,
    quanta_of,
    sign_of,
    touched,
)
from rapport.customers.features.window import CustomerLeaves, TransactionLeaves
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from rapport.runtime.errors import InvalidInputError, RapportError

LARGEST = 1e10


class StateVersionError(RapportError):
    """A stored state that counts other things than the declarations of this version need: rebuild it."""

    kind, status, title = "feature-state-outdated", HTTPStatus.CONFLICT, "The feature state is of another version"


class CutOffError(RapportError):
    """The state has seen transactions at or after the moment that is asked for."""

    kind, status, title = "cut-off-passed", HTTPStatus.CONFLICT, "The state knows more than it may at this moment"


def traits_of(transaction: Spending, offset_ms: int = OFFSET_MS) -> Traits:
    """What conditions look at; raises InvalidInputError for what no transaction has."""
    if not isfinite(transaction.amount) or abs(transaction.amount) > LARGEST:
        raise InvalidInputError(f"an amount is a number up to {LARGEST:.0e}", field="amount")
    if transaction.category not in CATEGORIES:
        raise InvalidInputError("not a category", field="category")
    if transaction.channel not in CHANNELS:
        raise InvalidInputError("not a channel", field="channel")
    return Traits(
        sign=sign_of(quanta_of(transaction.amount)),
        category=transaction.category,
        channel=transaction.channel,
        hour=hour_of(transaction.at, offset_ms),
        weekday=weekday_of(day_of(transaction.at, offset_ms)),
    )


def token(dimension: Dimension, transaction: Spending) -> str:
    """How the state writes a merchant or country."""
    if dimension is Dimension.COUNTRY:
        return transaction.country
    digest = hashlib.blake2b(transaction.merchant.encode(), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()


@dataclass(slots=True)
class CustomerState:
    """What is kept of one customer's transactions."""

    offset_ms: int = OFFSET_MS
    last_at: int | None = None
    days: dict[int, dict[int, int]] = field(default_factory=dict)
    moments: list[int | None] = field(default_factory=lambda: [None] * len(PLAN.moments))
    seen: dict[Dimension, dict[str, int]] = field(default_factory=lambda: {name: {} for name in PLAN.seen})
    recent: list[tuple[int, int]] = field(default_factory=list)

    def add(self, transaction: Spending) -> None:
        """Take a transaction in. Adding one twice counts it twice: the caller keeps its ids."""
        traits = traits_of(transaction, self.offset_ms)
        at, quanta = transaction.at, quanta_of(transaction.amount)
        day = day_of(at, self.offset_ms)
        if self.last_at is None or at > self.last_at:
            if self.last_at is not None and day > day_of(self.last_at, self.offset_ms):
                self._forget(day - PLAN.days)
            self.last_at = at
        counted, moments = touched(traits)
        for position in moments:
            known = self.moments[position]
            earliest = PLAN.moments[position].first
            self.moments[position] = at if known is None else min(known, at) if earliest else max(known, at)
        if day <= day_of(self.last_at, self.offset_ms) - PLAN.days:
            return  # Too late for any window.
        self._count(counted, day, abs(quanta))
        for dimension, days in self.seen.items():
            name = token(dimension, transaction)
            days[name] = max(day, days.get(name, day))
        insort(self.recent, (at, quanta))
        del self.recent[: bisect_right(self.recent, self.last_at - PLAN.hours * HOUR_MS, key=lambda row: row[0])]

    def _count(self, counted: tuple[tuple[int, Kind], ...], day: int, size: int) -> None:
        bucket = self.days.setdefault(day, {})
        for position, kind in counted:
            if kind is Kind.MAX:
                bucket[position] = max(size, bucket.get(position, 0))
            else:
                step = 1 if kind is Kind.COUNT else size if kind is Kind.SUM else size * size
                bucket[position] = bucket.get(position, 0) + step

    def _forget(self, last: int) -> None:
        """Drop what no window can reach any more: days up to and including `last`."""
        for day in [day for day in self.days if day <= last]:
            del self.days[day]
        for days in self.seen.values():
            for name in [name for name, day in days.items() if day <= last]:
                del days[name]

    def features(self, as_of_ms: int) -> dict[str, float]:
        """The 65 features at a cut-off after every transaction seen; raises CutOffError otherwise."""
        if self.last_at is not None and self.last_at >= as_of_ms:
            raise CutOffError(f"the last transaction, at {self.last_at}, is not before {as_of_ms}")
        today = last_known_day(as_of_ms, self.offset_ms)
        leaf = CustomerLeaves(self, today, as_of_ms)
        return {feature.name: evaluate(feature.expression, leaf, Floats()) for feature in CUSTOMER_FEATURES}

    def transaction_features(self, transaction: Spending) -> dict[str, float]:
        """The 10 features of a transaction that has not been added, against those that have.

        Transactions of the same millisecond count as earlier when they were added; later ones raise CutOffError.
        """
        if self.last_at is not None and self.last_at > transaction.at:
            raise CutOffError(f"the last transaction, at {self.last_at}, is after {transaction.at}")
        traits = traits_of(transaction, self.offset_ms)
        names = {dimension: token(dimension, transaction) for dimension in PLAN.seen}
        leaf = TransactionLeaves(self, transaction, traits, names)
        return {feature.name: evaluate(feature.expression, leaf, Floats()) for feature in TRANSACTION_FEATURES}

    def to_dict(self) -> dict[str, Any]:
        """The state as plain JSON: days as [day, position, value, position, value, …]."""
        return {
            "plan": PLAN.fingerprint,
            "offset_ms": self.offset_ms,
            "last_at": self.last_at,
            "days": [[day, *(x for pair in sorted(bucket.items()) for x in pair)]
                     for day, bucket in sorted(self.days.items())],
            "moments": self.moments,
            "seen": {name.value: dict(sorted(days.items())) for name, days in self.seen.items()},
            "recent": [list(row) for row in self.recent],
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> CustomerState:
        """A state as it was stored; raises StateVersionError when the declarations have changed since."""
        if stored.get("plan") != PLAN.fingerprint:
            raise StateVersionError(f"stored for plan {stored.get('plan')}, this is {PLAN.fingerprint}")
        return cls(
            offset_ms=stored["offset_ms"],
            last_at=stored["last_at"],
            days={row[0]: dict(zip(row[1::2], row[2::2], strict=True)) for row in stored["days"]},
            moments=list(stored["moments"]),
            seen={Dimension(name): dict(days) for name, days in stored["seen"].items()},
            recent=[(at, quanta) for at, quanta in stored["recent"]],
        )
