"""Transactions prepared for features: whole sizes, local days, and the running totals that every window shares.

Sums are differences of running totals of whole numbers. They are exact, whatever stands in the rows between, as long
as one window's own sum fits 63 bits: whole-number totals may wrap around without harm.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapport.customers.features.algebra import ANY, QUANTA, Dimension, Sign, Where
from rapport.customers.features.calendar import DAY_MS, HOUR_MS, OFFSET_MS, PARTS, day_of, part_of, weekday_of
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.transactions import Transactions

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
# Local days fit 17 bits until the year 2328; the rest keeps a customer's days apart from those of the one before.
_DAY_BITS = 20


def running(values: NDArray[np.generic]) -> Ints:
    """Totals of the rows before each row: shape (m + 1)."""
    totals = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, dtype=np.int64, out=totals[1:])
    return totals


class Columns:
    """Columns of m transactions of n customers, sorted by (customer, at), and what is derived from them once."""

    def __init__(self, transactions: Transactions, offset_ms: int = OFFSET_MS) -> None:
        self.source = transactions
        self.offset_ms = offset_ms
        self.customer = transactions.customer.astype(np.int64)
        self.at = transactions.at
        quanta = np.rint(transactions.amount * QUANTA).astype(np.int64)
        self.size = np.abs(quanta)
        self.sign = np.sign(quanta).astype(np.int8)
        self.day: Ints = day_of(self.at, offset_ms)  # type: ignore[arg-type, assignment]
        self.bounds: Ints = np.searchsorted(self.customer, np.arange(len(transactions.customer_ids) + 1))
        self._masks: dict[Where, Mask] = {}
        self._counts: dict[Where, Ints] = {}
        self._sums: dict[Where, Ints] = {}
        self._groups: dict[Dimension, tuple[Ints, Ints]] = {}

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def customer_days(self) -> Ints:
        """One ascending key of customer and local day."""
        return self.day_key(self.customer, self.day)

    @staticmethod
    def day_key(customer: Ints, day: Ints | int) -> Ints:
        return (customer << _DAY_BITS) + day

    @cached_property
    def within_day(self) -> Ints:
        """Milliseconds since local midnight."""
        return self.at + self.offset_ms - self.day * DAY_MS

    @cached_property
    def hour(self) -> NDArray[np.int8]:
        return (self.within_day // HOUR_MS).astype(np.int8)

    @cached_property
    def weekday(self) -> NDArray[np.int8]:
        return np.asarray(weekday_of(self.day)).astype(np.int8)  # type: ignore[arg-type]

    @cached_property
    def first_of_day(self) -> Mask:
        """Rows that open a local day of their customer."""
        first = np.ones(len(self), dtype=bool)
        first[1:] = (self.day[1:] != self.day[:-1]) | (self.customer[1:] != self.customer[:-1])
        return first

    @cached_property
    def active_days(self) -> Ints:
        return running(self.first_of_day)

    @cached_property
    def squared_gaps(self) -> Ints:
        """Running totals of the squared days between a customer's successive active days."""
        gaps = np.zeros(len(self), dtype=np.int64)
        same = self.customer[1:] == self.customer[:-1]
        gaps[1:] = np.where(same, self.day[1:] - self.day[:-1], 0)
        return running(gaps * gaps)

    def mask(self, where: Where) -> Mask:
        """Rows that satisfy a condition without `same`: shape (m)."""
        if where not in self._masks:
            self._masks[where] = self._mask(where)
        return self._masks[where]

    def _mask(self, where: Where) -> Mask:
        parts: list[Mask] = []
        if where.sign is not None:
            parts.append(self.sign > 0 if where.sign is Sign.PURCHASE else self.sign < 0)
        if where.category is not None:
            parts.append(self.source.category == CATEGORIES.index(where.category))
        if where.channels is not None:
            parts.append(_among(self.source.channel, {CHANNELS.index(word) for word in where.channels}))
        if where.hours is not None:
            parts.append(_among(self.hour, where.hours))
        if where.weekdays is not None:
            parts.append(_among(self.weekday, where.weekdays))
        return np.logical_and.reduce(parts) if parts else np.ones(len(self), dtype=bool)

    def counts(self, where: Where) -> Ints:
        """Running counts under a condition: shape (m + 1)."""
        if where not in self._counts:
            self._counts[where] = np.arange(len(self) + 1) if where == ANY else running(self.mask(where))
        return self._counts[where]

    def sums(self, where: Where) -> Ints:
        """Running sums of sizes under a condition, in thousandths: shape (m + 1)."""
        if where not in self._sums:
            self._sums[where] = running(self.size * self.mask(where))
        return self._sums[where]

    def codes(self, dimension: Dimension) -> tuple[NDArray[np.integer], int]:
        """The code of each row, and how many codes there are."""
        match dimension:
            case Dimension.CATEGORY:
                return self.source.category, len(CATEGORIES)
            case Dimension.PART:
                return np.asarray(part_of(self.hour)), PARTS  # type: ignore[arg-type]
            case Dimension.WEEKDAY:
                return self.weekday, 7
            case Dimension.MERCHANT:
                return self.source.merchant, len(self.source.merchant_names)
            case Dimension.COUNTRY:
                return self.source.country, len(self.source.country_names)

    def groups(self, dimension: Dimension) -> tuple[Ints, Ints]:
        """Rows ordered by (customer, code, row), and the positions in that order at which each pair begins."""
        if dimension not in self._groups:
            codes, size = self.codes(dimension)
            pair = self.customer * size + codes
            order = ordered(pair, len(self.source.customer_ids) * size)
            sorted_pairs = pair[order]
            begins = np.flatnonzero(np.r_[True, sorted_pairs[1:] != sorted_pairs[:-1]][: len(self)])
            self._groups[dimension] = order, begins
        return self._groups[dimension]

    def same_before(self, dimension: Dimension, base: Where, start: Ints) -> Ints:
        """For each row, how many rows from `start` (m) up to it have its code and satisfy `base`."""
        codes, size = self.codes(dimension)
        rows = np.arange(len(self))
        # As many counters in a word as the longest window can fill without an overflow into the next.
        bits = int((rows - start).max(initial=1)).bit_length()
        per_word = 63 // bits
        word, slot = np.divmod(codes.astype(np.int16), per_word)
        shift = (slot * bits).astype(np.int64)
        steps = np.left_shift(self.mask(base).astype(np.int64), shift)
        totals = np.stack([running(steps * (word == number)) for number in range(-(-size // per_word))])
        row_of_totals = word.astype(np.int64) * (len(self) + 1)
        packed = totals.ravel()[row_of_totals + rows] - totals.ravel()[row_of_totals + start]
        return np.asarray((packed >> shift) & ((1 << bits) - 1))


def _among(codes: NDArray[np.integer], allowed: Set[int]) -> Mask:
    """Rows whose code, below 24, is one of the allowed."""
    if len(allowed) == 1:
        return np.asarray(codes == next(iter(allowed)))
    return np.asarray(np.array([code in allowed for code in range(24)])[codes])


def ordered(keys: Ints, limit: int) -> Ints:
    """Stable order of keys from 0 up to `limit`: sorted together with their rows where both fit a word."""
    bits = max(1, len(keys)).bit_length()
    if limit << bits >= 1 << 63:
        return np.argsort(keys, kind="stable")
    packed = np.sort(keys << bits | np.arange(len(keys)))
    return packed & ((1 << bits) - 1)
