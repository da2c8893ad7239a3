"""What customers buy: a Poisson process for purchases whose rate follows their habits, and fixed monthly payments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.data.bank.ledger import CATEGORY, CHANNEL, COUNTRIES, HOURS_FROM_UTC, Ledger, ordinary
from models.data.bank.merchants import ABROAD, code
from models.data.bank.people import People, daily
from models.data.bank.period import DAYS, STATEMENTS, Bools, Floats, Ints, calendar

# By category, in the vocabulary's order: the median amount, its spread (sigma of the logarithm), and how
# often it is bought online by an average customer.
_MEDIAN = np.array([38, 24, 8, 42, 240, 160, 85, 45, 900, 110, 60, 18, 150, 48, 110, 55, 22, 30, 80, 150], float)
_SPREAD = np.array([5, 5, 5, 3, 7, 5, 3, 3, 2, 3, 7, 5, 6, 6, 9, 8, 5, 8, 5, 9], float) / 10
_ONLINE = np.array([8, 12, 10, 0, 85, 70, 90, 90, 30, 80, 5, 5, 60, 45, 50, 30, 50, 60, 0, 0], float) / 100
_AWAY_MIX = np.array([2, 8, 5, 1, 1, 3, 0, 0, 0, 0, 0, 1, 0, 2, 1, 0, 2, 0, 1, 0], float)
# Fixed payments: category, channel, median amount, how many customers have one.
_FIXED = (
    ("housing", "direct_debit", 900.0, 0.22),
    ("utilities", "direct_debit", 75.0, 0.45),
    ("telecom", "direct_debit", 42.0, 0.5),
    ("insurance", "direct_debit", 95.0, 0.3),
    ("entertainment", "online", 12.0, 0.4),
)
_WEEK = 7
# Dissatisfied people have cut down well before the statement after which they leave.
_TURNS = 0.5


@dataclass(frozen=True)
class FixedPayments:
    """Columns over payments of a month: whose, which of `_FIXED`, on which day of the month, how much.

    `until`: the first day without it. Dissatisfied people move their payments to another bank first.
    """

    customer: Ints
    kind: Ints
    day_of_month: Ints
    amount: Floats
    until: Ints

    def per_customer(self, count: int, day: int) -> Ints:
        """How many each customer still has on that day."""
        return np.bincount(self.customer[self.until > day], minlength=count).astype(np.int64)


def fixed_payments(rng: np.random.Generator, people: People) -> FixedPayments:
    """Draw who pays what every month; regular people have more of them."""
    lean = 0.6 + 0.6 * people.regularity
    has = rng.random((len(people), len(_FIXED))) < np.array([share for *_, share in _FIXED]) * lean[:, None]
    customer, kind = (found.astype(np.int64) for found in np.nonzero(has))
    level = np.array([median for _, _, median, _ in _FIXED])[kind]
    richer = np.sqrt(people.income[customer] / np.median(people.income))
    return FixedPayments(
        customer=customer,
        kind=kind,
        day_of_month=rng.integers(1, 29, len(customer)),
        amount=level * richer * rng.lognormal(0, 0.25, len(customer)),
        until=_until(rng, people.dissatisfaction[customer]),
    )


def _until(rng: np.random.Generator, dissatisfaction: Floats) -> Ints:
    """The statement after which each payment is moved away, `DAYS` for those that stay."""
    moved = rng.random(dissatisfaction.shape) < 1 / (1 + np.exp(-(1.6 * dissatisfaction - 4.2)))
    found: Ints = np.where(moved.any(axis=1), np.array(STATEMENTS)[moved.argmax(axis=1)], DAYS)
    return found


def pay(rng: np.random.Generator, people: People, fixed: FixedPayments, left: Ints) -> Ledger:
    """The fixed payments of every month while the customer is there, two hours after midnight or so, UTC."""
    _, day_of_month, month = calendar()
    row, day = np.nonzero(fixed.day_of_month[:, None] == day_of_month[None, :])
    customer, kind = fixed.customer[row], fixed.kind[row]
    here = (day >= people.joined[customer]) & (day < np.minimum(left[customer], fixed.until[row]))
    row, day, customer, kind = row[here], day[here], customer[here], kind[here]
    category = np.array([CATEGORY[name] for name, *_ in _FIXED])[kind]
    seasonal = 1 + 0.25 * (category == CATEGORY["utilities"]) * np.cos(2 * np.pi * (month[day] - 1) / 12)
    home = people.japanese[customer].astype(np.int64)
    return ordinary(
        customer,
        day + rng.uniform(0.05, 0.12, len(row)),
        fixed.amount[row] * seasonal,
        category,
        np.array([CHANNEL[channel] for _, channel, *_ in _FIXED])[kind],
        code(home, category, people.taste[customer] + kind),
        home,
    )


def travels(rng: np.random.Generator, people: People) -> Ints:
    """Where each customer is each day, `(n, DAYS)`: 0 at home, otherwise 1 + position in `ABROAD`."""
    where = np.zeros((len(people), DAYS), dtype=np.int64)
    trips = rng.poisson(9 * people.abroad)
    for customer in np.repeat(np.arange(len(people)), trips):
        start = int(rng.integers(0, DAYS))
        where[customer, start : start + int(rng.integers(3, 15))] = 1 + int(rng.integers(0, len(ABROAD)))
    return where


def intensity(rng: np.random.Generator, people: People, where: Ints) -> Floats:
    """Purchases a day of a customer who stays, `(n, DAYS)`, up to one factor for everybody."""
    weekday, day_of_month, month = calendar()
    season = 1 + 0.22 * (month == 12) + 0.08 * np.isin(month, (7, 8)) - 0.1 * (month == 2)
    rate = people.rate[:, None] * people.weekday[:, weekday] * season[None, :]
    since = (day_of_month[None, :] - people.pay_day[:, None]) % 30
    rate *= 1 + 0.45 * (since < 4)
    rate *= np.exp(-0.75 * daily(people.dissatisfaction, _TURNS) - 0.1 * daily(people.stress))
    rate *= 1 + 0.6 * (where > 0)
    shape = 1 + 9 * people.regularity
    weeks = rng.gamma(shape[:, None], 1 / shape[:, None], (len(people), -(-DAYS // _WEEK)))
    rate *= np.repeat(weeks, _WEEK, axis=1)[:, :DAYS]
    here: Floats = rate * (np.arange(DAYS)[None, :] >= people.joined[:, None])
    return here


def present(left: Ints) -> Bools:
    """Whether the customer has not left, `(n, DAYS)`."""
    found: Bools = np.arange(DAYS)[None, :] < left[:, None]
    return found


def _draw(rng: np.random.Generator, weights: Floats) -> Ints:
    """One position for each row of `weights`, `(rows, k)`."""
    bounds = np.cumsum(weights, axis=1)
    found: Ints = (rng.random((len(weights), 1)) * bounds[:, -1:] > bounds).sum(axis=1)
    return found


def purchases(rng: np.random.Generator, people: People, rate: Floats, where: Ints, left: Ints) -> Ledger:
    """Draw purchases with `rate` a day, then what each is. Those at or after leaving are not there."""
    customer, day = np.nonzero(counts := rng.poisson(rate))
    repeats = counts[customer, day]
    customer, day = np.repeat(customer, repeats), np.repeat(day, repeats)
    away = where[customer, day] > 0
    category = _draw(rng, np.where(away[:, None], _AWAY_MIX, people.mix[customer]))
    online = rng.random(len(day)) < np.minimum(_ONLINE[category] * (0.35 + 1.6 * people.online[customer]), 0.97)
    online &= ~away
    channel = np.where(online, CHANNEL["online"], CHANNEL["card_present"])
    channel[category == CATEGORY["cash"]] = CHANNEL["atm"]
    channel[category == CATEGORY["transfers"]] = CHANNEL["transfer"]
    hour = np.clip(rng.normal(people.hour[customer] + 2.5 * online, np.where(online, 4.5, 3.2)), 0.2, 23.8)
    home = people.japanese[customer].astype(np.int64)
    time = day + (hour - np.array(HOURS_FROM_UTC)[home]) / 24
    richer = np.sqrt(people.income[customer] / np.median(people.income))
    amount = _MEDIAN[category] * richer * np.exp(rng.normal(0, 1, len(day)) * _SPREAD[category]) * (1 + 0.15 * away)
    amount *= np.exp(-0.15 * daily(people.dissatisfaction, _TURNS)[customer, day])
    cash = category == CATEGORY["cash"]
    amount[cash] = np.maximum(np.round(amount[cash] / 20) * 20, 20)
    foreign = away | (online & (rng.random(len(day)) < 0.25 * people.abroad[customer]))
    pool = np.where(away, 3, np.where(online, 2, home))
    rank = np.minimum(rng.geometric(0.3 + 0.4 * people.regularity[customer]) - 1, 9)
    country = np.where(away, where[customer, day] + 1, home)
    country = np.where(foreign & ~away, rng.integers(2, len(COUNTRIES), len(day)), country)
    made = ordinary(
        customer, time, amount, category, channel, code(pool, category, people.taste[customer] + rank), country
    )
    start = np.maximum(people.joined, 0)[customer]
    return made.rows(np.flatnonzero((time >= start) & (time < left[customer]) & (time < DAYS)))


def refunds(rng: np.random.Generator, bought: Ledger, left: Ints) -> Ledger:
    """Goods sent back, 2 to 20 days later, whole or in part; `refund_of` is the row in `bought`."""
    goods = np.isin(bought.category, [CATEGORY[name] for name in ("clothing", "electronics", "home", "travel")])
    back = (rng.random(len(bought)) < np.where(goods, 0.07, 0.006)) & (bought.channel <= CHANNEL["online"])
    time = bought.time + rng.uniform(2, 20, len(bought))
    rows = np.flatnonzero(back & (time < left[bought.customer]) & (time < DAYS))
    whole = rng.random(len(rows)) < 0.75
    part = np.where(whole, 1.0, rng.uniform(0.2, 0.9, len(rows)))
    amount = -np.maximum(np.round(bought.amount[rows] * part, 2), 0.01)
    same = ("category", "channel", "merchant", "country")
    columns = (bought.customer[rows], time[rows], amount, *(getattr(bought, name)[rows] for name in same))
    return replace(ordinary(*columns), amount=amount, refund_of=rows)
