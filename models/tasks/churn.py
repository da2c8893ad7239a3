"""Churn: customers at cut-off dates, from what they did before; they leave if they do nothing in 90 days after."""

from __future__ import annotations

import numpy as np

from models.data.bank.period import DAY_MS, Columns, Floats, Ints, Strings
from models.data.bank.tables import Tables, TablesError
from models.tasks.asof import Context, History, context
from models.tasks.frame import Split, TrainingSet, held_out, known_by, places

NAME = "churn"
OUTCOME_DAYS = 90


def training_set(tables: Tables, known: Context = context) -> TrainingSet:
    """A row per customer and cut-off. Without labels of one's own they follow from the transactions."""
    history = History(tables.transactions)
    labels = tables.labels.get(NAME) or label(tables.transactions, quarterly(tables.transactions["at"]))
    customer, at = labels["customer_id"], labels["at"].astype(np.int64)
    columns = known(history, history.codes(customer), at)
    columns["tenure_days"] = _joined(tables, customer, at)
    columns["calls_90d"] = _calls(tables, customer, at)
    return TrainingSet(
        name=NAME,
        columns=columns,
        target=labels["label"].astype(np.float64),
        truth=labels.get("probability", np.full(len(at), np.nan)),
        customer=customer,
        row=np.char.add(np.char.add(customer.astype(np.str_), "@"), at.astype(np.str_)),
        time=at,
        known_at=labels["known_at"].astype(np.int64),
        synthetic="probability" in labels,
    )


def splits(found: TrainingSet, *, seed: int = 0) -> tuple[Split, ...]:
    """Other customers at any cut-off; other customers at the last one, by models of cut-offs settled by then."""
    last = int(found.time.max())
    return (
        held_out(found, "customers held out", seed=seed),
        held_out(
            found,
            "customers held out, last cut-off",
            seed=seed,
            train=known_by(found, last),
            test=found.time == last,
        ),
    )


def quarterly(at: Ints) -> Ints:
    """Cut-offs every 90 days that have 90 days of transactions on either side, epoch ms; `TablesError` if none."""
    step = OUTCOME_DAYS * DAY_MS
    found = np.arange(int(at.min()) + step, int(at.max()) - step + 1, step, dtype=np.int64)
    if not len(found):
        raise TablesError(f"no cut-off has {OUTCOME_DAYS} days of transactions before and after it")
    return found


def label(transactions: Columns, cutoffs: Ints) -> Columns:
    """Of transactions alone: who of those active in the 90 days before each cut-off does nothing in the 90 after."""
    history = History(transactions)
    window, everybody = OUTCOME_DAYS * DAY_MS, np.arange(len(history.ids))
    one = np.ones(len(history.at))
    parts: list[tuple[Strings, Ints, Ints]] = []
    for cutoff in cutoffs.tolist():
        at = np.full(len(everybody), cutoff, dtype=np.int64)
        active = history.total(one, everybody, at, window) > 0
        gone = history.total(one, everybody, at + window, window) == 0
        parts.append((history.ids[active], at[active], gone[active].astype(np.int64)))
    customer, at, target = (np.concatenate(found) for found in zip(*parts, strict=True))
    return {"customer_id": customer, "at": at, "known_at": at + window, "label": target}


def _joined(tables: Tables, customer: Strings, at: Ints) -> Floats:
    if "joined_at" not in tables.customers:
        return np.full(len(at), np.nan)
    place = places(tables.customers["customer_id"], customer)
    found: Floats = np.where(place >= 0, (at - tables.customers["joined_at"][place]) / DAY_MS, np.nan)
    return found


def _calls(tables: Tables, customer: Strings, at: Ints) -> Floats:
    """Calls of the 90 days before."""
    if not tables.calls:
        return np.full(len(at), np.nan)
    calls = History({**tables.calls, "amount": np.ones(len(tables.calls["at"]))})
    return calls.total(calls.amount, calls.codes(customer), at, OUTCOME_DAYS * DAY_MS)
