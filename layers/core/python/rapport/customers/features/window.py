"""The leaves of a declaration, read from an online state at one moment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from math import nan, sqrt
from typing import Protocol

from rapport.customers.features.algebra import (
    QUANTA,
    Aggregate,
    Dimension,
    Distinct,
    Leaf,
    New,
    Own,
    Sign,
    Since,
    Statistic,
    This,
    Where,
)
from rapport.customers.features.calendar import DAY_MS, HOUR_MS, day_of
from rapport.customers.features.measures import (
    PLAN,
    POSITION,
    Kind,
    Spending,
    Traits,
    measures_of,
    quanta_of,
    resolved,
)


class State(Protocol):
    """What is read of a state."""

    offset_ms: int
    days: dict[int, dict[int, int]]
    moments: list[int | None]
    seen: dict[Dimension, dict[str, int]]
    recent: list[tuple[int, int]]


def deviation(count: int, total: int, squares: int) -> float:
    """Standard deviation of a sample, from exact whole numbers; NaN below two."""
    return sqrt((count * squares - total * total) / (count * (count - 1))) if count > 1 else nan


class Window:
    """Folds of the days up to `today`, for any of the widths that are asked for."""

    def __init__(self, days: Mapping[int, Mapping[int, int]], today: int) -> None:
        self._days, self._today = days, today
        self._ages = sorted(today - day for day in days)
        self._folded: dict[int, dict[int, int]] = {}

    def value(self, position: int, width: int) -> int:
        """A measure over the last `width` days; 0 where nothing counted."""
        if width not in self._folded:
            self._folded[width] = self._fold(width)
        return self._folded[width].get(position, 0)

    def _fold(self, width: int) -> dict[int, int]:
        narrower = max((known for known in self._folded if known < width), default=0)
        folded = dict(self._folded.get(narrower, {}))
        for age in self._ages[bisect_left(self._ages, narrower) : bisect_left(self._ages, width)]:
            for position, value in self._days[self._today - age].items():
                known = folded.get(position)
                if known is None:
                    folded[position] = value
                elif _IS_MAX[position]:
                    folded[position] = max(known, value)
                else:
                    folded[position] = known + value
        return folded

    def active(self, width: int) -> list[int]:
        """Ages in days, ascending, of the days with a transaction."""
        return self._ages[: bisect_left(self._ages, width)]


_IS_MAX = tuple(measure.kind is Kind.MAX for measure in PLAN.measures)


@lru_cache(maxsize=1024)
def _positions(leaf: Aggregate, where: Where) -> tuple[int, ...]:
    return tuple(POSITION[measure] for measure in measures_of(leaf, where))


def _of_days(statistic: Statistic, ages: list[int]) -> float:
    if statistic is Statistic.ACTIVE_DAYS:
        return float(len(ages))
    span = ages[-1] - ages[0] if ages else 0
    if statistic is Statistic.SPAN:
        return float(span)
    gaps = [older - newer for newer, older in pairwise(ages)]
    return deviation(len(gaps), span, sum(gap * gap for gap in gaps))


def _aggregate(leaf: Aggregate, where: Where, window: Window) -> float:
    width = leaf.days or 0
    values = [window.value(position, width) for position in _positions(leaf, where)]
    match leaf.statistic:
        case Statistic.COUNT:
            return float(values[0])
        case Statistic.SUM:
            return values[0] / QUANTA
        case Statistic.MAX:
            return values[0] / QUANTA if values[0] else nan
        case Statistic.DEVIATION:
            return deviation(*values) / QUANTA
        case _:
            return _of_days(leaf.statistic, window.active(width))


class CustomerLeaves:
    """Leaves at a cut-off."""

    def __init__(self, state: State, today: int, as_of: int) -> None:
        self._state, self._today, self._as_of = state, today, as_of
        self._window = Window(state.days, today)

    def __call__(self, leaf: Leaf) -> float:
        match leaf:
            case Aggregate():
                return _aggregate(leaf, leaf.where, self._window)
            case Since():
                at = self._state.moments[PLAN.moments.index(leaf)]
                return nan if at is None else (self._as_of - at) / DAY_MS
            case Distinct(dimension, days):
                oldest = self._today - days + 1
                return float(sum(day >= oldest for day in self._state.seen[dimension].values()))
            case _:
                raise ValueError(f"{leaf} needs a transaction at hand")


class TransactionLeaves:
    """Leaves when a transaction arrives."""

    def __init__(self, state: State, transaction: Spending, traits: Traits, names: Mapping[Dimension, str]) -> None:
        self._state, self._transaction, self._traits, self._names = state, transaction, traits, names
        self._today = day_of(transaction.at, state.offset_ms)
        self._window = Window(state.days, self._today)

    def __call__(self, leaf: Leaf) -> float:
        match leaf:
            case Aggregate(hours=None):
                return _aggregate(leaf, resolved(leaf.where, self._traits), self._window)
            case Aggregate():
                return self._rolling(leaf)
            case New(dimension, days):
                day = self._state.seen[dimension].get(self._names[dimension])
                return float(day is None or day <= self._today - days)
            case This(own):
                return self._own(own)
            case _:
                raise ValueError(f"{leaf} needs a cut-off")

    def _rolling(self, leaf: Aggregate) -> float:
        after = self._transaction.at - (leaf.hours or 0) * HOUR_MS
        sizes = [abs(quanta) for at, quanta in self._state.recent if at > after and _signed(leaf.where.sign, quanta)]
        return float(len(sizes)) if leaf.statistic is Statistic.COUNT else sum(sizes) / QUANTA

    def _own(self, own: Own) -> float:
        if own is Own.HOUR:
            return (self._transaction.at + self._state.offset_ms) % DAY_MS / HOUR_MS
        amount = quanta_of(self._transaction.amount) / QUANTA
        return abs(amount) if own is Own.SIZE else amount


def _signed(sign: Sign | None, quanta: int) -> bool:
    return sign is None or (quanta > 0 if sign is Sign.PURCHASE else quanta < 0)
