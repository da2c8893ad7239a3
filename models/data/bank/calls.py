"""Who calls the bank, when, what is said, and whether they pay: 1,058 calls by 339 of 1,000 customers.

Trouble makes people call: stress, dissatisfaction, having been defrauded. What is said and how it ends comes from
the generator of `models.data.generator`, given the hidden traits of that day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.data.bank.accounts import Books, figures
from models.data.bank.ledger import HOURS_FROM_UTC, Ledger
from models.data.bank.people import People, daily
from models.data.bank.period import DAYS, Columns, Floats, Ints, to_ms
from models.data.generator import SyntheticCall, SyntheticCustomer, make_call

CALLERS_PER_CUSTOMER, CALLS_PER_CUSTOMER = 0.339, 1.058
# Whether somebody paid is settled a month after the call.
OUTCOME_DAYS = 30
_WORRIED_DAYS = 14


@dataclass(frozen=True)
class BankCall:
    """A call and when it began, epoch milliseconds; the call's own `day` counts from the start of the period."""

    at: int
    call: SyntheticCall


def trouble(people: People, ledger: Ledger) -> Floats:
    """What makes each customer call on each day, `(n, DAYS)`, as log-odds up to a constant."""
    found = 0.7 * daily(people.stress) + 0.35 * daily(people.dissatisfaction)
    for row in np.flatnonzero(ledger.fraud == 1):
        day = int(ledger.time[row])
        found[ledger.customer[row], day + 1 : day + _WORRIED_DAYS] += 0.5
    return found


def _whose(rng: np.random.Generator, people: People, weight: Floats) -> Ints:
    """The owner of each call: every caller has one, the others fall on those in trouble."""
    count = len(people)
    callers = max(1, round(CALLERS_PER_CUSTOMER * count))
    calls = max(callers, round(CALLS_PER_CUSTOMER * count))
    chosen = rng.choice(count, callers, replace=False, p=weight / weight.sum())
    eager = weight[chosen] * rng.gamma(2, 0.5, callers)
    more = rng.choice(chosen, calls - callers, p=eager / eager.sum())
    return np.concatenate([chosen, more]).astype(np.int64)


def make_calls(
    rng: np.random.Generator, people: People, books: Books, ledger: Ledger, left: Ints
) -> tuple[tuple[BankCall, ...], Columns]:
    """The calls in order of time, and their labels."""
    pull = np.exp(trouble(people, ledger))
    days = np.arange(DAYS)
    pull *= (days >= people.joined[:, None]) & (days < left[:, None])
    owner = _whose(rng, people, pull.mean(axis=1) * np.exp(-0.45 * people.ability) + 1e-12)
    bounds = np.cumsum(pull[owner], axis=1)
    day = (rng.random((len(owner), 1)) * bounds[:, -1:] >= bounds).sum(axis=1)
    home = people.japanese[owner].astype(np.int64)
    time = day + 0.5 + (rng.uniform(9, 18, len(day)) - 12 - np.array(HOURS_FROM_UTC)[home]) / 24
    time = np.clip(time, np.maximum(people.joined, 0)[owner], np.minimum(left, DAYS)[owner] - 0.01)
    order = np.argsort(time, kind="stable")
    owner, time = owner[order], time[order]
    found = _talks(rng, people, books, owner, time)
    at = to_ms(time)
    labels: Columns = {
        "contact_id": np.array([call.contact_id for call in found], dtype=np.str_),
        "customer_id": np.array(people.customer_id)[owner],
        "at": at,
        "known_at": to_ms(time + OUTCOME_DAYS),
        "label": np.array([call.failed_to_pay for call in found], dtype=np.int64),
        "probability": np.array([call.probability for call in found]),
    }
    return tuple(BankCall(int(a), call) for a, call in zip(at, found, strict=True)), labels


def calls_before(owner: Ints, time: Floats, whose: Ints, when: Floats, days: int = 90) -> Ints:
    """How many of the calls `(owner, time)` customer `whose` made in the `days` before `when`, that moment excluded."""
    width = 10.0 * DAYS
    keys = np.sort(owner * width + time)
    found: Ints = np.searchsorted(keys, whose * width + when) - np.searchsorted(keys, whose * width + when - days)
    return found


def _talks(rng: np.random.Generator, people: People, books: Books, owner: Ints, time: Floats) -> list[SyntheticCall]:
    day = time.astype(np.int64)
    known = figures(rng, people, books, owner, day)
    known["calls_90d"] = calls_before(owner, time, owner, time).astype(np.float64)
    stress = daily(people.stress)[owner, day]
    made = []
    for number, person in enumerate(owner.tolist()):
        customer = SyntheticCustomer(
            customer_id=people.customer_id[person],
            language="ja-JP" if people.japanese[person] else "en-US",
            ability=float(0.8 * people.ability[person] - 0.45 * stress[number] + 0.6),
            willingness=float(people.willingness[person]),
            features={name: float(values[number]) for name, values in known.items()},
        )
        made.append(replace(make_call(rng, customer, number), day=int(day[number])))
    return made
