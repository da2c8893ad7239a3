"""The small language in which features are declared: aggregates of a customer's transactions, and their combinations.

A declaration is data. `rapport.customers.features.online` and the batch computation of the training side both
interpret it, so a feature cannot mean one thing in training and another in service.

Windows. `days` counts local calendar days, the day of the last instant before the cut-off included; None is all
time. `hours` is rolling, to the millisecond. Amounts count by size: a refund of 5 adds 5 to a sum over refunds.
Sizes are whole thousandths of the currency unit, the finest coin in circulation anywhere, so that sums are exact and
do not depend on order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, nan
from typing import Protocol, TypeVar

QUANTA = 1_000
T = TypeVar("T")


class Sign(StrEnum):
    """Purchases are positive, refunds negative; an amount of zero (a card check) is neither."""

    PURCHASE = "purchase"
    REFUND = "refund"


class Dimension(StrEnum):
    """What can be the same as in the transaction at hand, or counted as distinct."""

    CATEGORY = "category"
    PART = "part of day"
    WEEKDAY = "weekday"
    MERCHANT = "merchant"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Where:
    """Which transactions count; None allows all. `same` compares with the transaction at hand."""

    sign: Sign | None = None
    category: str | None = None
    channels: frozenset[str] | None = None
    hours: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None
    same: Dimension | None = None
    name: str = ""


ANY = Where()


class Statistic(StrEnum):
    COUNT = "count"
    SUM = "sum"
    MAX = "max"
    DEVIATION = "sd"
    ACTIVE_DAYS = "active days"
    SPAN = "days from first to last"
    GAP_DEVIATION = "sd of gaps between active days"


OF_DAYS = frozenset({Statistic.ACTIVE_DAYS, Statistic.SPAN, Statistic.GAP_DEVIATION})
OF_AMOUNTS = frozenset({Statistic.SUM, Statistic.MAX, Statistic.DEVIATION})


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A statistic of the transactions in a window: of `days` or of `hours`, never both.

    Counts and sums of nothing are 0, maxima NaN; a standard deviation (of a sample) is NaN below two values.
    The statistics of days (active days, span, gaps) look at every transaction, those of hours at the sign only.
    """

    statistic: Statistic
    where: Where
    days: int | None = None
    hours: int | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.hours is None):
            raise ValueError("an aggregate has a window of days or of hours")
        if self.statistic in OF_DAYS and self.where != ANY:
            raise ValueError(f"{self.statistic} is of every transaction")
        rolling = (Statistic.COUNT, Statistic.SUM)
        if self.hours and (self.where not in (ANY, Where(sign=self.where.sign)) or self.statistic not in rolling):
            raise ValueError("a window of hours counts or sums, by sign")


@dataclass(frozen=True, slots=True)
class Since:
    """Days, with fraction, from the first or last such transaction of all time to the cut-off; NaN without one."""

    where: Where
    first: bool = False


@dataclass(frozen=True, slots=True)
class Distinct:
    """Number of different merchants or countries in the window."""

    dimension: Dimension
    days: int


@dataclass(frozen=True, slots=True)
class New:
    """1 when the merchant or country of the transaction at hand did not occur in the window before it, else 0."""

    dimension: Dimension
    days: int


class Own(StrEnum):
    """A figure of the transaction at hand alone."""

    AMOUNT = "amount"
    SIZE = "|amount|"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class This:
    own: Own


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """NaN unless the bottom is positive."""

    top: Expression
    bottom: Expression


@dataclass(frozen=True, slots=True)
class Difference:
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Change:
    """(recent - earlier) / (recent + earlier), from -1 (stopped) to 1 (started); NaN when both are 0."""

    recent: Expression
    earlier: Expression


@dataclass(frozen=True, slots=True)
class Entropy:
    """Of the shares of counts, in nats; NaN when all are 0."""

    parts: tuple[Aggregate, ...]
    name: str


Leaf = Aggregate | Since | Distinct | New | This
Expression = Leaf | Number | Ratio | Difference | Change | Entropy


class Arithmetic(Protocol[T]):
    """How values combine: floats online, columns in batch."""

    def number(self, value: float) -> T: ...
    def ratio(self, top: T, bottom: T) -> T: ...
    def difference(self, left: T, right: T) -> T: ...
    def change(self, recent: T, earlier: T) -> T: ...
    def entropy(self, counts: Sequence[T]) -> T: ...


class Floats:
    """Arithmetic of single values."""

    def number(self, value: float) -> float:
        return value

    def ratio(self, top: float, bottom: float) -> float:
        return top / bottom if bottom > 0 else nan

    def difference(self, left: float, right: float) -> float:
        return left - right

    def change(self, recent: float, earlier: float) -> float:
        return self.ratio(recent - earlier, recent + earlier)

    def entropy(self, counts: Sequence[float]) -> float:
        total = sum(counts)
        return -sum(n / total * log(n / total) for n in counts if n) if total else nan


def evaluate(expression: Expression, leaf: Callable[[Leaf], T], arithmetic: Arithmetic[T]) -> T:
    """The value of an expression, given those of its leaves."""

    def of(inner: Expression) -> T:
        return evaluate(inner, leaf, arithmetic)

    match expression:
        case Number(value):
            return arithmetic.number(value)
        case Ratio(top, bottom):
            return arithmetic.ratio(of(top), of(bottom))
        case Difference(left, right):
            return arithmetic.difference(of(left), of(right))
        case Change(recent, earlier):
            return arithmetic.change(of(recent), of(earlier))
        case Entropy(parts):
            return arithmetic.entropy([of(part) for part in parts])
        case _:
            return leaf(expression)


def leaves(expression: Expression) -> Iterator[Leaf]:
    """The leaves of an expression, left to right."""
    match expression:
        case Number():
            return
        case Ratio(a, b) | Difference(a, b) | Change(a, b):
            yield from leaves(a)
            yield from leaves(b)
        case Entropy(parts):
            yield from parts
        case _:
            yield expression
