"""Customers and their hidden traits. Everything else in the bank follows from these, with chance. SYNTHETIC."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapport.customers.vocabulary import CATEGORIES

from models.data.bank.names import LEAST_CUSTOMERS, MOST_CUSTOMERS, names, phones
from models.data.bank.period import DAYS, STATEMENTS, Bools, Floats, Ints

# How purchases (not fixed payments) fall over the categories for everybody together; each customer differs.
_MIX = {
    "groceries": 24, "restaurants": 15, "transport": 11, "fuel": 6, "travel": 1.5, "lodging": 1, "utilities": 0,
    "telecom": 0.5, "housing": 0, "insurance": 0, "health": 3, "pharmacy": 4, "education": 1, "clothing": 6,
    "electronics": 3, "home": 4, "entertainment": 6, "gambling": 1, "cash": 8, "transfers": 5,
}  # fmt: skip
MIX: Floats = np.array([_MIX[name] for name in CATEGORIES]) / sum(_MIX.values())
SHARE_JOINED_BEFORE = 0.86


@dataclass(frozen=True)
class People:
    """Columns over customers, each `(n,)` unless stated. None of the traits is shown to a model.

    `joined`: day, negative before the period. `stress` and `dissatisfaction`: standard normal on every statement
    day, `(n, statements)`; the first makes people miss payments and call, the second makes them buy less and leave.
    """

    customer_id: list[str]
    name: list[str]
    kana: list[str]
    phone: list[str]
    japanese: Bools
    vip: Bools
    joined: Ints
    income: Floats
    rate: Floats
    regularity: Floats
    online: Floats
    abroad: Floats
    hour: Floats
    pay_day: Ints
    weekday: Floats
    mix: Floats
    taste: Ints
    ability: Floats
    willingness: Floats
    exposure: Floats
    stress: Floats
    dissatisfaction: Floats

    def __len__(self) -> int:
        return len(self.customer_id)


def _path(rng: np.random.Generator, count: int, keep: float) -> Floats:
    """A standard normal of each customer that wanders from statement to statement: AR(1), `(count, statements)`."""
    path = rng.normal(size=(count, len(STATEMENTS)))
    for step in range(1, len(STATEMENTS)):
        path[:, step] = keep * path[:, step - 1] + np.sqrt(1 - keep**2) * path[:, step]
    return path


def daily(path: Floats, within: float = 1.0) -> Floats:
    """A path over statements as a value for every day, `(n, DAYS)`; the last value stays.

    The next statement's value is reached after the part `within` of the time to it.
    """
    days = np.arange(DAYS)
    step = np.minimum(np.searchsorted(STATEMENTS, days, side="right") - 1, len(STATEMENTS) - 2)
    width = np.diff(STATEMENTS)[step]
    share = np.minimum((days - np.array(STATEMENTS)[step]) / (width * within), 1.0)
    found: Floats = path[:, step] * (1 - share) + path[:, step + 1] * share
    return found


def make_people(rng: np.random.Generator, count: int) -> People:
    """Draw everybody; `ValueError` below 10 and above `MOST_CUSTOMERS`, where fictional telephone numbers run out."""
    if not LEAST_CUSTOMERS <= count <= MOST_CUSTOMERS:
        raise ValueError(f"a bank has {LEAST_CUSTOMERS} to {MOST_CUSTOMERS:,} customers, not {count}")
    japanese = rng.permutation(count) % 2 == 1
    written, read = names(rng, japanese)
    before = rng.random(count) < SHARE_JOINED_BEFORE
    joined = np.where(before, -rng.gamma(1.6, 900, count), rng.uniform(0, DAYS - 120, count)).astype(np.int64)
    ability, willingness = rng.normal(size=count), rng.normal(size=count)
    weekend = rng.normal(0.25, 0.3, count)
    weekday = np.exp(rng.normal(0, 0.15, (count, 7)) + weekend[:, None] * (np.arange(7) >= 5))
    income = np.exp(8.2 + 0.35 * ability + rng.normal(0, 0.35, count))
    return People(
        customer_id=[f"C{number + 1:05d}" for number in range(count)],
        name=written,
        kana=read,
        phone=phones(japanese),
        japanese=japanese,
        vip=income > np.quantile(income, 0.97),
        joined=np.maximum(joined, -5_400),
        income=income,
        rate=np.exp(rng.normal(0, 0.35, count)),
        regularity=rng.beta(4, 2, count),
        online=rng.beta(2, 3, count),
        abroad=rng.beta(1, 6, count),
        hour=rng.normal(15, 2.2, count),
        pay_day=rng.choice(np.array([1, 15, 20, 25]), count),
        weekday=weekday / weekday.mean(axis=1, keepdims=True),
        mix=rng.dirichlet(MIX * 25 + 1e-6, count),
        taste=rng.integers(0, 10, count),
        ability=ability,
        willingness=willingness,
        exposure=rng.normal(size=count),
        stress=_path(rng, count, 0.7),
        dissatisfaction=_path(rng, count, 0.72),
    )
