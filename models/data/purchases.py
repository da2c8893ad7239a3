"""Purchases as columns, and a generator of SYNTHETIC ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Purchases:
    """What each customer spent on each day with a purchase, sorted by (customer, day).

    `customer` holds codes into `names`; `day` counts from any fixed day; `amount` is in one currency.
    """

    customer: Ints
    day: Ints
    amount: Floats
    names: tuple[str, ...]

    @classmethod
    def of(cls, customer: Any, day: Any, amount: Any, names: tuple[str, ...]) -> Purchases:
        """From rows in any order. Purchases of one day are one: the models count days with a purchase."""
        order = np.lexsort((day, customer))
        who, when = np.asarray(customer, dtype=np.int64)[order], np.asarray(day, dtype=np.int64)[order]
        paid = np.asarray(amount, dtype=np.float64)[order]
        starts = np.flatnonzero(np.r_[True, (np.diff(who) != 0) | (np.diff(when) != 0)]) if len(who) else np.arange(0)
        total = np.add.reduceat(paid, starts) if len(starts) else paid
        return cls(who[starts], when[starts], total, names)

    def between(self, after: int, until: int) -> Purchases:
        """Purchases on days in (after, until]; every customer keeps the code."""
        kept = (self.day > after) & (self.day <= until)
        return Purchases(self.customer[kept], self.day[kept], self.amount[kept], self.names)


def generate(seed: int = 7, customers: int = 3_000, *, days: int = 730, arrivals: int = 90) -> Purchases:
    """SYNTHETIC purchases over `days`; everybody buys first within the first `arrivals` days.

    Rates are gamma, customers leave after an exponential time with a gamma rate (the Pareto/NBD process) and amounts
    are log-normal around a log-normal mean: on purpose not the process that BG/NBD with Gamma-Gamma assumes.
    """
    rng = np.random.default_rng(seed)
    first = rng.integers(0, arrivals, customers)
    rate = rng.gamma(0.6, 1 / (0.6 * 45), customers)
    life = rng.exponential(1 / rng.gamma(0.8, 1 / (0.8 * 250), customers))
    mean = rng.lognormal(3.4, 0.55, customers)
    rows: list[tuple[int, int]] = [(code, int(day)) for code, day in enumerate(first)]
    span = np.minimum(life, days - first)
    for code, count in enumerate(rng.poisson(rate * span)):
        rows += [(code, int(first[code] + 1 + x)) for x in rng.uniform(0, span[code], count)]
    who, when = (np.array(column) for column in zip(*rows, strict=True))
    amount = np.round(mean[who] * rng.lognormal(-0.08, 0.4, len(who)), 2)
    return Purchases.of(who, when, amount, tuple(f"C{code:05d}" for code in range(customers)))
