"""Whatever is booked, in whatever lists and however often: the counters say what the raw transactions say."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapport.analytics.model import Totals
from rapport.analytics.service import cohort_analytics, customer_analytics, metrics, transaction_analytics
from rapport.analytics.store import AnalyticsStore
from rapport.customers.keys import cohort_of
from rapport.customers.ledger import Ledger, by_customer
from rapport.customers.model import Transaction
from rapport.customers.store import CustomerStore
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from rapport.runtime.clock import day_of, month_of

from tests.builders.customers import TABLE, at, customer, customers_table, transaction

IDS = ("C1", "C2", "C3")
PEOPLE = {
    "C1": customer("C1", joined_at=at("2025-01-15"), segment="gold", vip=True),
    "C2": customer("C2", joined_at=at("2025-02-15"), days_past_due=40),
    "C3": customer("C3", joined_at=None, segment="gold"),
}


@st.composite
def booked(draw: st.DrawFn) -> list[Transaction]:
    """Up to thirty transactions with ids of their own."""
    count = draw(st.integers(0, 30))
    return [
        transaction(
            f"T{number}",
            draw(st.sampled_from(IDS)),
            at=draw(st.integers(at("2025-01-30"), at("2025-04-02"))),
            amount=draw(st.integers(-99_999, 99_999).filter(bool)) / 100,
            currency=draw(st.sampled_from(["USD", "JPY"])),
            category=draw(st.sampled_from(CATEGORIES[:3])),
            channel=draw(st.sampled_from(CHANNELS[:2])),
        )
        for number in range(count)
    ]


def totals_of(transactions: list[Transaction]) -> Totals:
    amounts = [Decimal(repr(each.amount)) for each in transactions]
    return Totals(
        purchases=sum(amount > 0 for amount in amounts),
        spent=sum((amount for amount in amounts if amount > 0), Decimal(0)),
        refunds=sum(amount < 0 for amount in amounts),
        refunded=-sum((amount for amount in amounts if amount < 0), Decimal(0)),
    )


def plain(totals: Any) -> Totals:
    return Totals.model_validate(totals.model_dump(include=set(Totals.model_fields)))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(transactions=booked(), cuts=st.lists(st.integers(0, 30), max_size=4))
def test_counters_equal_a_recomputation_from_the_raw_transactions(
    transactions: list[Transaction], cuts: list[int]
) -> None:
    with customers_table() as client:
        store, ledger = CustomerStore(client, TABLE), Ledger(client, TABLE)
        for person in PEOPLE.values():
            store.put(person)
        edges = [0, *sorted(cuts), len(transactions)]
        for low, high in pairwise(edges):
            for owner, theirs in by_customer(transactions[low:high]).items():
                ledger.book(owner, theirs)
                ledger.book(owner, theirs)
        counts = AnalyticsStore(client, TABLE)
        _check_periods(counts, transactions)
        _check_cohorts(counts, transactions)
        _check_months_of_customers(ledger, transactions)
        headline = metrics(counts, "2025-03")
        march = [each for each in transactions if month_of(each.at) == "2025-03"]
        assert headline.active[-1].active == len({each.customer_id for each in march})
        assert (headline.customers, headline.vip, headline.high_risk) == (3, 1, 1)


def _check_periods(counts: AnalyticsStore, transactions: list[Transaction]) -> None:
    for by_day, start, end, period in (
        (False, "2025-01", "2025-04", month_of),
        (True, "2025-02-10", "2025-03-20", day_of),
    ):
        found = {
            each.currency: each
            for each in transaction_analytics(counts, start=start, end=end, by_day=by_day).currencies
        }
        within = [each for each in transactions if start <= period(each.at) <= end]
        assert found.keys() == {each.currency for each in within}
        for currency, answer in found.items():
            mine = [each for each in within if each.currency == currency]
            assert plain(answer.totals) == totals_of(mine)
            for series, name in (
                ({row.period: row for row in answer.series}, lambda each: period(each.at)),  # noqa: B023
                ({row.name: row for row in answer.categories}, lambda each: each.category),
                ({row.name: row for row in answer.channels}, lambda each: each.channel),
            ):
                expected: Any = {key: totals_of([t for t in mine if name(t) == key]) for key in map(name, mine)}
                assert {key: plain(row) for key, row in series.items()} == expected


def _check_cohorts(counts: AnalyticsStore, transactions: list[Transaction]) -> None:
    found = {each.cohort: each for each in cohort_analytics(counts, start="2025-01", end="2025-12").cohorts}
    assert {name: cohort.customers for name, cohort in found.items()} == {"2025-01": 1, "2025-02": 1}
    for name, cohort in found.items():
        theirs = [each for each in transactions if cohort_of(PEOPLE[each.customer_id]) == name]
        active = Counter(month for month, _ in {(month_of(each.at), each.customer_id) for each in theirs})
        assert {age.month: age.active for age in cohort.ages} == active
        for age in cohort.ages:
            month = [each for each in theirs if month_of(each.at) == age.month]
            assert {each.currency: plain(each) for each in age.spending} == {
                currency: totals_of([each for each in month if each.currency == currency])
                for currency in {each.currency for each in month}
            }


def _check_months_of_customers(ledger: Ledger, transactions: list[Transaction]) -> None:
    for owner in IDS:
        mine = [each for each in transactions if each.customer_id == owner]
        for total in ledger.months(owner):
            same = [
                each
                for each in mine
                if (month_of(each.at), each.currency, each.category) == (total.month, total.currency, total.category)
            ]
            assert same
            assert (total.spent, total.refunded) == (totals_of(same).spent, totals_of(same).refunded)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    writes=st.lists(
        st.tuples(
            st.sampled_from(IDS),
            st.sampled_from([None, "gold", "basic"]),
            st.booleans(),
            st.sampled_from([None, 0, 5, 40]),
            st.sampled_from([None, at("2025-01-15"), at("2025-02-15")]),
        ),
        max_size=12,
    )
)
def test_customers_are_counted_as_they_are_now(writes: list[tuple[Any, ...]]) -> None:
    with customers_table() as client:
        store, now = CustomerStore(client, TABLE), {}
        for owner, segment, vip, days, joined in writes:
            now[owner] = customer(owner, segment=segment, vip=vip, days_past_due=days, joined_at=joined)
            store.put(now[owner])
        found = customer_analytics(AnalyticsStore(client, TABLE))
        assert found.customers == len(now)
        for counted, value in (
            (found.segments, lambda each: each.segment or "unknown"),
            (found.risks, lambda each: each.risk_band or "unknown"),
            (found.vip, lambda each: "yes" if each.vip else "no"),
            (found.joined, cohort_of),
        ):
            assert {each.value: each.customers for each in counted} == Counter(map(value, now.values()))
