"""The 75 features: 88,000 transactions in batch against plain pandas, and online one by one."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapport.customers.features.calendar import DAY_MS
from rapport.customers.features.online import CustomerState
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from benchmarks import features_pandas
from benchmarks.report import Row, Section, compared
from models.data.transactions import Transactions
from models.features.batch import customer_features, transaction_features

ROWS, CUSTOMERS, DAYS, SEED = 88_000, 1_000, 540, 7
START = 1_704_034_800_000
RUNS = 7
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Paid:
    at: int
    amount: float
    category: str
    channel: str
    merchant: str
    country: str


def random_transactions(count: int = ROWS, customers: int = CUSTOMERS) -> Transactions:
    """Random rows, seeded, to the cent; 3 % are refunds, 5 % abroad. They are nobody's and mean nothing."""
    rng = np.random.default_rng(SEED)
    amount = np.round(rng.lognormal(3.2, 1.1, count), 2) * np.where(rng.random(count) < 0.03, -1, 1)
    days = rng.integers(0, DAYS * DAY_MS, count)
    return Transactions.from_columns(
        {
            "transaction_id": [f"T{number:06d}" for number in range(count)],
            "customer_id": [f"C{number:04d}" for number in rng.integers(0, customers, count)],
            "at": START + days,
            "amount": amount,
            "category": np.array(CATEGORIES)[rng.integers(0, len(CATEGORIES), count)].tolist(),
            "channel": np.array(CHANNELS)[rng.integers(0, len(CHANNELS), count)].tolist(),
            "merchant": [f"M{number}" for number in (2_000 * rng.random(count) ** 3).astype(int)],
            "country": np.where(rng.random(count) < 0.05, "US", "JP").tolist(),
        }
    )


def difference(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Largest relative difference; infinite where only one of both is missing."""
    if (np.isnan(ours) != np.isnan(theirs)).any():
        return float("inf")
    return float(np.nanmax(np.abs(ours - theirs) / np.maximum(1, np.abs(ours)), initial=0))


def _turns(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median processor seconds of each, all of them single-threaded; they take turns, the first round warms up."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS + 1):
        for name, work in works.items():
            started = time.process_time()
            work()
            taken[name].append(time.process_time() - started)
    return {name: statistics.median(values[1:]) for name, values in taken.items()}


def _online(table: Transactions) -> tuple[float, float, float, int]:
    """Median microseconds of `add`, `transaction_features` and `features`, and the bytes of the largest state."""
    names = (table.merchant_names, table.country_names)
    adds, arrivals, asks, sizes = [], [], [], []
    for customer in range(40):
        state = CustomerState()
        for row in np.flatnonzero(table.customer == customer).tolist():
            paid = _Paid(
                int(table.at[row]), float(table.amount[row]), CATEGORIES[table.category[row]],
                CHANNELS[table.channel[row]], names[0][table.merchant[row]], names[1][table.country[row]],
            )  # fmt: skip
            moments = [time.perf_counter_ns()]
            state.transaction_features(paid)
            moments.append(time.perf_counter_ns())
            state.add(paid)
            moments.append(time.perf_counter_ns())
            state.features(paid.at + 1)
            moments.append(time.perf_counter_ns())
            arrivals.append(moments[1] - moments[0])
            adds.append(moments[2] - moments[1])
            asks.append(moments[3] - moments[2])
        sizes.append(len(json.dumps(state.to_dict(), separators=(",", ":"))))
    add, arrival, ask = (statistics.median(values) / 1e3 for values in (adds, arrivals, asks))
    return add, arrival, ask, max(sizes)


def section() -> Section:
    """Batch against pandas, after both were found equal; then online."""
    table = random_transactions()
    frame = features_pandas.frame_of(table)
    as_of = START + DAYS * DAY_MS
    apart = max(
        difference(
            customer_features(table, as_of)[1], features_pandas.customer_features(frame, as_of, CUSTOMERS).to_numpy()
        ),
        difference(transaction_features(table), features_pandas.transaction_features(frame).to_numpy()),
    )
    if apart > TOLERANCE:
        raise AssertionError(f"pandas and we differ by {apart:.1e}")
    times = _turns(
        {
            "customers": lambda: customer_features(table, as_of),
            "customers, pandas": lambda: features_pandas.customer_features(frame, as_of, CUSTOMERS),
            "transactions": lambda: transaction_features(table),
            "transactions, pandas": lambda: features_pandas.transaction_features(frame),
        }
    )
    both = times["customers"] + times["transactions"]
    theirs = times["customers, pandas"] + times["transactions, pandas"]
    add, arrival, ask, size = _online(table)
    rows = [
        compared("65 features of 1,000 customers", times["customers"], times["customers, pandas"], "pandas"),
        compared("10 features of 88,000 transactions", times["transactions"], times["transactions, pandas"], "pandas"),
        compared("both: all 75", both, theirs, "pandas"),
        Row("online: take a transaction in", f"{add:.3g} us"),
        Row("online: its 10 features on arrival", f"{arrival:.3g} us"),
        Row("online: the customer's 65 features", f"{ask:.3g} us"),
        Row("online: the largest state, JSON", f"{size / 1e3:.3g} kB"),
    ]
    method = (
        f"{ROWS:,} random transactions of {CUSTOMERS:,} customers over {DAYS} days; processor time of one thread. "
        "Baseline: the same features with group-bys and rolling windows of pandas on the same columns; both agree "
        f"within {apart:.0e}. Medians of {RUNS} runs that take turns. Online: wall time, medians over 40 customers, "
        "pure Python."
    )
    return Section("Features", method, rows)
