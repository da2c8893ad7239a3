"""Reads the counters of the customers table: one query per shard, and per month where days are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from rapport.analytics.model import Totals
from rapport.customers import keys
from rapport.customers.counters import read_counter
from rapport.customers.snapshot_store import stats_ahead, stats_groups, stats_values
from rapport.runtime.dynamodb import AwsClient, Item, query_all, s

NAME = "the customers table"
END = "\U0010ffff"
# Queries at once: few enough for the smallest function, enough to hide their latency.
AT_ONCE = 8


@dataclass(frozen=True)
class Row:
    """Totals of one period, currency, category and channel, of one shard."""

    period: str
    currency: str
    category: str
    channel: str
    totals: Totals


@dataclass(frozen=True)
class CohortRow:
    """What one shard of a cohort did in a month: customers active, or totals in a currency."""

    cohort: str
    month: str
    currency: str | None
    active: int
    totals: Totals


@dataclass(frozen=True)
class GroupRow:
    """Sums of a segment in a currency, of one shard (rapport/customers/snapshot_store.py)."""

    segment: str
    currency: str
    sums: Mapping[str, float]


class AnalyticsStore:
    """Every method reads all shards; sums are the caller's."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def customers(self) -> Iterator[tuple[str, str, int]]:
        """Access pattern: how many customers have each value of each dimension; one query per shard."""
        for item in self._read([keys.stats_customers(number) for number in range(keys.SHARDS)], "", END):
            dimension, _, value = item["sk"]["S"].partition("#")
            yield dimension, value, int(read_counter(item, "customers"))

    def months(self, first: str, last: str) -> Iterator[Row]:
        """Access pattern: totals of months, from `first` to `last`; one query per shard."""
        partitions = [keys.stats_months(number) for number in range(keys.SHARDS)]
        yield from map(_row, self._read(partitions, first, last + END))

    def days(self, first: str, last: str) -> Iterator[Row]:
        """Access pattern: totals of days, from `first` to `last`; one query per shard and month."""
        partitions = [
            keys.stats_days(month, number)
            for month in months_between(first[:7], last[:7])
            for number in range(keys.SHARDS)
        ]
        yield from map(_row, self._read(partitions, first, last + END))

    def active(self, first: str, last: str) -> Iterator[tuple[str, int]]:
        """Access pattern: customers active in each month; one query per shard."""
        partitions = [keys.stats_active(number) for number in range(keys.SHARDS)]
        for item in self._read(partitions, first, last):
            yield item["sk"]["S"], int(read_counter(item, "customers"))

    def cohorts(self, first: str, last: str) -> Iterator[CohortRow]:
        """Access pattern: what cohorts did in each month of their life; one query per shard."""
        partitions = [keys.stats_cohorts(number) for number in range(keys.SHARDS)]
        for item in self._read(partitions, first, last + END):
            cohort, month, *currency = item["sk"]["S"].split("#")
            active = int(read_counter(item, "customers"))
            yield CohortRow(cohort, month, currency[0] if currency else None, active, _totals(item))

    def groups(self) -> Iterator[GroupRow]:
        """Access pattern: sums of the segments by currency, from customers' snapshots; one query per shard."""
        for item in self._read([stats_groups(number) for number in range(keys.SHARDS)], "", END):
            segment, _, currency = item["sk"]["S"].partition("#")
            yield GroupRow(
                segment,
                currency,
                {name: float(read_counter(item, name)) for name in item if name not in {"pk", "sk", "schema_version"}},
            )

    def values(self) -> Iterator[tuple[str, int, int, Decimal]]:
        """Access pattern: currency, step of the value scale, customers there and their value; one query per shard."""
        for item in self._read([stats_values(number) for number in range(keys.SHARDS)], "", END):
            currency, _, step = item["sk"]["S"].partition("#")
            yield currency, int(step), int(read_counter(item, "customers")), read_counter(item, "value")

    def ahead(self, first: str) -> Iterator[tuple[str, str, int, Decimal]]:
        """Access pattern: month, currency, customers and expected spend from a month on; one query per shard."""
        for item in self._read([stats_ahead(number) for number in range(keys.SHARDS)], first, END):
            month, _, currency = item["sk"]["S"].partition("#")
            yield month, currency, int(read_counter(item, "customers")), read_counter(item, "expected")

    def _read(self, partitions: Sequence[str], low: str, high: str) -> Iterator[Item]:
        with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(partitions))) as pool:
            for items in pool.map(partial(self._partition, low=low, high=high), partitions):
                yield from items

    def _partition(self, pk: str, *, low: str, high: str) -> list[Item]:
        return list(
            query_all(
                self._client,
                NAME,
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues={":pk": s(pk), ":low": s(low or " "), ":high": s(high)},
                ConsistentRead=True,
            )
        )


def _totals(item: Item) -> Totals:
    return Totals(
        purchases=int(read_counter(item, "purchases")),
        spent=read_counter(item, "spent"),
        refunds=int(read_counter(item, "refunds")),
        refunded=read_counter(item, "refunded"),
    )


def _row(item: Item) -> Row:
    period, currency, category, channel = item["sk"]["S"].split("#")
    return Row(period, currency, category, channel, _totals(item))


def month_number(month: str) -> int:
    """Months since the year 0, so that months can be subtracted."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_named(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included."""
    return [month_named(number) for number in range(month_number(first), month_number(last) + 1)]
