"""Fraud: every transaction, from itself and from what the customer did strictly before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from models.data.bank.period import DAY_MS, Columns, Ints
from models.data.bank.tables import Tables, TablesError
from models.tasks.asof import Context, History, context, per_transaction
from models.tasks.frame import Split, TrainingSet, held_out, known_by, places

NAME = "fraud"
# Features of each transaction by itself and against the customer's earlier ones, in the history's order.
OfItself: TypeAlias = Callable[[History], Columns]
# What nobody has reported after this long counts as genuine: only then is a transaction's label known either way.
MATURE_DAYS = 60
_TEST_SHARE = 0.25
_OF_CUSTOMER = ("days_since_last", "days_known", "purchases_30d", "purchases_90d", "spend_90d", "amount_mean_90d",
                "amount_sd_90d", "online_share_90d", "refunds_90d")  # fmt: skip


def of_customer(history: History, code: Ints, at: Ints) -> Columns:
    """The part of `context` that says what is usual for a customer."""
    found = context(history, code, at)
    return {name: found[name] for name in _OF_CUSTOMER}


def training_set(tables: Tables, known: Context = of_customer, own: OfItself = per_transaction) -> TrainingSet:
    """A row per purchase, ten features of it and those of the customer as of it.

    A refund is no attempt to pay and is left out, and so is what has no label. Fraud reported early does not make its
    row usable early: were it so, the latest weeks of a training set would hold its reported fraud but not the genuine
    rows beside it, and look far worse than they are. So `known_at` is the end of the 60 days for both.
    `TablesError` without labels.
    """
    history = History(tables.transactions)
    labels = tables.labels.get(NAME)
    if labels is None:
        raise TablesError(f"{NAME} needs the table labels_{NAME}")
    place = places(labels["transaction_id"], history.columns["transaction_id"])
    columns = {**own(history), **known(history, history.code, history.at)}
    truth = labels["probability"] if "probability" in labels else np.full(len(place), np.nan)
    found = TrainingSet(
        name=NAME,
        columns=columns,
        target=labels["label"][place].astype(np.float64),
        truth=truth[place],
        customer=history.columns["customer_id"],
        row=history.columns["transaction_id"],
        time=history.at,
        known_at=np.maximum(labels["known_at"][place].astype(np.int64), history.at + MATURE_DAYS * DAY_MS),
        synthetic="probability" in labels,
    )
    return found.rows((history.amount > 0) & (place >= 0))


def splits(found: TrainingSet, *, seed: int = 0) -> tuple[Split, ...]:
    """The last quarter of the rows, by models of what was labelled when it began; then of other customers, too."""
    moment = int(np.quantile(found.time, 1 - _TEST_SHARE))
    train, test = known_by(found, moment), found.time >= moment
    return (
        Split("later in time, label delay kept", ((np.flatnonzero(train), np.flatnonzero(test)),)),
        held_out(found, "later in time, label delay kept, customers held out", seed=seed, train=train, test=test),
    )
