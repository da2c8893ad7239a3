"""The declared features over columns: of every customer at a cut-off, and of every transaction as it arrived.

Interprets the declarations that `rapport.customers.features.online` interprets; the property tests hold both to
the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.customers.features.algebra import (
    QUANTA,
    Aggregate,
    Dimension,
    Distinct,
    Leaf,
    New,
    Own,
    Since,
    Statistic,
    This,
    Where,
    evaluate,
)
from rapport.customers.features.calendar import DAY_MS, HOUR_MS, last_known_day
from rapport.customers.features.declarations import CUSTOMER_FEATURES, TRANSACTION_FEATURES
from rapport.customers.vocabulary import CATEGORIES

from models.data.transactions import Transactions, TransactionsError
from models.features.columns import Columns, Ints, running

Floats = NDArray[np.float64]


def customer_features(transactions: Transactions | Columns, as_of_ms: int) -> tuple[tuple[str, ...], Floats]:
    """Ids (n) and features (n, 65) of every customer, from transactions strictly before the cut-off.

    A customer without any has zeros and NaN, as the declarations say.
    """
    columns = transactions if isinstance(transactions, Columns) else Columns(transactions)
    leaf = CustomerLeaves(columns, as_of_ms)
    matrix = np.empty((len(columns.source.customer_ids), len(CUSTOMER_FEATURES)), order="F")
    for number, feature in enumerate(CUSTOMER_FEATURES):
        matrix[:, number] = evaluate(feature.expression, leaf, ColumnArithmetic())
    return columns.source.customer_ids, matrix


def transaction_features(transactions: Transactions | Columns) -> Floats:
    """Features (m, 10) of every transaction against its customer's earlier rows, in the rows' order."""
    columns = transactions if isinstance(transactions, Columns) else Columns(transactions)
    leaf = TransactionLeaves(columns)
    matrix = np.empty((len(columns), len(TRANSACTION_FEATURES)), order="F")
    for number, feature in enumerate(TRANSACTION_FEATURES):
        matrix[:, number] = evaluate(feature.expression, leaf, ColumnArithmetic())
    return matrix


class ColumnArithmetic:
    """Arithmetic of columns; as `rapport.customers.features.algebra.Floats` does it for single values."""

    def number(self, value: float) -> Floats:
        return np.asarray(value, dtype=np.float64)

    def ratio(self, top: Floats, bottom: Floats) -> Floats:
        empty = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
        np.divide(top, bottom, out=empty, where=bottom > 0)
        return empty

    def difference(self, left: Floats, right: Floats) -> Floats:
        return left - right

    def change(self, recent: Floats, earlier: Floats) -> Floats:
        return self.ratio(recent - earlier, recent + earlier)

    def entropy(self, counts: Sequence[Floats]) -> Floats:
        table = np.stack(counts, axis=1)
        shares = self.ratio(table, table.sum(axis=1, keepdims=True))
        logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
        return np.asarray(-(shares * logs).sum(axis=1))


def within(reduce: np.ufunc, values: NDArray[Any], start: Ints, end: Ints, empty: float) -> NDArray[Any]:
    """Reduce values[start:end] of each pair; `empty` where nothing lies between. Pairs ascend and do not overlap."""
    padded = np.append(values, values.dtype.type(0))
    pairs = np.column_stack((start, end)).ravel()
    if not len(pairs):
        return values[:0]
    return np.asarray(np.where(start < end, reduce.reduceat(padded, pairs)[::2], empty))


def deviation(count: NDArray[Any], total: NDArray[Any], squares: NDArray[Any]) -> Floats:
    """Standard deviation of a sample; NaN below two values."""
    n = count.astype(np.float64)
    variance = np.full(n.shape, np.nan)
    np.divide(squares - total * total / np.maximum(n, 1), n - 1, out=variance, where=n > 1)
    return np.asarray(np.sqrt(np.maximum(variance, 0)))


class CustomerLeaves:
    """Leaves at a cut-off: one value per customer."""

    def __init__(self, columns: Columns, as_of_ms: int) -> None:
        self._columns, self._as_of = columns, as_of_ms
        self._today = last_known_day(as_of_ms, columns.offset_ms)
        self._first = columns.bounds[:-1]
        before = columns.at < as_of_ms
        totals = running(before)
        self._end = self._first + totals[columns.bounds[1:]] - totals[self._first]
        self._day = np.where(before, columns.day, np.iinfo(np.int64).min)
        self._starts: dict[int, Ints] = {}
        self._tables: dict[tuple[Statistic, Where, int], Floats] = {}
        self._known: dict[Leaf, Floats] = {}

    def _start(self, days: int) -> Ints:
        """The first row of each customer in the window, or where it would stand."""
        if days not in self._starts:
            columns = self._columns
            oldest = columns.day_key(np.arange(len(self._first)), self._today - days + 1)
            self._starts[days] = np.searchsorted(columns.customer_days, oldest)
        return self._starts[days]

    def __call__(self, leaf: Leaf) -> Floats:
        if leaf not in self._known:
            self._known[leaf] = self._compute(leaf)
        return self._known[leaf]

    def _compute(self, leaf: Leaf) -> Floats:
        match leaf:
            case Aggregate(statistic, where, days) if days and where.category:
                rest = Where(where.sign, None, where.channels, where.hours, where.weekdays)
                return self._by_category(statistic, rest, days)[:, CATEGORIES.index(where.category)]
            case Aggregate(statistic, where, days) if days:
                return self._aggregate(statistic, where, days)
            case Since(where, first):
                return self._since(where, first=first)
            case Distinct(dimension, days):
                return self._distinct(dimension, days)
            case _:
                raise ValueError(f"{leaf} needs a transaction at hand")

    def _aggregate(self, statistic: Statistic, where: Where, days: int) -> Floats:
        columns, start, end = self._columns, self._start(days), self._end
        match statistic:
            case Statistic.COUNT:
                counts = columns.counts(where)
                return np.asarray(counts[end] - counts[start], dtype=np.float64)
            case Statistic.SUM:
                sums = columns.sums(where)
                return np.asarray((sums[end] - sums[start]) / QUANTA)
            case Statistic.MAX:
                largest = within(np.maximum, columns.size * columns.mask(where), start, end, 0)
                return np.where(largest > 0, largest / QUANTA, np.nan)
            case Statistic.DEVIATION:
                return self._deviation(where, start, end)
            case _:
                return self._of_days(statistic, start, end)

    def _deviation(self, where: Where, start: Ints, end: Ints) -> Floats:
        """In two passes, because large sizes that differ little would lose their difference in one."""
        columns = self._columns
        counts, sums = columns.counts(where), columns.sums(where)
        count = counts[end] - counts[start]
        centre = (sums[end] - sums[start]) // np.maximum(count, 1)
        centred = ((columns.size - centre[columns.customer]) * columns.mask(where)).astype(np.float64)
        total = within(np.add, centred, start, end, 0.0)
        squares = within(np.add, centred * centred, start, end, 0.0)
        return deviation(count, total, squares) / QUANTA

    def _of_days(self, statistic: Statistic, start: Ints, end: Ints) -> Floats:
        columns = self._columns
        active = columns.active_days[end] - columns.active_days[start]
        if statistic is Statistic.ACTIVE_DAYS:
            return active.astype(np.float64)
        if not len(columns):
            return np.where(active > 0, 0.0, 0.0 if statistic is Statistic.SPAN else np.nan)
        last, first = columns.day[end - 1], columns.day[np.minimum(start, len(columns) - 1)]
        span = np.where(active > 0, last - first, 0)
        if statistic is Statistic.SPAN:
            return span.astype(np.float64)
        squares = columns.squared_gaps[end] - columns.squared_gaps[np.minimum(start + 1, end)]
        return deviation(active - 1, span, squares)

    def _by_category(self, statistic: Statistic, where: Where, days: int) -> Floats:
        """Counts or sums of each category: shape (n, 20)."""
        key = (statistic, where, days)
        if key not in self._tables:
            if statistic not in (Statistic.COUNT, Statistic.SUM):
                raise ValueError(f"{statistic} is not kept by category")
            columns, size = self._columns, len(CATEGORIES)
            rows = (self._day > self._today - days) & columns.mask(where)
            cell = columns.customer * size + columns.source.category
            weights = rows if statistic is Statistic.COUNT else columns.size * rows
            table = np.bincount(cell, weights=weights, minlength=len(self._first) * size)
            scale = 1 if statistic is Statistic.COUNT else QUANTA
            self._tables[key] = table.reshape(-1, size) / scale
        return self._tables[key]

    def _since(self, where: Where, *, first: bool) -> Floats:
        columns = self._columns
        nothing = np.iinfo(np.int64).max if first else -1
        at = np.where(columns.mask(where), columns.at, nothing)
        found = within(np.minimum if first else np.maximum, at, self._first, self._end, nothing)
        return np.where(found == nothing, np.nan, (self._as_of - found) / DAY_MS)

    def _distinct(self, dimension: Dimension, days: int) -> Floats:
        columns = self._columns
        order, begins = columns.groups(dimension)
        if not len(columns):
            return np.zeros(len(self._first))
        recent = np.maximum.reduceat(self._day[order], begins) > self._today - days
        owners = columns.customer[order[begins]]
        return np.bincount(owners[recent], minlength=len(self._first)).astype(np.float64)


class TransactionLeaves:
    """Leaves when each transaction arrives: one value per row."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rows = np.arange(len(columns))
        self._starts: dict[tuple[int | None, int | None], Ints] = {}

    def __call__(self, leaf: Leaf) -> Floats:
        match leaf:
            case Aggregate(statistic, where, days, hours):
                return self._aggregate(statistic, where, self._start(days, hours))
            case New(dimension, days):
                return self._new(dimension, days)
            case This(own):
                return self._own(own)
            case _:
                raise ValueError(f"{leaf} needs a cut-off")

    def _aggregate(self, statistic: Statistic, where: Where, start: Ints) -> Floats:
        columns = self._columns
        if where.same is not None and statistic is Statistic.COUNT:
            base = Where(where.sign, where.category, where.channels, where.hours, where.weekdays)
            return columns.same_before(where.same, base, start).astype(np.float64)
        if statistic is Statistic.COUNT:
            counts = columns.counts(where)
            return (counts[self._rows] - counts[start]).astype(np.float64)
        if statistic is Statistic.SUM and where.same is None:
            sums = columns.sums(where)
            return (sums[self._rows] - sums[start]) / QUANTA
        raise ValueError(f"{statistic} is not computed for each transaction")

    def _start(self, days: int | None, hours: int | None) -> Ints:
        """The first row of the customer's window that ends with each row."""
        if (days, hours) not in self._starts:
            self._starts[days, hours] = self._from_hours(hours) if hours else self._from_days(days or 0)
        return self._starts[days, hours]

    def _from_days(self, days: int) -> Ints:
        columns = self._columns
        return np.searchsorted(columns.customer_days, columns.customer_days - (days - 1))

    def _from_hours(self, hours: int) -> Ints:
        columns = self._columns
        if not len(columns):
            return self._rows
        earliest = int(columns.at.min())
        stride = int(columns.at.max()) - earliest + hours * HOUR_MS + 1
        if stride * len(columns.source.customer_ids) >= 1 << 63:
            raise TransactionsError("too many customers over too long a time: compute them in parts")
        key = columns.customer * stride + (columns.at - earliest)
        return np.searchsorted(key, key - hours * HOUR_MS, side="right")

    def _new(self, dimension: Dimension, days: int) -> Floats:
        columns = self._columns
        order, begins = columns.groups(dimension)
        day = columns.day[order]
        new = np.ones(len(columns))
        new[1:] = day[:-1] <= day[1:] - days
        new[begins] = 1
        result = np.empty(len(columns))
        result[order] = new
        return result

    def _own(self, own: Own) -> Floats:
        columns = self._columns
        if own is Own.HOUR:
            return columns.within_day / HOUR_MS
        return columns.size * (1 if own is Own.SIZE else columns.sign) / QUANTA
