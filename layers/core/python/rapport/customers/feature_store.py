"""What is known of a customer at a moment: the record and the 65 features, in one read however long the history is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import nan

from rapport.customers.feature_state import Held, read_held, state_key
from rapport.customers.features.declarations import CUSTOMER_NAMES
from rapport.customers.features.online import CustomerState
from rapport.customers.ledger import Ledger
from rapport.customers.model import Customer
from rapport.customers.store import NAME, Stored, key
from rapport.runtime.clock import now_ms
from rapport.runtime.dynamodb import AwsClient, Item, batch_get, n, write_if
from rapport.runtime.errors import DependencyUnavailableError

PAGE = 500


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer's record, and the state of every transaction before the moment that was asked for."""

    customer: Customer
    state: CustomerState
    at: int

    def features(self) -> dict[str, float]:
        """The 65 customer features at that moment; NaN where not known."""
        return self.state.features(self.at)


class FeatureStore:
    """Reads profiles, and keeps the states that it had to make. Implements the calls context's `CustomerFeatures`."""

    def __init__(self, client: AwsClient, table: str, ledger: Ledger, clock: Callable[[], int] = now_ms) -> None:
        self._client = client
        self._table = table
        self._ledger = ledger
        self._clock = clock

    def profile(self, customer_id: str, at: int) -> Profile | None:
        """Access pattern: record and feature state of a customer, one consistent batch read; None when not known.

        Only where nobody has read since the declarations changed, or the state was dropped, are all transactions read.
        """
        found = self._read(customer_id)
        record = found.get(key(customer_id)["sk"]["S"])
        if record is None:
            return None
        stored = Stored.read(record)
        held = read_held(found.get(state_key(customer_id)["sk"]["S"]), stored.transactions)
        if held is None:
            held = Held(self._made(customer_id, None), stored.transactions)
            self._keep(customer_id, held)
        state = held.state
        if state.last_at is not None and state.last_at >= at:
            # The past of a customer who has gone on since, such as during the call: nobody asks for it twice.
            state = self._made(customer_id, at)
        return Profile(stored.customer, state, at)

    def features(self, customer_id: str, at: int) -> Mapping[str, float]:
        """The record's model features and the 65 by name, NaN where not known; empty when the customer is not."""
        found = self.profile(customer_id, at)
        if found is None:
            return {}
        history = found.features() if found.state.last_at is not None else dict.fromkeys(CUSTOMER_NAMES, nan)
        return {**found.customer.features(), **history}

    def _read(self, customer_id: str) -> dict[str, Item]:
        wanted: list[Item] = [key(customer_id), state_key(customer_id)]
        items = batch_get(self._client, self._table, wanted, NAME, consistent=True)
        return {item["sk"]["S"]: item for item in items}

    def _made(self, customer_id: str, until: int | None) -> CustomerState:
        state = CustomerState()
        cursor: str | None = None
        while True:
            page, cursor = self._ledger.page(customer_id, until=until, limit=PAGE, cursor=cursor)
            for transaction in page:
                state.add(transaction)
            if cursor is None:
                return state

    def _keep(self, customer_id: str, held: Held) -> None:
        """Write a state unless there is one that has seen more. It can be made again: a failure is nobody's concern."""
        item = held.item(customer_id, self._clock())
        if item is None:
            return
        values = {":booked": n(held.booked), ":counts": item["counts"]}
        condition = "attribute_not_exists(pk) OR counts <> :counts OR booked <= :booked"
        try:
            write_if(self._client, self._table, item, condition, values, NAME)
        except DependencyUnavailableError:
            return
