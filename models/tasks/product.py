"""The product's own 75 features for the training sets, from the declarations that the service computes them by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapport.customers.features.declarations import CUSTOMER_FEATURES, TRANSACTION_FEATURES
from rapport.customers.features.online import CustomerState

from models.data.bank.period import Columns, Ints
from models.data.transactions import COLUMNS, Transactions
from models.features.batch import customer_features, transaction_features
from models.tasks.asof import History

# What says what is usual for a customer; all 65 would be slower to compute at every payment and add nothing.
FRAUD_CONTEXT = (
    "days_since_transaction",
    "observed_days",
    "transactions_30d",
    "transactions_90d",
    "spend_90d",
    "mean_purchase_90d",
    "max_purchase_365d",
    "variation_purchase_365d",
    "online_share_90d",
    "countries_365d",
    "merchants_90d",
    "night_share_90d",
)


@dataclass(frozen=True)
class Booked:
    """A transaction as the online features take it."""

    at: int
    amount: float
    category: str
    channel: str
    merchant: str
    country: str


def of_customer(history: History, code: Ints, at: Ints) -> Columns:
    """The 65 customer features of pairs of customer and moment, `(rows,)` per feature."""
    transactions = Transactions.from_columns({name: history.columns[name].tolist() for name in COLUMNS})
    names = [feature.name for feature in CUSTOMER_FEATURES]
    found = np.full((len(at), len(names)), np.nan)
    for moment in np.unique(at).tolist():
        ids, matrix = customer_features(transactions, moment)
        place = {customer: number for number, customer in enumerate(ids)}
        rows = np.flatnonzero(at == moment)
        numbers = [place.get(str(history.ids[c]) if c < len(history.ids) else "", -1) for c in code[rows].tolist()]
        known = np.array(numbers)
        found[rows[known >= 0]] = matrix[known[known >= 0]]
    return {name: found[:, number] for number, name in enumerate(names)}


def of_transaction(history: History) -> Columns:
    """The ten features of every transaction, in the history's order."""
    transactions = Transactions.from_columns({name: history.columns[name].tolist() for name in COLUMNS})
    matrix = transaction_features(transactions)
    place = {name: number for number, name in enumerate(transactions.transaction_ids)}
    order = np.array([place[str(name)] for name in history.columns["transaction_id"].tolist()])
    return {feature.name: matrix[order, number] for number, feature in enumerate(TRANSACTION_FEATURES)}


def before_payment(history: History, code: Ints, at: Ints) -> Columns:
    """`FRAUD_CONTEXT` of the customer strictly before each transaction; `code` and `at` are the history's own."""
    found = np.full((len(at), len(FRAUD_CONTEXT)), np.nan)
    state, previous = CustomerState(), -1
    waiting: list[Booked] = []
    booked = [
        Booked(*values)
        for values in zip(
            *(history.columns[n].tolist() for n in ("at", "amount", "category", "channel", "merchant", "country")),
            strict=True,
        )
    ]
    for row, (customer, payment) in enumerate(zip(code.tolist(), booked, strict=True)):
        if customer != previous:
            state, previous = CustomerState(), customer
            waiting = []
        if waiting and waiting[0].at < payment.at:
            for earlier in waiting:
                state.add(earlier)
            waiting = []
        features = state.features(payment.at)
        found[row] = [features[name] for name in FRAUD_CONTEXT]
        waiting.append(payment)
    return {name: found[:, number] for number, name in enumerate(FRAUD_CONTEXT)}
