"""A made-up bank's calls, seeded: customers, transcripts and outcomes. SYNTHETIC: no figure from it is real.

Two hidden traits of a customer (ability and willingness to pay) drive the account's figures, what is said
in a call, and, with chance, whether the customer fails to pay. Only what is said and the account's figures
are shown to a model, through the same feature code that runs live. Because the true probability is known,
the best possible AUC (the Bayes ceiling) is known too and is printed with every result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapport.calls.model import Role
from rapport.calls.records import Turn

from models.data.phrases import PHRASES

CUSTOMERS = 339
CALLS = 1_058
DAYS = 365


@dataclass(frozen=True)
class SyntheticCustomer:
    """A customer with hidden traits; `features` are what a bank would know (NaN: not known)."""

    customer_id: str
    language: str
    ability: float
    willingness: float
    features: dict[str, float]


@dataclass(frozen=True)
class SyntheticCall:
    """A call: its day (0 to 364), the finished turns, the true probability and the drawn outcome."""

    contact_id: str
    customer: SyntheticCustomer
    day: int
    turns: tuple[Turn, ...]
    probability: float
    failed_to_pay: bool


def _sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def make_customer(rng: np.random.Generator, number: int) -> SyntheticCustomer:
    """Draw one customer."""
    ability, willingness = (float(x) for x in rng.normal(size=2))
    stress = -0.8 * ability - 0.5 * willingness
    days = max(0.0, float(rng.normal(18 * stress, 12)))
    known = rng.random() > 0.08
    features = {
        "days_past_due": round(days),
        "missed_payments_12m": float(rng.poisson(np.exp(0.55 * stress - 0.4))),
        "balance_due": round(float(np.exp(rng.normal(6.5 + 0.2 * stress, 0.8))), 2),
        "credit_utilisation": round(_sigmoid(float(rng.normal(0.8 * stress, 0.9))), 3),
        "tenure_months": float(rng.integers(1, 180)),
        "promises_kept_share": (
            round(_sigmoid(float(rng.normal(1.2 * willingness + 0.5, 0.8))), 2) if rng.random() < 0.6 else np.nan
        ),
        "calls_90d": float(rng.poisson(np.exp(0.3 * stress + 0.2))),
    }
    return SyntheticCustomer(
        customer_id=f"S{number:05d}",
        language="ja-JP" if rng.random() < 0.5 else "en-US",
        ability=ability,
        willingness=willingness,
        features=features if known else dict.fromkeys(features, np.nan),
    )


def make_call(rng: np.random.Generator, customer: SyntheticCustomer, number: int) -> SyntheticCall:
    """Draw one call of a customer."""
    shock = float(rng.normal(0, 0.8))
    ability = customer.ability + shock
    logit = -1.3 - 1.7 * ability - 1.2 * customer.willingness + float(rng.normal(0, 0.4))
    probability = _sigmoid(logit)
    return SyntheticCall(
        contact_id=f"synthetic-{number:05d}",
        customer=customer,
        day=int(rng.integers(0, DAYS)),
        turns=tuple(_turns(rng, customer, ability)),
        probability=probability,
        failed_to_pay=bool(rng.random() < probability),
    )


def _plan(rng: np.random.Generator, ability: float, willingness: float) -> list[str]:
    """What the customer says, turn by turn, without the agent."""
    weights = {
        "neutral": 3.0,
        "positive": 0.7 * np.exp(0.4 * ability + 0.2 * willingness),
        "negative": 0.6 * np.exp(-0.4 * ability - 0.2 * willingness),
        "trouble": 0.9 * np.exp(-0.75 * ability),
        "promise": 0.55 * np.exp(0.6 * willingness + 0.2 * ability),
        "hedge": 0.3 * np.exp(-0.3 * willingness),
        "refusal": 0.1 * np.exp(-1.0 * willingness),
        "dispute": 0.18 * np.exp(-0.4 * willingness),
        "arrangement": 0.45 * np.exp(-0.4 * ability + 0.3 * willingness),
        "cancel": 0.08,
        "complaint": 0.12 * np.exp(-0.4 * willingness),
    }
    kinds = list(weights)
    share = np.array([weights[kind] for kind in kinds])
    count = int(rng.integers(4, 13))
    return [str(kind) for kind in rng.choice(kinds, size=count, p=share / share.sum())]


def _turns(rng: np.random.Generator, customer: SyntheticCustomer, ability: float) -> Iterator[Turn]:
    phrases = PHRASES[customer.language]
    stress = -ability
    pace = float(np.clip(rng.normal(150 + 8 * stress, 20), 90, 230))
    clock = int(rng.integers(300, 2500))
    script: list[tuple[Role, str]] = [(Role.AGENT, "agent_greeting")]
    for kind in _plan(rng, ability, customer.willingness):
        script.append((Role.CUSTOMER, kind))
        reply = "agent_empathy" if kind in {"trouble", "negative", "refusal"} else "agent_question"
        if rng.random() < 0.85:
            script.append((Role.AGENT, reply))
    script.append((Role.AGENT, "agent_closing"))
    for number, (role, kind) in enumerate(script):
        text = str(rng.choice(np.array(phrases[kind])))
        length = len(text.split()) if customer.language == "en-US" else len(text) / 2
        duration = int(60_000 * max(length, 1) / pace * float(rng.uniform(0.8, 1.25)))
        yield Turn(
            id=f"turn-{number:03d}",
            role=role,
            participant_id=role.value,
            content=text,
            begin_ms=clock,
            end_ms=clock + duration,
        )
        gap = float(rng.normal(900 + 350 * max(stress, 0), 900))
        clock = max(clock + 200, clock + duration + int(gap))


def generate(seed: int = 7, customers: int = CUSTOMERS, calls: int = CALLS) -> list[SyntheticCall]:
    """The whole bank. Each customer has at least one call; the others fall where they fall."""
    rng = np.random.default_rng(seed)
    people = [make_customer(rng, number) for number in range(customers)]
    owners = [*range(customers), *rng.integers(0, customers, size=calls - customers).tolist()]
    return [make_call(rng, people[owner], number) for number, owner in enumerate(owners)]
