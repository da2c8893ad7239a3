"""Where rows of a file go: the records, or the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from rapport.customers import keys
from rapport.customers.import_model import RowError
from rapport.customers.ledger import Ledger, by_customer, digest
from rapport.customers.model import NewCustomer, Transaction
from rapport.customers.store import NAME, CustomerStore, Stored, key
from rapport.runtime.dynamodb import AwsClient, batch_get


class CustomerRows:
    """Customers of a file: new ones are created, known ones replaced."""

    model = NewCustomer

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client, self._table = client, table
        self._store = CustomerStore(client, table)
        self._seen: set[str] = set()

    def check(self, rows: Sequence[tuple[int, NewCustomer]]) -> list[RowError]:
        """An id that comes twice; a month of joining that cannot change any more."""
        found = []
        wanted = [key(customer_id) for customer_id in dict.fromkeys(row.customer_id for _, row in rows)]
        items = batch_get(self._client, self._table, list(wanted), NAME)
        stored = {each.customer.customer_id: each for each in map(Stored.read, items)}
        for number, row in rows:
            if row.customer_id in self._seen:
                found.append(RowError(row=number, column="customer_id", message="this id comes twice in the file"))
            self._seen.add(row.customer_id)
            known = stored.get(row.customer_id)
            if known and known.transactions and keys.cohort_of(known.customer) != keys.cohort_of(row):
                message = "the month of joining cannot change once there are transactions"
                found.append(RowError(row=number, column="joined_at", message=message))
        return found

    def write(self, rows: Sequence[NewCustomer]) -> int:
        return sum(self._store.put(row.record()) for row in rows)


class TransactionRows:
    """Transactions of a file: each is booked once, under a customer who is known."""

    model = Transaction

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client, self._table = client, table
        self._ledger = Ledger(client, table)
        self._seen: dict[str, str] = {}
        self._customers: dict[str, bool] = {}

    def check(self, rows: Sequence[tuple[int, Transaction]]) -> list[RowError]:
        """A customer who is not known; an id that is known, or came before, with other content."""
        self._look_up([row.customer_id for _, row in rows])
        known = self._ledger.known([row for _, row in rows])
        found = []
        for number, row in rows:
            if not self._customers[row.customer_id]:
                found.append(RowError(row=number, column="customer_id", message="there is no such customer"))
            mine = digest(row)
            if known.get(row.transaction_id, mine) != mine:
                message = "this transaction id is known with other content"
                found.append(RowError(row=number, column="transaction_id", message=message))
            elif self._seen.setdefault(row.transaction_id, mine) != mine:
                message = "this transaction id came before in the file with other content"
                found.append(RowError(row=number, column="transaction_id", message=message))
        return found

    def _look_up(self, customer_ids: Sequence[str]) -> None:
        wanted = [each for each in dict.fromkeys(customer_ids) if each not in self._customers]
        items = batch_get(self._client, self._table, [dict(key(each)) for each in wanted], NAME)
        found = {item["pk"]["S"] for item in items}
        self._customers |= {each: keys.partition(each) in found for each in wanted}

    def write(self, rows: Sequence[Transaction]) -> int:
        return sum(self._ledger.book(owner, theirs) for owner, theirs in by_customer(rows).items())
