"""The demonstration bank in one call. SYNTHETIC: no figure from it is real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.bank import churn, credit, fraud, spending
from models.data.bank.accounts import Books, figures, open_books
from models.data.bank.calls import BankCall, calls_before, make_calls
from models.data.bank.ledger import COUNTRIES, Ledger, join
from models.data.bank.merchants import NAMES
from models.data.bank.people import People, make_people
from models.data.bank.period import CUTOFF_DAYS, DAYS, END_MS, START_MS, Columns, Floats, Strings, to_ms

CUSTOMERS = 1_000
TRANSACTIONS_PER_CUSTOMER = 88
CURRENCY = "USD"
TASKS = ("churn", "fraud", "credit", "payment")
# Refunds and bursts come on top of purchases and fixed payments.
_SHARE_OF_OWN = 0.966


@dataclass(frozen=True)
class Bank:
    """A made-up bank over 18 months.

    `customers`: dicts of the fields of `rapport.customers.model.Customer`, as of the end.
    `transactions`: columns named as the fields of `Transaction`, sorted by (customer, at); `refund_of` beside them
    names the purchase that a refund refers to, empty otherwise.
    `applications`: the forms, columns. `calls`: in order of time.
    `labels`: by task, columns with at least customer_id, at, known_at (both epoch ms), label and the true
    probability; fraud names the transaction, credit the application, payment the contact.
    """

    seed: int
    customers: list[dict[str, Any]]
    kana: list[str]
    transactions: Columns
    refund_of: Strings
    applications: Columns
    calls: tuple[BankCall, ...]
    labels: dict[str, Columns]


def generate(seed: int = 7, customers: int = CUSTOMERS) -> Bank:
    """The whole bank; the same seed and size give the same bank. `ValueError` where no bank has that size."""
    # A stream of its own for each part, so that a change of one part leaves the others as they were.
    streams = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(8))
    people = make_people(next(streams), customers)
    rng = next(streams)
    fixed = spending.fixed_payments(rng, people)
    payments = np.column_stack([fixed.per_customer(customers, cutoff) for cutoff in CUTOFF_DAYS])
    leaving = churn.leave(next(streams), people, payments)
    where = spending.travels(rng, people)
    rate = spending.intensity(rng, people, where)
    monthly = spending.pay(rng, people, fixed, leaving.day)
    here = spending.present(leaving.day)
    rate *= max(_SHARE_OF_OWN * TRANSACTIONS_PER_CUSTOMER * customers - len(monthly), 0.0) / float((rate * here).sum())
    bought = join([spending.purchases(rng, people, rate * here, where, leaving.day), monthly])
    rng = next(streams)
    bought = fraud.stray(rng, bought, people.japanese.astype(np.int64))
    unusual, kind = fraud.bursts(rng, people, leaving.day)
    back = spending.refunds(next(streams), bought, leaving.day)
    ledger = join([bought, back, unusual])
    ledger = ledger.rows(np.lexsort((ledger.time, ledger.customer)).astype(np.int64))
    transactions, refund_of = _columns(people, ledger)
    forms, repaid = credit.applications(next(streams), people)
    rng = next(streams)
    books = open_books(rng, people)
    calls, paid = make_calls(rng, people, books, ledger, leaving.day)
    labels = {
        "churn": churn.labels(people, leaving, rate, payments, ledger),
        "fraud": fraud.labels(next(streams), ledger, transactions["transaction_id"], transactions["customer_id"], kind),
        "credit": repaid,
        "payment": paid,
    }
    described = _customers(rng, people, books, paid)
    return Bank(seed, described, people.kana, transactions, refund_of, forms, calls, labels)


def _columns(people: People, ledger: Ledger) -> tuple[Columns, Strings]:
    """The ledger in words. Transactions are numbered in order of time."""
    number = np.empty(len(ledger), dtype=np.int64)
    number[np.argsort(ledger.time, kind="stable")] = np.arange(1, len(ledger) + 1)
    ids = np.char.add("T", np.char.zfill(number.astype(np.str_), 8))
    refund_of = np.where(ledger.refund_of >= 0, ids[ledger.refund_of], "")
    return {
        "transaction_id": ids,
        "customer_id": np.array(people.customer_id)[ledger.customer],
        "at": to_ms(ledger.time),
        "amount": ledger.amount,
        "currency": np.full(len(ledger), CURRENCY),
        "category": np.array(CATEGORIES)[ledger.category],
        "channel": np.array(CHANNELS)[ledger.channel],
        "merchant": NAMES[ledger.merchant],
        "country": np.array(COUNTRIES)[ledger.country],
    }, refund_of


def _segments(income: Floats) -> Strings:
    """By income alone: what a marketing department would have, not what a model finds."""
    place = np.searchsorted(np.quantile(income, [0.3, 0.85]), income)
    found: Strings = np.array(["basic", "standard", "premium"])[place]
    return found


def _customers(rng: np.random.Generator, people: People, books: Books, paid: Columns) -> list[dict[str, Any]]:
    """The fields of `Customer` as of the end; None where not known."""
    everybody = np.arange(len(people))
    known = figures(rng, people, books, everybody, np.full(len(people), DAYS))
    owner = np.searchsorted(np.array(people.customer_id), paid["customer_id"])
    time: Floats = (paid["at"] - START_MS) / (END_MS - START_MS) * DAYS
    known["calls_90d"] = calls_before(owner, time, everybody, np.full(len(people), float(DAYS))).astype(np.float64)
    joined, segment = to_ms(people.joined), _segments(people.income)
    return [
        {
            "customer_id": people.customer_id[row],
            "name": people.name[row],
            "phone": people.phone[row],
            "language": "ja-JP" if people.japanese[row] else "en-US",
            "vip": bool(people.vip[row]),
            "email": f"{people.customer_id[row].lower()}@example.com",
            "segment": str(segment[row]),
            "joined_at": int(joined[row]),
            **{name: _plain(name, float(values[row])) for name, values in known.items()},
        }
        for row in range(len(people))
    ]


_FRACTIONS = frozenset({"balance_due", "credit_utilisation", "promises_kept_share"})


def _plain(name: str, value: float) -> float | int | None:
    if np.isnan(value):
        return None
    return value if name in _FRACTIONS else int(value)
