"""The customer of a call as its scores see them: read once, before the first score, and kept with the call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isnan, nan

from rapport.calls.model import CustomerData
from rapport.calls.ports import CustomerFeatures, KnownCustomer, StoredCall
from rapport.runtime.errors import RapportError

# The feature that every customer with a transaction has.
HAS_TRANSACTIONS = "observed_days"


class CallCustomer:
    """What is known of a call's customer: from the call where it is kept there, else read once, when first needed.

    A failure to read stops nobody: the conversation is scored alone, the score says so, and the next write tries again.
    """

    def __init__(self, stored: StoredCall | None, customers: CustomerFeatures, columns: Collection[str]) -> None:
        self._call = stored.call if stored else None
        self._customers = customers
        self._columns = columns
        kept = stored.known if stored else None
        # The caller may turn out to be another one than was first thought.
        self._known = kept if kept and self._call and kept.customer_id == self._call.customer_id else None
        self._failed = False

    def known(self) -> KnownCustomer | None:
        """None where nobody is linked to the call, or what is known could not be read."""
        call = self._call
        if self._known is None and not self._failed and call is not None and call.customer_id is not None:
            try:
                read = self._customers.features(call.customer_id, call.started_at)
            except RapportError:
                self._failed = True
            else:
                self._known = self._of(call.customer_id, read)
        return self._known

    def features(self) -> Mapping[str, float]:
        known = self.known()
        return known.features if known else {}

    @property
    def data(self) -> CustomerData:
        known = self.known()
        return CustomerData.UNAVAILABLE if self._failed else known.data if known else CustomerData.NONE

    def _of(self, customer_id: str, read: Mapping[str, float]) -> KnownCustomer:
        data = CustomerData.RECORD if read else CustomerData.NONE
        if not isnan(read.get(HAS_TRANSACTIONS, nan)):
            data = CustomerData.TRANSACTIONS
        taken = {name: value for name, value in read.items() if name in self._columns and not isnan(value)}
        return KnownCustomer(customer_id, data, taken)
