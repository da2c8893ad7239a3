"""Bursts of unusual transactions, some of them fraud, each with the probability of being so.

A burst is a stolen card, a card number tested online and then used, or an account taken over, or else an innocent
look-alike: shopping on a trip, setting up a new telephone, moving house. How brazen a burst is (a hidden number)
shapes its amounts, hours, countries and merchants, and also how likely it is to be fraud; so does how exposed the
customer is. The outcome is then drawn once for the whole burst. Besides, an ordinary online purchase is now and then
fraud that nothing gives away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data.bank.ledger import CATEGORY, CHANNEL, COUNTRIES, HOURS_FROM_UTC, Ledger, ordinary
from models.data.bank.merchants import code
from models.data.bank.people import People
from models.data.bank.period import DAYS, Columns, Floats, Ints, Strings, to_ms

BURSTS_PER_CUSTOMER = 0.6
KINDS = ("stolen card", "card not present", "account takeover")
_KIND_SHARE = (0.35, 0.45, 0.2)
# Log-odds that a burst is fraud: at no particular brazenness, per unit of it, per unit of exposure.
_INTERCEPT, _BRAZEN, _EXPOSED = -1.15, 1.35, 0.5
_STRAY_ONLINE, _STRAY_ABROAD = 0.0022, 0.02
# A victim or the card scheme reports fraud after 7 to 60 days; what nobody reports in 60 days counts as genuine.
DELAY_DAYS = (7, 60)

_STOLEN = np.array([CATEGORY[name] for name in ("fuel", "electronics", "clothing", "groceries", "cash", "gambling")])
_UNSEEN = np.array([CATEGORY[name] for name in ("electronics", "clothing", "travel", "entertainment", "gambling")])
_TYPICAL = {"fuel": 55, "electronics": 190, "clothing": 90, "groceries": 60, "cash": 180, "gambling": 80,
            "travel": 320, "entertainment": 40}  # fmt: skip
_LEVEL = np.ones(len(CATEGORY))
for _name, _amount in _TYPICAL.items():
    _LEVEL[CATEGORY[_name]] = _amount


def _sigmoid(x: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-x))
    return found


def _burst(rng: np.random.Generator, kind: int, brazen: float, home: int) -> list[NDArray[Any]]:
    """Hours since its start, amount, category, channel, merchant and country of each transaction of one burst."""
    spread = np.exp(-0.25 * brazen)
    abroad = rng.random() < _sigmoid(np.array(-1.2 + 1.5 * brazen))
    country = int(rng.integers(2, len(COUNTRIES))) if abroad else home
    if kind == 0:
        count = 2 + rng.poisson(1.6 + 0.5 * max(brazen, 0))
        hours = np.cumsum(rng.exponential(1.6 * spread, count))
        category = rng.choice(_STOLEN, count)
        channel = np.where(category == CATEGORY["cash"], CHANNEL["atm"], CHANNEL["card_present"])
        amount = _LEVEL[category] * rng.lognormal(0.55 * brazen - 0.2, 0.45, count)
        pool = 3 if abroad else home
    elif kind == 1:
        tests, uses = 1 + rng.poisson(0.9), 1 + rng.poisson(1.2)
        count = tests + uses
        hours = np.cumsum(rng.exponential(np.r_[np.full(tests, 0.4), np.full(uses, 2.5 * spread)]))
        category = rng.choice(_UNSEEN, count)
        channel = np.full(count, CHANNEL["online"])
        large = _LEVEL[category] * rng.lognormal(0.6 * brazen - 0.1, 0.45, count)
        amount = np.where(np.arange(count) < tests, rng.uniform(0.8, 6, count), large)
        pool = 2
    else:
        count = 1 + rng.poisson(1.0)
        hours = np.cumsum(rng.exponential(5 * spread, count))
        category = np.full(count, CATEGORY["transfers"])
        channel = np.full(count, CHANNEL["transfer"])
        amount = 420 * rng.lognormal(0.6 * brazen, 0.45, count)
        pool = 2
    merchant = code(np.full(count, pool), category, rng.integers(0, 10, count))
    return [hours, amount, category, channel, merchant, np.full(count, country)]


def bursts(rng: np.random.Generator, people: People, left: Ints) -> tuple[Ledger, Ints]:
    """Bursts of everybody, outcome and true probability included, and the kind of each burst."""
    count = max(int(rng.poisson(BURSTS_PER_CUSTOMER * len(people))), 1)
    first, last = np.maximum(people.joined, 0), np.minimum(left, DAYS) - 4
    owner = rng.choice(np.flatnonzero(last > first + 1), count)
    kind = rng.choice(len(KINDS), count, p=_KIND_SHARE)
    brazen = rng.normal(size=count)
    probability = _sigmoid(_INTERCEPT + _BRAZEN * brazen + _EXPOSED * people.exposure[owner])
    outcome = (rng.random(count) < probability).astype(np.int64)
    day = rng.integers(first[owner], last[owner])
    night = rng.random(count) < _sigmoid(-1.0 + 1.4 * brazen)
    hour = np.where(night, rng.uniform(0, 6, count), rng.uniform(9, 20, count))
    home = people.japanese[owner].astype(np.int64)
    start = day + (hour - np.array(HOURS_FROM_UTC)[home]) / 24 + 0.5
    made = [_burst(rng, int(kind[i]), float(brazen[i]), int(home[i])) for i in range(count)]
    number = np.repeat(np.arange(count), [len(columns[0]) for columns in made])
    hours, amount, category, channel, merchant, country = (np.concatenate(c) for c in zip(*made, strict=True))
    rows = ordinary(owner[number], start[number] + hours / 24, amount, category, channel, merchant, country)
    rows = replace(rows, probability=probability[number], fraud=outcome[number], episode=number)
    return rows.rows(np.flatnonzero(rows.time < np.minimum(left, DAYS)[rows.customer])), kind


def stray(rng: np.random.Generator, bought: Ledger, japanese: Ints) -> Ledger:
    """The same purchases, a few of them fraud that nothing gives away."""
    online = bought.channel == CHANNEL["online"]
    chance = _STRAY_ONLINE * online + _STRAY_ABROAD * (online & (bought.country != japanese[bought.customer]))
    fraud = (rng.random(len(bought)) < chance).astype(np.int64)
    return replace(bought, probability=chance, fraud=fraud)


def labels(rng: np.random.Generator, ledger: Ledger, ids: Strings, customer: Strings, kind: Ints) -> Columns:
    """A row for each transaction. A burst is reported as a whole; `known_at` is when its outcome is certain."""
    low, high = DELAY_DAYS
    latest = ledger.time.copy()
    ends = np.full(len(kind) + 1, -1.0)
    inside = ledger.episode >= 0
    np.maximum.at(ends, ledger.episode[inside], ledger.time[inside])
    latest[inside] = ends[ledger.episode[inside]]
    per_burst = low + (high - low - 3) * rng.beta(1.2, 2.2, len(kind) + 1)
    alone = low + (high - low - 3) * rng.beta(1.2, 2.2, len(ledger))
    delay = np.where(inside, per_burst[ledger.episode] + latest - ledger.time, alone)
    delay = np.where(ledger.fraud == 1, np.minimum(delay, high), high)
    names = np.array(["", *KINDS, "stray"])
    of = np.where(inside, kind[ledger.episode] + 1, np.where(ledger.fraud == 1, len(KINDS) + 1, 0))
    return {
        "transaction_id": ids,
        "customer_id": customer,
        "at": to_ms(ledger.time),
        "known_at": to_ms(ledger.time + delay),
        "label": ledger.fraud,
        "probability": ledger.probability,
        "kind": names[np.where(ledger.fraud == 1, of, 0)],
    }
