"""Applications for credit, and who defaults within twelve months, each with the probability of it.

The form states what people say and what a credit bureau says. Both are noisy views of the hidden ability and
willingness to pay; a default is drawn from the hidden traits and a shock after the loan is paid out.
"""

from __future__ import annotations

import numpy as np

from models.data.bank.people import People
from models.data.bank.period import DAYS, STATEMENTS, Columns, Floats, Ints, to_ms

PER_CUSTOMER = 1.6
# Applications begin three years before the transactions do, so that most outcomes are mature.
FIRST_DAY = -1_095
OUTCOME_DAYS = 365
FORM = (
    "requested_amount", "term_months", "stated_income", "debt_to_income", "credit_utilisation",
    "missed_payments_12m", "months_since_missed", "enquiries_6m", "open_loans", "months_employed", "tenure_months",
)  # fmt: skip


def applications(rng: np.random.Generator, people: People) -> tuple[Columns, Columns]:
    """The forms and their labels, a row for each application; months since a missed payment: NaN if there is none."""
    count = max(int(rng.poisson(PER_CUSTOMER * len(people))), 1)
    day = np.sort(rng.integers(FIRST_DAY, DAYS, count))
    owner = _owners(rng, people, day)
    ability, willingness = people.ability[owner], people.willingness[owner]
    stress = _stress(rng, people, owner, day)
    form = _form(rng, people, owner, day, stress)
    burden = np.log(form["requested_amount"] / form["term_months"] / people.income[owner])
    shock = rng.normal(0, 0.35, count)
    logit = -2.6 - 0.85 * ability - 0.5 * willingness + 0.25 * stress + 0.5 * (burden - burden.mean()) + shock
    probability = 1 / (1 + np.exp(-logit))
    key: Columns = {
        "application_id": np.array([f"A{number + 1:06d}" for number in range(count)], dtype=np.str_),
        "customer_id": np.array(people.customer_id)[owner],
        "at": to_ms(day),
    }
    outcome: Columns = {
        "known_at": to_ms(day + OUTCOME_DAYS),
        "label": (rng.random(count) < probability).astype(np.int64),
        "probability": probability,
    }
    return {**key, **form}, {**key, **outcome}


def _owners(rng: np.random.Generator, people: People, day: Ints) -> Ints:
    """Who applies: any customer who had joined by then, people short of money more often."""
    weight = np.exp(-0.25 * people.ability)
    order = np.argsort(people.joined, kind="stable")
    total = np.cumsum(weight[order])
    known = np.maximum(np.searchsorted(people.joined[order], day, side="right"), 1)
    place = np.searchsorted(total, rng.random(len(day)) * total[known - 1], side="right")
    found: Ints = order[np.minimum(place, known - 1)]
    return found


def _stress(rng: np.random.Generator, people: People, owner: Ints, day: Ints) -> Floats:
    """The customer's stress at the last statement; before the first one, of the same kind but not on record."""
    step = np.searchsorted(STATEMENTS, day, side="right") - 1
    found: Floats = np.where(step >= 0, people.stress[owner, np.maximum(step, 0)], rng.normal(size=len(day)))
    return found


def _form(rng: np.random.Generator, people: People, owner: Ints, day: Ints, stress: Floats) -> dict[str, Floats]:
    count = len(owner)
    ability, willingness, income = people.ability[owner], people.willingness[owner], people.income[owner]
    strain = -0.75 * ability - 0.45 * willingness + 0.35 * stress
    missed = rng.poisson(np.exp(0.6 * strain - 0.6)).astype(np.float64)
    since = np.where(missed > 0, np.ceil(rng.beta(1, 1 + 0.5 * missed) * 12), np.nan)
    return {
        "requested_amount": np.round(income * rng.lognormal(0.4 - 0.05 * ability, 0.6, count) / 50) * 50 + 300,
        "term_months": rng.choice(np.array([12.0, 24.0, 36.0, 48.0, 60.0]), count, p=(0.2, 0.25, 0.3, 0.15, 0.1)),
        "stated_income": np.round(income * rng.lognormal(0.05, 0.12, count), -1),
        "debt_to_income": np.round(np.exp(-1.3 + 0.35 * strain + rng.normal(0, 0.4, count)), 3),
        "credit_utilisation": np.round(1 / (1 + np.exp(-(0.9 * strain - 0.3 + rng.normal(0, 0.9, count)))), 3),
        "missed_payments_12m": missed,
        "months_since_missed": since,
        "enquiries_6m": rng.poisson(np.exp(0.35 * strain - 0.1)).astype(np.float64),
        "open_loans": rng.poisson(np.exp(0.2 * strain + 0.3)).astype(np.float64),
        "months_employed": np.round(rng.gamma(1.6, 30 * np.exp(0.3 * ability))),
        "tenure_months": np.maximum((day - people.joined[owner]) // 30.4, 0),
    }
