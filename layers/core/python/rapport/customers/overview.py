"""A customer on one page."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel

from rapport.calls.keys import Index
from rapport.calls.model import Band, Call, CallStatus, Channel
from rapport.customers.ledger import MonthTotal
from rapport.customers.model import Customer, Transaction
from rapport.customers.view import CustomerView
from rapport.identity.model import Principal
from rapport.runtime.money import Money

LAST_TRANSACTIONS = 10
LAST_CALLS = 10


class Transactions(Protocol):
    """What `Ledger` reads."""

    def page(self, customer_id: str, *, limit: int, cursor: str | None) -> tuple[list[Transaction], str | None]: ...

    def months(self, customer_id: str) -> list[MonthTotal]: ...


class Calls(Protocol):
    """What the calls table knows of a customer."""

    def list_calls(
        self, index: Index, value: str, *, limit: int, cursor: str | None
    ) -> tuple[list[Call], str | None]: ...


class Spending(BaseModel):
    """What was spent on a category in a month (UTC). Refunds are positive amounts of their own."""

    month: str
    currency: str
    category: str
    purchases: int
    spent: Money
    refunds: int
    refunded: Money


class CurrencySpending(BaseModel):
    """What was ever spent in a currency."""

    currency: str
    purchases: int
    spent: Money
    refunds: int
    refunded: Money


class CallSummary(BaseModel):
    """A call of the customer that the caller may see."""

    contact_id: str
    channel: Channel
    status: CallStatus
    started_at: int
    ended_at: int | None
    agent_id: str | None
    outcome: str | None
    score: int | None
    band: Band | None


class Overview(BaseModel):
    """Record, spending by month and category (oldest first), last transactions and calls (newest first).

    `features` holds the model features of the record that are known.
    """

    customer: CustomerView
    totals: list[CurrencySpending]
    spending: list[Spending]
    transactions: list[Transaction]
    calls: list[CallSummary]
    features: dict[str, float]


def overview(customer: Customer, *, ledger: Transactions, calls: Calls, caller: Principal) -> Overview:
    """Everything about a customer that this caller may see."""
    months = ledger.months(customer.customer_id)
    last, _ = ledger.page(customer.customer_id, limit=LAST_TRANSACTIONS, cursor=None)
    found, _ = calls.list_calls(Index.BY_CUSTOMER, customer.customer_id, limit=LAST_CALLS, cursor=None)
    return Overview(
        customer=CustomerView.of(customer),
        totals=[_total(currency, months) for currency in sorted({month.currency for month in months})],
        spending=[Spending.model_validate(month, from_attributes=True) for month in months],
        transactions=last,
        calls=[_summary(call) for call in found if caller.can_see(agent_id=call.agent_id, team=call.team)],
        features={name: value for name, value in customer.features().items() if value == value},  # noqa: PLR0124 - NaN
    )


def _total(currency: str, months: list[MonthTotal]) -> CurrencySpending:
    mine = [month for month in months if month.currency == currency]
    return CurrencySpending(
        currency=currency,
        purchases=sum(month.purchases for month in mine),
        spent=sum((month.spent for month in mine), Decimal(0)),
        refunds=sum(month.refunds for month in mine),
        refunded=sum((month.refunded for month in mine), Decimal(0)),
    )


def _summary(call: Call) -> CallSummary:
    return CallSummary(
        contact_id=call.contact_id,
        channel=call.channel,
        status=call.status,
        started_at=call.started_at,
        ended_at=call.ended_at,
        agent_id=call.agent_id,
        outcome=call.outcome,
        score=call.score.value if call.score else None,
        band=call.score.band if call.score else None,
    )
