"""Counters that change together with what they count, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rapport.customers import keys
from rapport.customers.model import Customer, Transaction
from rapport.runtime.clock import day_of, month_of
from rapport.runtime.dynamodb import Item, n, s


def exact(amount: float) -> Decimal:
    """The amount as it was written: 0.1 is a tenth."""
    return Decimal(repr(amount))


class Counters:
    """Additions to counter items, gathered: DynamoDB takes one action per item and transaction."""

    def __init__(self) -> None:
        self._added: defaultdict[tuple[str, str], defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def __len__(self) -> int:
        return len(self._added)

    def add(self, pk: str, sk: str, **amounts: Decimal | int) -> None:
        """Add to attributes of one counter item."""
        fields = self._added[pk, sk]
        for name, amount in amounts.items():
            fields[name] += amount

    def items(self) -> Iterator[tuple[str, str, dict[str, Decimal]]]:
        """Every item with the additions that are not zero."""
        for (pk, sk), fields in self._added.items():
            changed = {name: amount for name, amount in fields.items() if amount}
            if changed:
                yield pk, sk, changed

    def actions(self, table: str) -> list[dict[str, Any]]:
        """The additions as actions of a transaction."""
        found = []
        for pk, sk, changed in self.items():
            names = {f"#f{i}": name for i, name in enumerate(changed)}
            values = {f":f{i}": {"N": format(amount, "f")} for i, amount in enumerate(changed.values())}
            found.append(
                {
                    "Update": {
                        "TableName": table,
                        "Key": {"pk": s(pk), "sk": s(sk)},
                        "UpdateExpression": "SET schema_version = :v ADD "
                        + ", ".join(f"#f{i} :f{i}" for i in range(len(changed))),
                        "ExpressionAttributeNames": names,
                        "ExpressionAttributeValues": {":v": n(keys.SCHEMA_VERSION), **values},
                    }
                }
            )
        return found


def money(transaction: Transaction) -> dict[str, Decimal | int]:
    """What a transaction adds wherever money is counted; refunds are counted as positive amounts."""
    amount = exact(transaction.amount)
    if amount > 0:
        return {"purchases": 1, "spent": amount}
    return {"refunds": 1, "refunded": -amount}


def count_customer(counters: Counters, customer: Customer, step: int) -> None:
    """Count a customer in (step 1) or out (step -1)."""
    pk = keys.stats_customers(keys.shard(customer.customer_id))
    for dimension, value in keys.dimensions(customer):
        counters.add(pk, f"{dimension}#{value}", customers=step)


def count_transaction(counters: Counters, transaction: Transaction, cohort: str) -> None:
    """Count a transaction: by day, by month, in its cohort, and of its customer."""
    number, month = keys.shard(transaction.customer_id), month_of(transaction.at)
    kind = f"{transaction.currency}#{transaction.category}#{transaction.channel}"
    added = money(transaction)
    counters.add(keys.stats_days(month, number), f"{day_of(transaction.at)}#{kind}", **added)
    counters.add(keys.stats_months(number), f"{month}#{kind}", **added)
    counters.add(keys.stats_cohorts(number), f"{cohort}#{month}#{transaction.currency}", **added)
    pk, month_item = keys.partition(transaction.customer_id), keys.customer_month(transaction)
    counters.add(pk, month_item, **added)
    if "spent" in added:
        # Beside the total, not instead of it: what was counted before channels were is spending of no known channel.
        counters.add(pk, month_item, **{keys.BY_CHANNEL + transaction.channel: added["spent"]})


def count_active(counters: Counters, customer_id: str, month: str, cohort: str) -> None:
    """Count a customer's first transaction in a month."""
    number = keys.shard(customer_id)
    counters.add(keys.stats_active(number), month, customers=1)
    counters.add(keys.stats_cohorts(number), f"{cohort}#{month}", customers=1)


def read_counter(item: Item, name: str) -> Decimal:
    """A counter's value, zero when it was never added to."""
    return Decimal(item[name]["N"]) if name in item else Decimal(0)
