"""Sums what the counters hold into answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from rapport.analytics.model import (
    ActiveMonth,
    Cohort,
    CohortAge,
    CohortAnalytics,
    Counted,
    CurrencyMetrics,
    CurrencyTotals,
    CurrencyTransactions,
    CustomerAnalytics,
    Metrics,
    PeriodTotals,
    Totals,
    TransactionAnalytics,
    largest_first,
    summed,
)
from rapport.analytics.store import CohortRow, Row, month_named, month_number, months_between

METRIC_MONTHS = 12


class Counts(Protocol):
    """What `AnalyticsStore` reads."""

    def customers(self) -> Iterator[tuple[str, str, int]]: ...

    def months(self, first: str, last: str) -> Iterator[Row]: ...

    def days(self, first: str, last: str) -> Iterator[Row]: ...

    def active(self, first: str, last: str) -> Iterator[tuple[str, int]]: ...

    def cohorts(self, first: str, last: str) -> Iterator[CohortRow]: ...


def customer_analytics(counts: Counts) -> CustomerAnalytics:
    """Customers now, by every dimension."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for dimension, value, number in counts.customers():
        found[dimension][value] += number

    def by_size(dimension: str) -> list[Counted]:
        pairs = sorted(found[dimension].items(), key=lambda pair: (-pair[1], pair[0]))
        return [Counted(value=value, customers=number) for value, number in pairs if number]

    return CustomerAnalytics(
        customers=found["total"].total(),
        segments=by_size("segment"),
        risks=by_size("risk"),
        languages=by_size("language"),
        vip=by_size("vip"),
        joined=sorted(by_size("cohort"), key=lambda counted: counted.value),
    )


def transaction_analytics(counts: Counts, *, start: str, end: str, by_day: bool) -> TransactionAnalytics:
    """Transactions from `start` to `end`, days (2026-01-31) or months (2026-01), both included."""
    rows = list(counts.days(start, end) if by_day else counts.months(start, end))
    currencies = [
        _currency(name, [row for row in rows if row.currency == name]) for name in {row.currency for row in rows}
    ]
    currencies.sort(key=lambda found: (-found.totals.purchases - found.totals.refunds, found.currency))
    return TransactionAnalytics(start=start, end=end, by="day" if by_day else "month", currencies=currencies)


def _currency(name: str, rows: list[Row]) -> CurrencyTransactions:
    series = summed((row.period, row.totals) for row in rows)
    return CurrencyTransactions(
        currency=name,
        totals=total(row.totals for row in rows),
        series=[PeriodTotals(period=period, **totals.model_dump()) for period, totals in series.items()],
        categories=largest_first(summed((row.category, row.totals) for row in rows)),
        channels=largest_first(summed((row.channel, row.totals) for row in rows)),
    )


def total(parts: Iterable[Totals]) -> Totals:
    return next(iter(summed(("all", part) for part in parts).values()), Totals())


def cohort_analytics(counts: Counts, *, start: str, end: str) -> CohortAnalytics:
    """Cohorts that joined from month `start` to `end`: how many were active at each age, and what they spent."""
    sizes: Counter[str] = Counter()
    for dimension, value, number in counts.customers():
        if dimension == "cohort" and start <= value <= end:
            sizes[value] += number
    active: Counter[tuple[str, str]] = Counter()
    spending: defaultdict[tuple[str, str], list[tuple[str, Totals]]] = defaultdict(list)
    for row in counts.cohorts(start, end):
        if row.currency is None:
            active[row.cohort, row.month] += row.active
        else:
            spending[row.cohort, row.month].append((row.currency, row.totals))

    def age(cohort: str, month: str) -> CohortAge:
        size, number = sizes[cohort], active[cohort, month]
        return CohortAge(
            age=month_number(month) - month_number(cohort),
            month=month,
            active=number,
            active_share=round(number / size, 4) if size else None,
            spending=[
                CurrencyTotals(currency=currency, **totals.model_dump())
                for currency, totals in summed(spending[cohort, month]).items()
            ],
        )

    cohorts = sorted({cohort for cohort, _ in active} | {cohort for cohort, size in sizes.items() if size})
    return CohortAnalytics(
        start=start,
        end=end,
        cohorts=[
            Cohort(
                cohort=cohort,
                customers=sizes[cohort],
                ages=[age(cohort, month) for found, month in sorted(active) if found == cohort],
            )
            for cohort in cohorts
        ],
    )


def metrics(counts: Counts, month: str) -> Metrics:
    """Headline figures of a month beside the month before."""
    people = customer_analytics(counts)
    before = month_named(month_number(month) - 1)
    rows = list(counts.months(before, month))
    active: Counter[str] = Counter()
    first = month_named(month_number(month) - METRIC_MONTHS + 1)
    for name, number in counts.active(first, month):
        active[name] += number

    def currency(name: str) -> CurrencyMetrics:
        now = total(row.totals for row in rows if row.currency == name and row.period == month)
        previous = total(row.totals for row in rows if row.currency == name and row.period == before)
        average = round(now.spent / now.purchases, 2) if now.purchases else None
        return CurrencyMetrics(currency=name, month=now, previous=previous, average_purchase=average)

    def counted(found: list[Counted], value: str) -> int:
        return sum(each.customers for each in found if each.value == value)

    return Metrics(
        month=month,
        customers=people.customers,
        vip=counted(people.vip, "yes"),
        high_risk=counted(people.risks, "HIGH"),
        active=[ActiveMonth(month=name, active=active[name]) for name in months_between(first, month)],
        currencies=[currency(name) for name in sorted({row.currency for row in rows})],
    )
