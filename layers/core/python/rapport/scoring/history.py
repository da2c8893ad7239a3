"""What a customer did before a moment, for models: stored features, or transactions read once a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapport.customers.features.online import CustomerState
from rapport.customers.ledger import MonthTotal
from rapport.customers.model import Customer, Transaction
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import NotFoundError

# The longest window of a feature is a year; the rest lets its first day be a whole one.
WINDOW_DAYS = 400
PAGE = 500
CACHE_S = 60.0
MOST_CACHED = 500


class Customers(Protocol):
    """What `CustomerStore` reads."""

    def get(self, customer_id: str) -> Customer | None: ...


class Transactions(Protocol):
    """What `Ledger` reads."""

    def page(
        self, customer_id: str, *, since: int | None = None, until: int | None = None, limit: int, cursor: str | None
    ) -> tuple[list[Transaction], str | None]: ...

    def months(self, customer_id: str) -> list[MonthTotal]: ...


@dataclass(frozen=True)
class Known:
    """A customer with the transactions of the last 400 days before `at`, oldest first."""

    customer: Customer
    transactions: tuple[Transaction, ...]
    at: int

    def state(self) -> CustomerState:
        """The feature state of everything strictly before `at`."""
        state = CustomerState()
        for transaction in self.transactions:
            if transaction.at < self.at:
                state.add(transaction)
        return state

    def features(self) -> dict[str, float]:
        """The 65 customer features at that moment."""
        return self.state().features(self.at)

    def purchases(self) -> list[Transaction]:
        return [transaction for transaction in self.transactions if transaction.amount > 0]


class Seen(Protocol):
    """A customer as of a moment: what `Known` works out of the transactions and a stored profile says at once."""

    @property
    def customer(self) -> Customer: ...

    @property
    def at(self) -> int: ...

    def features(self) -> dict[str, float]: ...


class Profiles(Protocol):
    """What `FeatureStore` reads."""

    def profile(self, customer_id: str, at: int) -> Seen | None: ...


class CustomerHistory:
    """Reads customers with their transactions, or where features are enough with those that are stored."""

    def __init__(self, customers: Customers, transactions: Transactions, profiles: Profiles | None = None) -> None:
        self._customers = customers
        self._transactions = transactions
        self._profiles = profiles
        self._recent: OrderedDict[str, tuple[float, Known]] = OrderedDict()

    def known(self, customer_id: str, at: int, *, fresh: bool = False) -> Known:
        """The customer as of `at`. `fresh` never answers from memory: a payment a second ago matters for fraud.

        Raises `NotFoundError` for a customer nobody knows.
        """
        held = self._recent.get(customer_id)
        if held is not None and not fresh and time.monotonic() - held[0] < CACHE_S:
            return held[1]
        customer = self._customers.get(customer_id)
        if customer is None:
            raise NotFoundError("there is no such customer")
        found = Known(customer, tuple(self._read(customer_id, at)), at)
        self._recent[customer_id] = (time.monotonic(), found)
        self._recent.move_to_end(customer_id)
        if len(self._recent) > MOST_CACHED:
            self._recent.popitem(last=False)
        return found

    def seen(self, customer_id: str, at: int) -> Seen:
        """The customer with the features as of `at`: one read where profiles are stored, whatever the history.

        Raises `NotFoundError` for a customer nobody knows.
        """
        if self._profiles is None:
            return self.known(customer_id, at)
        found = self._profiles.profile(customer_id, at)
        if found is None:
            raise NotFoundError("there is no such customer")
        return found

    def months(self, customer_id: str) -> Sequence[MonthTotal]:
        """What the customer spent by month and category, oldest first."""
        return self._transactions.months(customer_id)

    def _read(self, customer_id: str, at: int) -> list[Transaction]:
        found: list[Transaction] = []
        cursor: str | None = None
        while True:
            page, cursor = self._transactions.page(
                customer_id, since=at - WINDOW_DAYS * DAY_MS, until=at, limit=PAGE, cursor=cursor
            )
            found += page
            if cursor is None:
                return found[::-1]
