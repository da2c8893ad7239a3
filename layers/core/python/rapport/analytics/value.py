"""How expected value spreads over customers, and what a month brings in: with its trend and what is expected next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel

from rapport.analytics.model import Totals, summed
from rapport.analytics.store import Row, months_between
from rapport.customers.snapshot import NO_CURRENCY

DECILES = 10
LEAST_MONTHS_OF_TREND = 3


class Decile(BaseModel):
    """A tenth of the customers: 1 are the most valuable. `share` is of the value of all."""

    decile: int
    customers: float
    value: float
    share: float


class ValueDistribution(BaseModel):
    """Expected money of the next twelve months over the customers of a currency."""

    currency: str
    customers: int
    value: float
    deciles: list[Decile]


class ValueAnalytics(BaseModel):
    """By currency, the one with most customers first."""

    currencies: list[ValueDistribution]


class RevenueMonth(BaseModel):
    """What came in, less refunds. `change` is against the month before, None where nothing came in then."""

    month: str
    net: float
    change: float | None


class RevenueAhead(BaseModel):
    """The sum of what each of so many customers is expected to spend; no interval, as customers move together."""

    month: str
    expected: float
    customers: int


class Trend(BaseModel):
    """A straight line through the whole months by least squares: `monthly` is its slope in money a month,
    `relative` per mean month, `explained` the share of variance that it explains.
    """

    months: int
    monthly: float
    relative: float | None
    explained: float


class Revenue(BaseModel):
    currency: str
    months: list[RevenueMonth]
    trend: Trend | None
    ahead: list[RevenueAhead]


class RevenueAnalytics(BaseModel):
    """By currency, the one that brings in most first. The last month is not over: no part of the trend."""

    start: str
    end: str
    currencies: list[Revenue]


class Values(Protocol):
    def values(self) -> Iterator[tuple[str, int, int, Decimal]]: ...


class Months(Protocol):
    def months(self, first: str, last: str) -> Iterator[Row]: ...

    def ahead(self, first: str) -> Iterator[tuple[str, str, int, Decimal]]: ...


def value_analytics(counts: Values) -> ValueAnalytics:
    """Deciles of value. Where a decile ends inside a step of the scale, the step's mean counts for its customers."""
    steps: defaultdict[str, defaultdict[int, list[Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: [Decimal(0), Decimal(0)])
    )
    for currency, step, customers, value in counts.values():
        if currency != NO_CURRENCY:
            steps[currency][step][0] += customers
            steps[currency][step][1] += value
    found = [_distribution(currency, by_step) for currency, by_step in steps.items()]
    found = [each for each in found if each.customers]
    return ValueAnalytics(currencies=sorted(found, key=lambda each: (-each.customers, each.currency)))


def _distribution(currency: str, steps: dict[int, list[Decimal]]) -> ValueDistribution:
    ordered = [steps[step] for step in sorted(steps, reverse=True) if steps[step][0] > 0]
    customers = sum((number for number, _ in ordered), Decimal(0))
    total = sum((value for _, value in ordered), Decimal(0))
    size = customers / DECILES
    values = [Decimal(0)] * DECILES
    decile, room = 0, size
    for number, value in ordered:
        left, mean = number, value / number
        while left > 0 and decile < DECILES:
            taken = min(left, room)
            values[decile] += taken * mean
            left, room = left - taken, room - taken
            if room <= 0:
                decile, room = decile + 1, size
    return ValueDistribution(
        currency=currency,
        customers=int(customers),
        value=round(float(total), 2),
        deciles=[
            Decile(
                decile=number,
                customers=round(float(size), 1),
                value=round(float(value), 2),
                share=round(float(value / total), 4) if total else 0.0,
            )
            for number, value in enumerate(values, 1)
        ],
    )


def revenue_analytics(counts: Months, *, start: str, end: str, this_month: str) -> RevenueAnalytics:
    """Net spending of each month from `start` to `end`, and of the months ahead as snapshots expect it."""
    rows = list(counts.months(start, end))
    ahead: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for month, currency, customers, expected in counts.ahead(this_month):
        ahead[currency, month][0] += customers
        ahead[currency, month][1] += expected
    found = [
        _revenue(
            currency,
            summed((row.period, row.totals) for row in rows if row.currency == currency),
            months_between(start, end),
            this_month,
            {month: parts for (name, month), parts in sorted(ahead.items()) if name == currency and parts[0]},
        )
        for currency in sorted({row.currency for row in rows})
    ]
    found.sort(key=lambda each: (-sum(month.net for month in each.months), each.currency))
    return RevenueAnalytics(start=start, end=end, currencies=found)


def _revenue(
    currency: str, totals: dict[str, Totals], months: Sequence[str], this_month: str, ahead: dict[str, list[Decimal]]
) -> Revenue:
    begun = [month for month in months if month >= min(totals)]
    nets = [float(totals[month].net) if month in totals else 0.0 for month in begun]
    return Revenue(
        currency=currency,
        months=[
            RevenueMonth(
                month=month,
                net=round(net, 2),
                change=round(net / before - 1, 4) if before is not None and before > 0 else None,
            )
            for month, net, before in zip(begun, nets, [None, *nets], strict=False)
        ],
        trend=trend([net for month, net in zip(begun, nets, strict=True) if month < this_month]),
        ahead=[
            RevenueAhead(month=month, expected=round(float(expected), 2), customers=int(customers))
            for month, (customers, expected) in ahead.items()
        ],
    )


def trend(nets: Sequence[float]) -> Trend | None:
    """The least-squares line through whole months; None for fewer than three."""
    count = len(nets)
    if count < LEAST_MONTHS_OF_TREND:
        return None
    middle, mean = (count - 1) / 2, sum(nets) / count
    spread = sum((month - middle) ** 2 for month in range(count))
    slope = sum((month - middle) * (net - mean) for month, net in enumerate(nets)) / spread
    variance = sum((net - mean) ** 2 for net in nets)
    return Trend(
        months=count,
        monthly=round(slope, 2),
        relative=round(slope / mean, 4) if mean > 0 else None,
        explained=round(min(1.0, slope**2 * spread / variance), 4) if variance else 0.0,
    )
