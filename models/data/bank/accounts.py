"""What the bank's books say of a customer on a day: arrears, balance, promises. Noisy views of the hidden traits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.data.bank.people import People, daily
from models.data.bank.period import DAYS, Floats, Ints

SHARE_UNKNOWN_PROMISES = 0.4
_DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class Books:
    """What stays the same about a customer's account, each `(n,)`: so that figures of two days hang together."""

    arrears: Floats
    balance: Floats
    limit: Floats
    use: Floats
    keeps: Floats
    promised: Floats


def open_books(rng: np.random.Generator, people: People) -> Books:
    """Draw them."""
    count = len(people)
    return Books(
        arrears=rng.normal(0, 9, count),
        balance=rng.normal(0, 0.35, count),
        limit=np.round(people.income * rng.lognormal(0.3, 0.3, count), -2),
        use=rng.normal(0, 0.7, count),
        keeps=rng.normal(0, 0.7, count),
        promised=rng.random(count),
    )


def strain(people: People, owner: Ints, day: Ints) -> Floats:
    """How hard paying is on that day: the traits, and the stress of the time; about standard normal."""
    now = daily(people.stress)[owner, np.clip(day, 0, DAYS - 1)]
    found: Floats = -0.75 * people.ability[owner] - 0.4 * people.willingness[owner] + 0.5 * now
    return found


def figures(rng: np.random.Generator, people: People, books: Books, owner: Ints, day: Ints) -> dict[str, Floats]:
    """The customer's figures on those days, by the names of `Customer` (calls are counted elsewhere), `(rows,)`.

    Arrears and missed payments agree: nobody is past due without a missed payment, one per 30 days at least.
    """
    count = len(owner)
    hard = strain(people, owner, day)
    past_due = np.maximum(np.round(16 * hard + books.arrears[owner] + rng.normal(0, 7, count) - 4), 0)
    missed = np.maximum(rng.poisson(np.exp(0.55 * hard - 0.6)), np.ceil(past_due / 30)).astype(np.float64)
    use = np.round(1 / (1 + np.exp(-(0.75 * hard + books.use[owner] + rng.normal(0, 0.35, count)))), 3)
    kept = np.round(1 / (1 + np.exp(-(1.2 * people.willingness[owner] + 0.5 + books.keeps[owner]))), 2)
    return {
        "days_past_due": past_due,
        "missed_payments_12m": missed,
        "balance_due": np.round(use * books.limit[owner] * np.exp(books.balance[owner]), 2),
        "credit_utilisation": use,
        "tenure_months": np.maximum((day - people.joined[owner]) // _DAYS_A_MONTH, 0).astype(np.float64),
        "promises_kept_share": np.where(books.promised[owner] < SHARE_UNKNOWN_PROMISES, np.nan, kept),
    }
