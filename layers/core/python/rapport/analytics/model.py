"""Answers of analytics. Money is exact and per currency; refunds are positive amounts of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pydantic import BaseModel

from rapport.runtime.money import Money


class Totals(BaseModel):
    """How many purchases and refunds, and how much."""

    purchases: int = 0
    spent: Money = Decimal(0)
    refunds: int = 0
    refunded: Money = Decimal(0)

    @property
    def net(self) -> Decimal:
        return self.spent - self.refunded

    def plus(self, other: Totals) -> Totals:
        return Totals(
            purchases=self.purchases + other.purchases,
            spent=self.spent + other.spent,
            refunds=self.refunds + other.refunds,
            refunded=self.refunded + other.refunded,
        )


class PeriodTotals(Totals):
    """Totals of a day (2026-01-31) or a month (2026-01)."""

    period: str


class NamedTotals(Totals):
    """Totals of a category or a channel."""

    name: str


class CurrencyTransactions(BaseModel):
    """Transactions in one currency over a period of time."""

    currency: str
    totals: Totals
    series: list[PeriodTotals]
    categories: list[NamedTotals]
    channels: list[NamedTotals]


class TransactionAnalytics(BaseModel):
    """By currency, the one with most transactions first. `start` and `end` are days or months, both included."""

    start: str
    end: str
    by: str
    currencies: list[CurrencyTransactions]


class Counted(BaseModel):
    """How many customers have this value."""

    value: str
    customers: int


class CustomerAnalytics(BaseModel):
    """Customers now, by each dimension of the record."""

    customers: int
    segments: list[Counted]
    risks: list[Counted]
    languages: list[Counted]
    vip: list[Counted]
    joined: list[Counted]


class CurrencyTotals(Totals):
    """Totals in a currency."""

    currency: str


class CohortAge(BaseModel):
    """A cohort in its n-th month: `age` 0 is the month of joining."""

    age: int
    month: str
    active: int
    active_share: float | None
    spending: list[CurrencyTotals]


class Cohort(BaseModel):
    """Customers who joined in one month, and what became of them."""

    cohort: str
    customers: int
    ages: list[CohortAge]


class CohortAnalytics(BaseModel):
    start: str
    end: str
    cohorts: list[Cohort]


class ActiveMonth(BaseModel):
    """Customers with at least one transaction in the month."""

    month: str
    active: int


class CurrencyMetrics(BaseModel):
    """The month so far beside the whole month before."""

    currency: str
    month: Totals
    previous: Totals
    average_purchase: Money | None


class Metrics(BaseModel):
    """Headline figures of a month."""

    month: str
    customers: int
    vip: int
    high_risk: int
    active: list[ActiveMonth]
    currencies: list[CurrencyMetrics]


def summed(rows: Iterable[tuple[str, Totals]]) -> dict[str, Totals]:
    """Totals by name, in the order of the names."""
    found: dict[str, Totals] = {}
    for name, totals in rows:
        found[name] = found[name].plus(totals) if name in found else totals
    return dict(sorted(found.items()))


def largest_first(found: Mapping[str, Totals]) -> list[NamedTotals]:
    """By what was spent, then by name."""
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].spent, pair[0]))
    return [NamedTotals(name=name, **totals.model_dump()) for name, totals in ordered]
