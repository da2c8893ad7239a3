"""How the feature state of a customer lies in the customers table, and when it may be believed.

Beside the state stands `booked`: how many transactions the record counted when the state was made. Every booking
counts on the record in its own transaction, so a state whose `booked` is the record's number has seen everything that
is booked and nothing else. Any other state is history, and so is one that counts other things than the declarations
of this version (`counts`): both are made again from the transactions.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from rapport.customers import keys
from rapport.customers.features.measures import PLAN, Spending
from rapport.customers.features.online import CustomerState
from rapport.runtime.dynamodb import Item, n, number, s, text

# A state that nobody advances or reads any more goes; whoever asks again makes it again.
KEPT_DAYS = 100
DAY_S = 86_400
# An item holds 400 kB. Sixteen thousand transactions of a year stay below; what does not is made for each reader.
LARGEST_BYTES = 380_000


def state_key(customer_id: str) -> Item:
    return {"pk": s(keys.partition(customer_id)), "sk": s(keys.FEATURES)}


@dataclass(frozen=True, slots=True)
class Held:
    """A state that has seen exactly the `booked` transactions of its customer."""

    state: CustomerState
    booked: int

    def advanced(self, transactions: Iterable[Spending]) -> Held:
        """The state after these, too; this one stays as it is. `InvalidInputError` for what no state can count."""
        state = CustomerState.from_dict(self.state.to_dict())
        count = self.booked
        for transaction in transactions:
            state.add(transaction)
            count += 1
        return Held(state, count)

    def item(self, customer_id: str, now_ms: int) -> Item | None:
        """As the table holds it; None when it is too large for an item."""
        packed = zlib.compress(json.dumps(self.state.to_dict(), separators=(",", ":")).encode(), 6)
        if len(packed) > LARGEST_BYTES:
            return None
        return {
            **state_key(customer_id),
            "schema_version": n(keys.SCHEMA_VERSION),
            "counts": s(PLAN.fingerprint),
            "booked": n(self.booked),
            "state": {"B": packed},
            "expires_at": n(now_ms // 1000 + KEPT_DAYS * DAY_S),
        }


def read_held(item: Item | None, booked: int) -> Held | None:
    """The state in an item, if it is of this plan and has seen the `booked` transactions of the record."""
    if item is None or text(item, "counts") != PLAN.fingerprint or number(item, "booked") != booked:
        return None
    return Held(CustomerState.from_dict(json.loads(zlib.decompress(item["state"]["B"]))), booked)
