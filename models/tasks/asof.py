"""Features as of a moment, with numpy: only what happened strictly before it counts, ties of time included.

The seam for the product's own 75 features: a training set asks a `Context` for what is known of a customer at a
moment. `context` below is a small one that needs nothing else; one over `models.features.batch` takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.data.bank.period import DAY_MS, Bools, Columns, Floats, Ints, Strings

HOUR_MS = 3_600_000


class History:
    """Transactions sorted by (customer, at), with sums over any window before any moment."""

    def __init__(self, transactions: Columns) -> None:
        ids, code = np.unique(transactions["customer_id"], return_inverse=True)
        at = transactions["at"].astype(np.int64)
        order = np.lexsort((at, code))
        self.ids: Strings = ids.astype(np.str_)
        self.columns: Columns = {name: values[order] for name, values in transactions.items()}
        self.code: Ints = code[order].astype(np.int64)
        self.at: Ints = at[order]
        self._first = int(self.at.min()) if len(at) else 0
        self._span = (int(self.at.max()) - self._first if len(at) else 0) + 2
        self._key = self.code * self._span + self.at - self._first
        self.amount: Floats = self.columns["amount"].astype(np.float64)

    def codes(self, customer_id: NDArray[np.str_]) -> Ints:
        """Numbers of customers as in `code`; one without transactions has a number after the last."""
        place = np.searchsorted(self.ids, customer_id)
        known = self.ids[np.minimum(place, len(self.ids) - 1)] == customer_id if len(self.ids) else place < 0
        found: Ints = np.where(known, place, len(self.ids)).astype(np.int64)
        return found

    def before(self, code: Ints, at: Ints) -> Ints:
        """The position after the customer's last transaction strictly before `at`."""
        found: Ints = np.searchsorted(self._key, code * self._span + np.clip(at - self._first, 0, self._span - 1))
        return found

    def start(self, code: Ints) -> Ints:
        """The position of the customer's first transaction."""
        found: Ints = np.searchsorted(self._key, code * self._span)
        return found

    def total(self, values: NDArray[np.generic], code: Ints, at: Ints, window_ms: int | None = None) -> Floats:
        """Sum of `values` (a column) over the `window_ms` before `at`, or over everything before it."""
        begin = self.start(code) if window_ms is None else self.before(code, at - window_ms)
        return _sums(values.astype(np.float64), begin, self.before(code, at))

    def same_before(self, column: str) -> Floats:
        """For each transaction, how many earlier ones of the customer have the same value in `column`."""
        _, value = np.unique(self.columns[column], return_inverse=True)
        group = self.code * (int(value.max(initial=0)) + 1) + value
        order = np.lexsort((self.at, group))
        _, group = np.unique(group, return_inverse=True)
        key = (group * self._span + self.at - self._first)[order]
        first = np.searchsorted(key, group[order] * self._span)
        counts = np.empty(len(order), dtype=np.float64)
        counts[order] = np.searchsorted(key, key) - first
        return counts


def _sums(values: Floats, begin: Ints, end: Ints) -> Floats:
    """Sum of `values[begin:end]` for each pair.

    Not a difference of running totals: its rounding would carry a trace of other customers and of the future.
    """
    found = np.zeros(len(begin))
    some = np.flatnonzero(begin < end)
    # In order of their beginnings, the stretches between windows, which are summed in vain, stay short.
    some = some[np.argsort(begin[some], kind="stable")]
    if len(some):
        pairs = np.column_stack([begin[some], end[some]]).ravel()
        found[some] = np.add.reduceat(np.append(values, 0.0), pairs)[::2]
    return found


Context: TypeAlias = Callable[[History, Ints, Ints], Columns]


def share(part: Floats, whole: Floats) -> Floats:
    """`part / whole`; NaN where there is nothing to divide by."""
    found: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return found


def context(history: History, code: Ints, at: Ints) -> Columns:
    """What is known of customers at moments, `(rows,)` per feature. Counts, account currency, days, shares."""
    bought: Bools = history.amount > 0
    spent = np.where(bought, history.amount, 0.0)

    def total(values: NDArray[np.generic], days: int) -> Floats:
        return history.total(values, code, at, days * DAY_MS)

    last = history.before(code, at)
    any_before = last > history.start(code)
    latest = history.at[np.maximum(last - 1, 0)] if len(history.at) else at
    earliest = history.at[np.minimum(history.start(code), max(len(history.at) - 1, 0))] if len(history.at) else at
    count = {days: total(bought, days) for days in (30, 90, 180)}
    spend = {days: total(spent, days) for days in (30, 90)}
    mean = share(spend[90], count[90])
    spread = np.sqrt(np.maximum(share(total(spent**2, 90), count[90]) - mean**2, 0))
    online = history.columns["channel"] == "online"
    fixed = history.columns["channel"] == "direct_debit"
    return {
        "days_since_last": np.where(any_before, (at - latest) / DAY_MS, np.nan),
        "days_known": np.where(any_before, (at - earliest) / DAY_MS, np.nan),
        "purchases_30d": count[30],
        "purchases_90d": count[90],
        "spend_30d": spend[30],
        "spend_90d": spend[90],
        "amount_mean_90d": mean,
        "amount_sd_90d": spread,
        "frequency_trend": share(count[30] * 3, count[90]),
        "frequency_trend_long": share(count[90], count[180]),
        "spend_trend": share(spend[30] * 3, spend[90]),
        "online_share_90d": share(total(online & bought, 90), count[90]),
        "direct_debits_35d": total(fixed, 35),
        "refunds_90d": total(~bought, 90),
    }


def per_transaction(history: History) -> Columns:
    """Ten features of each transaction, in the history's order, of itself and of what came strictly before it."""
    code, at, amount = history.code, history.at, history.amount
    hour = (at % DAY_MS) / HOUR_MS
    angle = 2 * np.pi * hour / 24
    one = np.ones(len(at))
    earlier = history.total(one, code, at)
    bought = np.where(amount > 0, amount, 0.0)
    purchases = history.total(amount > 0, code, at)
    usual = np.arctan2(history.total(np.sin(angle), code, at), history.total(np.cos(angle), code, at))
    away = np.abs((angle - usual + np.pi) % (2 * np.pi) - np.pi) * 24 / (2 * np.pi)
    return {
        "amount": amount,
        "remote": np.isin(history.columns["channel"], ("online", "transfer")).astype(np.float64),
        "hour": hour,
        "hours_from_usual": np.where(earlier > 0, away, np.nan),
        "country_share_before": share(history.same_before("country"), earlier),
        "merchant_count_before": history.same_before("merchant"),
        "amount_over_mean": share(amount, share(history.total(bought, code, at), purchases)),
        "category_share_before": share(history.same_before("category"), earlier),
        "count_1h": history.total(one, code, at, HOUR_MS),
        "spend_24h": history.total(bought, code, at, DAY_MS),
    }
