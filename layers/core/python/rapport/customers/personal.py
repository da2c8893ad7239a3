"""A customer's record in an export and an erasure. Bookings stay, under a number that names nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rapport.customers.model import Customer
from rapport.customers.store import CustomerStore
from rapport.identity.personal import Kept

ERASED_NAME = "Erased"
# Of a country code that is assigned to nobody.
ERASED_PHONE = "+999000000"


class Customers:
    """Implements `Holder`. `numbers_of` tells which customers a user is."""

    name = "customer"

    def __init__(self, store: CustomerStore, numbers_of: Callable[[str], Iterable[str]]) -> None:
        self._store = store
        self._numbers_of = numbers_of

    def _of(self, username: str) -> list[Customer]:
        found = (self._store.get(number) for number in dict.fromkeys(self._numbers_of(username)))
        return [customer for customer in found if customer is not None]

    def export(self, username: str) -> Any:
        return [customer.model_dump(mode="json", exclude_none=True) for customer in self._of(username)]

    def erase(self, username: str) -> Sequence[Kept]:
        found = self._of(username)
        for customer in found:
            self._store.put(
                Customer(
                    customer_id=customer.customer_id,
                    name=ERASED_NAME,
                    phone=ERASED_PHONE,
                    language=customer.language,
                    joined_at=customer.joined_at,
                )
            )
        reason = "bookings are kept for ten years, as the law against money laundering asks; name and contacts are gone"
        return (Kept(what="bookings", count=len(found), reason=reason),) if found else ()
