"""What an online state has to count, derived from the declarations: a new feature needs no code here.

A measure is a commutative fold of whole numbers over the transactions that satisfy a condition, kept per local day:
a count, a sum of sizes, a sum of squared sizes, or a largest size. First and last times are kept for all time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

from rapport.customers.features.algebra import (
    ANY,
    OF_DAYS,
    QUANTA,
    Aggregate,
    Dimension,
    Distinct,
    Leaf,
    New,
    Sign,
    Since,
    Statistic,
    Where,
    leaves,
)
from rapport.customers.features.calendar import PARTS, part_of
from rapport.customers.features.declarations import FEATURES, Feature
from rapport.customers.vocabulary import CATEGORIES, CHANNELS


class Spending(Protocol):
    """A transaction, as `rapport.customers.model.Transaction` has it: `at` in epoch ms, refunds below zero."""

    @property
    def at(self) -> int: ...
    @property
    def amount(self) -> float: ...
    @property
    def category(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def merchant(self) -> str: ...
    @property
    def country(self) -> str: ...


class Kind(IntEnum):
    COUNT = 0
    SUM = 1
    SQUARES = 2
    MAX = 3


@dataclass(frozen=True, slots=True)
class Measure:
    kind: Kind
    where: Where


@dataclass(frozen=True, slots=True)
class Traits:
    """What conditions look at."""

    sign: Sign | None
    category: str
    channel: str
    hour: int
    weekday: int


def sign_of(quanta: int) -> Sign | None:
    return Sign.PURCHASE if quanta > 0 else Sign.REFUND if quanta < 0 else None


def quanta_of(amount: float) -> int:
    """Thousandths, half to even; raises ValueError or OverflowError for what is not a finite number."""
    return round(amount * QUANTA)


def resolved(where: Where, traits: Traits) -> Where:
    """The condition with `same` replaced by what the transaction at hand is."""
    match where.same:
        case None:
            return where
        case Dimension.CATEGORY:
            return Where(sign=where.sign, category=traits.category)
        case Dimension.PART:
            return _part(where, part_of(traits.hour))
        case Dimension.WEEKDAY:
            return Where(sign=where.sign, weekdays=frozenset({traits.weekday}))
        case _:
            raise ValueError(f"no counts are kept by {where.same}")


def _part(where: Where, part: int) -> Where:
    return Where(sign=where.sign, hours=frozenset(hour for hour in range(24) if part_of(hour) == part))


def _every(where: Where) -> list[Where]:
    """Each condition that `same` may stand for."""
    match where.same:
        case Dimension.CATEGORY:
            return [Where(sign=where.sign, category=category) for category in CATEGORIES]
        case Dimension.PART:
            return [_part(where, part) for part in range(PARTS)]
        case Dimension.WEEKDAY:
            return [Where(sign=where.sign, weekdays=frozenset({weekday})) for weekday in range(7)]
        case _:
            return [where]


def measures_of(leaf: Leaf, where: Where) -> tuple[Measure, ...]:
    """What a leaf is computed from, per day; nothing for leaves that use other parts of the state."""
    if not isinstance(leaf, Aggregate) or leaf.statistic in OF_DAYS or leaf.hours:
        return ()
    kinds = {
        Statistic.COUNT: (Kind.COUNT,),
        Statistic.SUM: (Kind.SUM,),
        Statistic.MAX: (Kind.MAX,),
        Statistic.DEVIATION: (Kind.COUNT, Kind.SUM, Kind.SQUARES),
    }[leaf.statistic]
    return tuple(Measure(kind, _plain(where)) for kind in kinds)


def _plain(where: Where) -> Where:
    """Without its name, so that equal conditions are one measure."""
    return Where(where.sign, where.category, where.channels, where.hours, where.weekdays)


@dataclass(frozen=True)
class Plan:
    """Everything the states of a set of features keep. Windows in days; `moments` are (condition, first or last)."""

    measures: tuple[Measure, ...]
    moments: tuple[Since, ...]
    seen: tuple[Dimension, ...]
    days: int
    hours: int
    fingerprint: str


def plan(features: Iterable[Feature]) -> Plan:
    """What the given features need kept."""
    found = list(dict.fromkeys(leaf for feature in features for leaf in leaves(feature.expression)))
    measures = dict.fromkeys(m for leaf in found for where in _wheres(leaf) for m in measures_of(leaf, where))
    moments = dict.fromkeys(leaf for leaf in found if isinstance(leaf, Since))
    seen = dict.fromkeys(leaf.dimension for leaf in found if isinstance(leaf, Distinct | New))
    text = repr(([_key(measure) for measure in measures], [_key(moment) for moment in moments], list(seen)))
    return Plan(
        measures=tuple(measures),
        moments=tuple(moments),
        seen=tuple(seen),
        days=max(getattr(leaf, "days", None) or 0 for leaf in found),
        hours=max(getattr(leaf, "hours", None) or 0 for leaf in found),
        fingerprint=hashlib.sha256(text.encode()).hexdigest()[:12],
    )


def _wheres(leaf: Leaf) -> Iterator[Where]:
    yield from _every(leaf.where) if isinstance(leaf, Aggregate) else (ANY,)


def _key(part: Measure | Since) -> tuple[object, ...]:
    """Stable across processes: sets print in no fixed order."""
    where = part.where
    how = part.kind if isinstance(part, Measure) else part.first
    sets = [sorted(some) if some is not None else None for some in (where.channels, where.hours, where.weekdays)]
    return (int(how), where.sign, where.category, *sets)


PLAN = plan(FEATURES)
POSITION = {measure: number for number, measure in enumerate(PLAN.measures)}


def _bits(holds: Iterable[bool]) -> int:
    return sum(1 << number for number, true in enumerate(holds) if true)


# For each value of a trait, the measures (low bits) and moments (high bits) whose condition on it holds.
_WHERES = (*(measure.where for measure in PLAN.measures), *(moment.where for moment in PLAN.moments))
_SIGNS = {sign: _bits(w.sign in (None, sign) for w in _WHERES) for sign in (None, *Sign)}
_CATEGORIES = {word: _bits(w.category in (None, word) for w in _WHERES) for word in CATEGORIES}
_CHANNELS = {word: _bits(w.channels is None or word in w.channels for w in _WHERES) for word in CHANNELS}
_HOURS = [_bits(w.hours is None or hour in w.hours for w in _WHERES) for hour in range(24)]
_WEEKDAYS = [_bits(w.weekdays is None or day in w.weekdays for w in _WHERES) for day in range(7)]


def touched(traits: Traits) -> tuple[tuple[tuple[int, Kind], ...], tuple[int, ...]]:
    """The measures, with their kinds, and the moments that such a transaction changes, by position in the plan."""
    return _unpacked(
        _SIGNS[traits.sign]
        & _CATEGORIES[traits.category]
        & _CHANNELS[traits.channel]
        & _HOURS[traits.hour]
        & _WEEKDAYS[traits.weekday]
    )


@lru_cache(maxsize=16384)
def _unpacked(mask: int) -> tuple[tuple[tuple[int, Kind], ...], tuple[int, ...]]:
    count = len(PLAN.measures)
    counted = tuple((n, measure.kind) for n, measure in enumerate(PLAN.measures) if mask >> n & 1)
    return counted, tuple(n for n in range(len(PLAN.moments)) if mask >> (count + n) & 1)
