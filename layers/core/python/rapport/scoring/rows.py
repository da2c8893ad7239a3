"""The rows that models take, made from what is known. Field names are those of the training sets (models/tasks)."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan, nan
from statistics import fmean

from rapport.customers.model import Customer, Transaction
from rapport.inference.bgnbd import History
from rapport.inference.columns import number_of
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import InvalidInputError
from rapport.scoring.history import Known, Seen

Cell = float | str | None


def _cells(values: Mapping[str, float]) -> dict[str, Cell]:
    """A feature that is not known is no number in JSON: None."""
    return {name: None if isnan(value) else value for name, value in values.items()}


def churn_row(known: Seen) -> dict[str, Cell]:
    """The 65 customer features now, with how long the customer is one and how often they called."""
    customer = known.customer
    return _cells(
        {
            **known.features(),
            "tenure_days": _tenure_days(customer, known.at),
            "calls_90d": nan if customer.calls_90d is None else float(customer.calls_90d),
        }
    )


def _tenure_days(customer: Customer, at: int) -> float:
    if customer.joined_at is not None:
        return (at - customer.joined_at) / DAY_MS
    return nan if customer.tenure_months is None else customer.tenure_months * 365.25 / 12


def fraud_row(known: Known, payment: Transaction, context: tuple[str, ...]) -> dict[str, Cell]:
    """The ten features of a payment that is not booked yet, and what was usual for the customer before it."""
    before = [t for t in known.transactions if t.transaction_id != payment.transaction_id and t.at <= payment.at]
    state = Known(known.customer, tuple(before), payment.at).state()
    usual = state.features(payment.at)
    # The customer's usual is strictly before; of the same millisecond, what is booked came earlier.
    for transaction in before:
        if transaction.at == payment.at:
            state.add(transaction)
    return _cells({**state.transaction_features(payment), **{name: usual[name] for name in context}})


def credit_row(form: Mapping[str, Cell]) -> dict[str, Cell]:
    """An application with its monthly instalment to income. Raises `InvalidInputError` for a term or income of 0."""
    row = dict(form)
    amount, months, income = (number_of(row.get(name)) for name in ("requested_amount", "term_months", "stated_income"))
    if amount is not None and months is not None and income is not None:
        if months <= 0 or income <= 0:
            raise InvalidInputError("must be above 0", field="term_months" if months <= 0 else "stated_income")
        row["instalment_to_income"] = amount / months / income
    return row


def rfm(known: Known) -> dict[str, float] | None:
    """Recency (days), frequency and mean value of purchases; None without a purchase."""
    bought = known.purchases()
    if not bought:
        return None
    return {
        "recency_days": (known.at - bought[-1].at) / DAY_MS,
        "frequency": float(len(bought)),
        "monetary_mean": fmean(purchase.amount for purchase in bought),
    }


def purchase_history(known: Known) -> History | None:
    """Purchase days for the lifetime value; None without a purchase.

    An older customer is taken as one whose clock started 400 days ago: while somebody is a customer, how often
    they buy does not depend in this model on how long they have been one.
    """
    days: dict[int, float] = {}
    for purchase in known.purchases():
        day = purchase.at // DAY_MS
        days[day] = days.get(day, 0.0) + purchase.amount
    if not days:
        return None
    first, last = min(days), max(days)
    return History(
        repeats=len(days) - 1,
        recency=(last - first) / 7,
        age=max(last - first, known.at // DAY_MS - first) / 7,
        mean_value=fmean(days.values()),
        valued=len(days),
    )
