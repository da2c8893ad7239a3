"""Keys of the customers table (docs/access-patterns.md)."""

from __future__ import annotations

import zlib

from rapport.customers.model import Customer, Transaction
from rapport.customers.names import terms
from rapport.runtime.clock import month_of

SCHEMA_VERSION = 2
# Lists and counters are spread, so that no partition takes every write; reads ask all shards.
SHARDS = 4
RECORD = "CUSTOMER"
TRANSACTION = "TXN#"
MONTH = "MONTH#"
ACTIVE = "ACTIVE#"
ENTRY = "ENTRY#"
FEATURES = "FEATURES"
UNKNOWN = "unknown"
# Attributes of a customer's month that say through which channel the money was spent.
BY_CHANNEL = "spent_"


def shard(customer_id: str) -> int:
    return zlib.crc32(customer_id.encode()) % SHARDS


def partition(customer_id: str) -> str:
    """Everything of one customer, which is what an erasure deletes."""
    return f"CUSTOMER#{customer_id}"


def transaction(at: int, transaction_id: str) -> str:
    return f"{TRANSACTION}{at:013d}#{transaction_id}"


def marker(transaction_id: str) -> str:
    """Partition and sort key of what makes a transaction id unique."""
    return f"TXN#{transaction_id}"


def cohort_of(customer: Customer) -> str:
    """The month in which the customer joined."""
    return UNKNOWN if customer.joined_at is None else month_of(customer.joined_at)


def customer_month(at: Transaction) -> str:
    return f"{MONTH}{month_of(at.at)}#{at.currency}#{at.category}"


def active(month: str) -> str:
    return f"{ACTIVE}{month}"


def stats_customers(number: int) -> str:
    return f"STATS#CUSTOMERS#{number}"


def stats_months(number: int) -> str:
    return f"STATS#MONTH#{number}"


def stats_days(month: str, number: int) -> str:
    return f"STATS#DAY#{month}#{number}"


def stats_active(number: int) -> str:
    return f"STATS#ACTIVE#{number}"


def stats_cohorts(number: int) -> str:
    return f"STATS#COHORT#{number}"


def entries(customer: Customer) -> frozenset[tuple[str, str]]:
    """Facet and sort value of each index entry of a customer; all are found through index by_facet."""
    customer_id, number = customer.customer_id, shard(customer.customer_id)
    found = {(f"ALL#{number}", customer_id), (f"PHONE#{customer.phone}", customer_id)}
    found |= {(f"NAME#{term[0]}", f"{term}#{customer_id}") for term in terms(customer.name)}
    if customer.email:
        found.add((f"EMAIL#{customer.email.casefold()}", customer_id))
    if customer.segment:
        found.add((f"SEGMENT#{customer.segment}#{number}", customer_id))
    if customer.vip:
        found.add((f"VIP#{number}", customer_id))
    if customer.risk_band:
        found.add((f"RISK#{customer.risk_band}#{number}", customer_id))
    return frozenset(found)


def dimensions(customer: Customer) -> tuple[tuple[str, str], ...]:
    """What the customer counts towards: dimension and value."""
    return (
        ("total", "all"),
        ("segment", customer.segment or UNKNOWN),
        ("language", customer.language),
        ("vip", "yes" if customer.vip else "no"),
        ("risk", customer.risk_band or UNKNOWN),
        ("cohort", cohort_of(customer)),
    )
