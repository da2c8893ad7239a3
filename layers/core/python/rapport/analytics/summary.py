"""One customer from what is stored already: counters of the months, snapshots of the models, headers of calls.

It stands with the analytics, not with the scoring: nothing is computed that somebody has stored, so it needs no
model, answers for a customer whom no model can score, and reads as many items as the customer has months.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel

from rapport.analytics.changes import changes
from rapport.analytics.store import month_named, month_number, months_between
from rapport.calls.keys import Index
from rapport.calls.model import Band, Call, CallStatus, LocalisedText
from rapport.customers.ledger import MonthTotal
from rapport.customers.model import Customer
from rapport.customers.snapshot import Ahead, Said, Snapshot
from rapport.customers.view import CustomerView
from rapport.identity.model import Principal
from rapport.runtime.clock import DAY_MS, day_of, month_of
from rapport.runtime.money import Money

MONTHS = 12
MOST_CALLS = 100
HISTORY_DAYS = 400
CHANGED_DAYS = 30


class MonthSpent(BaseModel):
    month: str
    spent: Money
    refunded: Money
    purchases: int


class Mix(BaseModel):
    """A part of what was spent in the last twelve months; `share` of all of it."""

    name: str
    spent: Money
    share: float


class CurrencyValue(BaseModel):
    """Spending in a currency. `trend` is the last whole month against the one before, None where nothing was."""

    currency: str
    months: list[MonthSpent]
    spent_12m: Money
    trend: float | None
    categories: list[Mix]
    channels: list[Mix]


class Activity(BaseModel):
    """Months with a purchase or refund among the last twelve, and the month of the last one."""

    active_months: int
    of_months: int
    last_month: str | None
    purchases_12m: int


class CallsOfOne(BaseModel):
    """The last calls that the caller may see, at most a hundred: `outcomes` and `bands` count them by value."""

    calls: int
    outcomes: dict[str, int]
    bands: dict[str, int]
    mean_handled_ms: float | None
    last_at: int | None


class Scores(BaseModel):
    """What the models said when they last looked, at `at`. The lifetime value model gives no interval."""

    at: int
    synthetic: bool
    currency: str | None
    churn: float
    level: Band
    churn_reasons: tuple[Said, ...]
    segment: str | None
    segment_name: LocalisedText | None
    segment_reasons: tuple[Said, ...]
    value_12m: float
    probability_active: float
    ahead: tuple[Ahead, ...]
    versions: dict[str, str]


class PastScores(BaseModel):
    """What the models said on a day."""

    day: str
    churn: float
    value_12m: float
    segment: str | None


class CustomerSummary(BaseModel):
    """`scores` is None for a customer whom the models have not looked at yet: the daily round comes by."""

    customer: CustomerView
    value: list[CurrencyValue]
    activity: Activity
    calls: CallsOfOne
    scores: Scores | None
    history: list[PastScores]
    changed: list[LocalisedText]


class Months(Protocol):
    """What `Ledger` reads."""

    def months(self, customer_id: str) -> list[MonthTotal]: ...


class Snapshots(Protocol):
    """What `SnapshotStore` reads."""

    def get(self, customer_id: str) -> Snapshot | None: ...

    def history(self, customer_id: str, since: str) -> list[Snapshot]: ...


class Calls(Protocol):
    """What the calls table knows of a customer."""

    def list_calls(
        self, index: Index, value: str, *, limit: int, cursor: str | None
    ) -> tuple[list[Call], str | None]: ...


def summary(
    customer: Customer, *, months: Months, snapshots: Snapshots, calls: Calls, caller: Principal, now: int
) -> CustomerSummary:
    """Everything that is stored about a customer, in figures and words, as far as this caller may see it."""
    totals = months.months(customer.customer_id)
    last = month_of(now)
    shown = months_between(month_named(month_number(last) - MONTHS + 1), last)
    snapshot = snapshots.get(customer.customer_id)
    past = snapshots.history(customer.customer_id, day_of(now - HISTORY_DAYS * DAY_MS))
    found, _ = calls.list_calls(Index.BY_CUSTOMER, customer.customer_id, limit=MOST_CALLS, cursor=None)
    visible = [call for call in found if caller.can_see(agent_id=call.agent_id, team=call.team)]
    currencies = sorted({total.currency for total in totals})
    return CustomerSummary(
        customer=CustomerView.of(customer),
        value=[_value(name, [total for total in totals if total.currency == name], shown) for name in currencies],
        activity=_activity(totals, shown),
        calls=_calls(visible),
        scores=Scores.model_validate(snapshot.model_dump()) if snapshot else None,
        history=[PastScores.model_validate(each.model_dump() | {"day": each.day}) for each in past],
        changed=changes(
            snapshot,
            past,
            since=now - CHANGED_DAYS * DAY_MS,
            calls=[call for call in visible if call.started_at >= now - CHANGED_DAYS * DAY_MS],
        ),
    )


def _value(currency: str, totals: Sequence[MonthTotal], shown: Sequence[str]) -> CurrencyValue:
    by_month: defaultdict[str, list[MonthTotal]] = defaultdict(list)
    for total in totals:
        by_month[total.month].append(total)
    recent = [total for month in shown for total in by_month[month]]
    spent = sum((total.spent for total in recent), Decimal(0))
    whole, before = (sum((total.spent for total in by_month[month]), Decimal(0)) for month in (shown[-2], shown[-3]))
    categories: defaultdict[str, Decimal] = defaultdict(Decimal)
    channels: defaultdict[str, Decimal] = defaultdict(Decimal)
    for total in recent:
        categories[total.category] += total.spent
        for name, amount in total.channels.items():
            channels[name] += amount
    return CurrencyValue(
        currency=currency,
        months=[_month(month, by_month[month]) for month in shown],
        spent_12m=spent,
        trend=round(float(whole / before) - 1, 4) if before else None,
        categories=_mix(categories, spent),
        channels=_mix(channels, spent),
    )


def _month(month: str, totals: Sequence[MonthTotal]) -> MonthSpent:
    return MonthSpent(
        month=month,
        spent=sum((total.spent for total in totals), Decimal(0)),
        refunded=sum((total.refunded for total in totals), Decimal(0)),
        purchases=sum(total.purchases for total in totals),
    )


def _activity(totals: Sequence[MonthTotal], shown: Sequence[str]) -> Activity:
    recent = [total for total in totals if total.month in shown]
    return Activity(
        active_months=len({total.month for total in recent}),
        of_months=len(shown),
        last_month=max((total.month for total in totals), default=None),
        purchases_12m=sum(total.purchases for total in recent),
    )


def _calls(calls: Sequence[Call]) -> CallsOfOne:
    handled = [
        call.ended_at - call.started_at
        for call in calls
        if call.status is CallStatus.ENDED and call.ended_at is not None
    ]
    return CallsOfOne(
        calls=len(calls),
        outcomes=dict(Counter(call.outcome for call in calls if call.outcome)),
        bands=dict(Counter(call.score.band.value for call in calls if call.score)),
        mean_handled_ms=round(sum(handled) / len(handled)) if handled else None,
        last_at=max((call.started_at for call in calls), default=None),
    )


def _mix(found: dict[str, Decimal], whole: Decimal) -> list[Mix]:
    ordered = sorted(((name, spent) for name, spent in found.items() if spent), key=lambda pair: (-pair[1], pair[0]))
    return [Mix(name=name, spent=spent, share=round(float(spent / whole), 4)) for name, spent in ordered]
