"""Makes reports of analytics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from rapport.analytics.model import Cohort, CohortAnalytics, Counted, CustomerAnalytics, Totals, TransactionAnalytics
from rapport.analytics.service import Counts, cohort_analytics, customer_analytics, transaction_analytics
from rapport.analytics.store import month_number
from rapport.reports.model import Cell, Chart, Column, Language, Report, ReportKind, Table, Unit
from rapport.reports.texts import words

Say = Callable[[str], str]


def build_report(kind: ReportKind, counts: Counts, *, start: str, end: str, language: Language) -> Report:
    """The report of months `start` to `end`; customers are always counted as they are now."""

    def say(key: str) -> str:
        return words(key, language)

    if kind is ReportKind.CUSTOMERS:
        columns, tables = _customers(customer_analytics(counts), say)
    elif kind is ReportKind.TRANSACTIONS:
        columns, tables = _transactions(transaction_analytics(counts, start=start, end=end, by_day=False), say)
    else:
        columns, tables = _cohorts(cohort_analytics(counts, start=start, end=end), say)
    period = say("as_of") if kind is ReportKind.CUSTOMERS else say("period")
    return Report(
        title=say(kind.value),
        subtitle=period.format(start=start, end=end),
        language=language,
        table_column=say("table"),
        columns=tuple(columns),
        tables=tuple(tables),
    )


def _customers(found: CustomerAnalytics, say: Say) -> tuple[Sequence[Column], Sequence[Table]]:
    columns = (
        Column(say("value"), Unit.TEXT),
        Column(say("customers"), Unit.COUNT),
        Column(say("share"), Unit.SHARE),
    )

    def table(name: str, counted: list[Counted]) -> Table:
        rows = tuple((say(each.value), each.customers, each.customers / found.customers) for each in counted)
        values = tuple(float(each.customers) for each in counted)
        labels = tuple(say(each.value) for each in counted)
        return Table(say(name), rows, Chart(say(name), name == "joined", Unit.COUNT, labels, values))

    dimensions = {
        "segments": found.segments,
        "risks": found.risks,
        "languages": found.languages,
        "vip": found.vip,
        "joined": found.joined,
    }
    return columns, [table(name, counted) for name, counted in dimensions.items() if counted]


def _transactions(found: TransactionAnalytics, say: Say) -> tuple[Sequence[Column], Sequence[Table]]:
    columns = (
        Column(say("name"), Unit.TEXT),
        *(Column(say(name), Unit.COUNT if name in {"purchases", "refunds"} else Unit.MONEY) for name in
          ("purchases", "spent", "refunds", "refunded", "net")),
    )  # fmt: skip

    def table(name: str, currency: str, named: Sequence[tuple[str, Totals]]) -> Table:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (label, each.purchases, each.spent, each.refunds, each.refunded, each.net) for label, each in named
        )
        title = f"{currency} {say(name)}"
        labels, values = tuple(label for label, _ in named), tuple(float(each.spent) for _, each in named)
        return Table(title, rows, Chart(f"{title}: {say('spent')}", name == "by_month", Unit.MONEY, labels, values))

    tables = []
    for each in found.currencies:
        tables.append(table("by_month", each.currency, [(row.period, row) for row in each.series]))
        tables.append(table("by_category", each.currency, [(say(row.name), row) for row in each.categories]))
        tables.append(table("by_channel", each.currency, [(say(row.name), row) for row in each.channels]))
    return columns, tables


def _cohorts(found: CohortAnalytics, say: Say) -> tuple[Sequence[Column], Sequence[Table]]:
    columns = (
        Column(say("cohort"), Unit.TEXT),
        Column(say("size"), Unit.COUNT),
        Column(say("age"), Unit.COUNT),
        Column(say("month"), Unit.TEXT),
        Column(say("active"), Unit.COUNT),
        Column(say("active_share"), Unit.SHARE),
        Column(say("currency"), Unit.TEXT),
        Column(say("spent"), Unit.MONEY),
        Column(say("refunded"), Unit.MONEY),
    )
    rows = tuple(row for cohort in found.cohorts for row in _cohort_rows(cohort))
    chart = _activity(found.cohorts, say)
    return columns, [Table(say("activity"), rows, chart)] if rows else []


def _cohort_rows(cohort: Cohort) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for age in cohort.ages:
        known: tuple[Cell, ...] = (cohort.cohort, cohort.customers, age.age, age.month, age.active, age.active_share)
        spending = [(each.currency, each.spent, each.refunded) for each in age.spending] or [
            ("", Decimal(0), Decimal(0))
        ]
        rows += [(*known, *each) for each in spending]
    return rows


def _activity(cohorts: Sequence[Cohort], say: Say) -> Chart:
    """Active share by age, over all cohorts that had reached it in the last month with any activity."""
    active: Counter[int] = Counter()
    joined: Counter[int] = Counter()
    latest = max((age.month for cohort in cohorts for age in cohort.ages), default="")
    for cohort in cohorts if latest else ():
        seen = {age.age: age.active for age in cohort.ages}
        for number in range(month_number(latest) - month_number(cohort.cohort) + 1):
            active[number] += seen.get(number, 0)
            joined[number] += cohort.customers
    ages = [age for age in sorted(joined) if joined[age]]
    return Chart(
        say("activity_by_age"),
        line=True,
        unit=Unit.SHARE,
        labels=tuple(map(str, ages)),
        values=tuple(active[age] / joined[age] for age in ages),
    )
