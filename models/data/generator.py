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
from rapport.calls.model import Role, Sentiment
from rapport.calls.records import Category, Turn

from models.data.phrases import PHRASES

CUSTOMERS = 339
CALLS = 1_058
DAYS = 365
# Contact Lens labels turns and matches categories only where it is switched on for both.
LABELLED_SHARE = 0.6

# How each kind of turn is labelled, as (positive, negative) shares; the rest is neutral. Recognisers err.
_LABELS = {
    "positive": (0.75, 0.02),
    "negative": (0.02, 0.75),
    "trouble": (0.02, 0.6),
    "refusal": (0.02, 0.6),
    "dispute": (0.02, 0.45),
    "complaint": (0.02, 0.65),
    "cancel": (0.03, 0.25),
    "promise": (0.15, 0.08),
    "agent_greeting": (0.35, 0.01),
    "agent_empathy": (0.2, 0.25),
    "agent_closing": (0.6, 0.01),
}
_OTHER_LABELS = (0.07, 0.07)
# Rules an instance would have, and how often they match a turn of the kind.
_RULES = {
    "trouble": ("Hardship", 0.55),
    "complaint": ("Complaint", 0.6),
    "refusal": ("Refusal", 0.5),
    "cancel": ("Cancellation", 0.6),
}
_FILLERS = {"en-US": ("uh ", "um ", "well ", "so ", "you know "), "ja-JP": ("えーと、", "あの、", "その、", "まあ、")}
_MARKS = ("[noise] ", "<unk> ", "[laughter] ")


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
    """A call: its day (0 to 364), finished turns, matched categories, true probability and drawn outcome."""

    contact_id: str
    customer: SyntheticCustomer
    day: int
    turns: tuple[Turn, ...]
    categories: tuple[Category, ...]
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
    turns, categories = _talk(rng, customer, ability)
    return SyntheticCall(
        contact_id=f"synthetic-{number:05d}",
        customer=customer,
        day=int(rng.integers(0, DAYS)),
        turns=turns,
        categories=categories,
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


def _script(rng: np.random.Generator, customer: SyntheticCustomer, ability: float) -> Iterator[tuple[Role, str]]:
    yield Role.AGENT, "agent_greeting"
    for kind in _plan(rng, ability, customer.willingness):
        yield Role.CUSTOMER, kind
        if rng.random() < 0.85:
            yield Role.AGENT, "agent_empathy" if kind in {"trouble", "negative", "refusal"} else "agent_question"
    yield Role.AGENT, "agent_closing"


def _heard(rng: np.random.Generator, text: str, language: str) -> str:
    """The sentence as a recogniser gives it: fillers, noise marks, a word lost now and then."""
    if language == "en-US" and rng.random() < 0.08 and text.count(" ") > 3:
        words = text.split(" ")
        del words[int(rng.integers(0, len(words)))]
        text = " ".join(words)
    if rng.random() < 0.2:
        text = str(rng.choice(np.array(_FILLERS[language]))) + text
    if rng.random() < 0.04:
        text = str(rng.choice(np.array(_MARKS))) + text
    return text


def _label(rng: np.random.Generator, kind: str) -> Sentiment:
    positive, negative = _LABELS.get(kind, _OTHER_LABELS)
    draw = float(rng.random())
    if draw < positive:
        return Sentiment.POSITIVE
    return Sentiment.NEGATIVE if draw < positive + negative else Sentiment.NEUTRAL


def _talk(
    rng: np.random.Generator, customer: SyntheticCustomer, ability: float
) -> tuple[tuple[Turn, ...], tuple[Category, ...]]:
    """The turns in order of their times, and the categories that matched."""
    phrases = PHRASES[customer.language]
    stress = -ability
    labelled = rng.random() < LABELLED_SHARE
    # Tempo is mostly the people's own: were it tied to the hidden traits, a model would read them off the gaps.
    pace = float(np.clip(rng.normal(150 + 3 * stress, 20), 90, 230))
    pause = float(rng.normal(900 + 60 * stress, 350))
    clock = int(rng.integers(300, 2500))
    turns: list[Turn] = []
    matched: dict[str, list[tuple[int, int]]] = {}
    for number, (role, kind) in enumerate(_script(rng, customer, ability)):
        text = _heard(rng, str(rng.choice(np.array(phrases[kind]))), customer.language)
        length = len(text.split()) if customer.language == "en-US" else len(text) / 2
        end = clock + int(60_000 * max(length, 1) / pace * float(rng.uniform(0.8, 1.25)))
        label = _label(rng, kind)
        turns.append(
            Turn(
                id=f"turn-{number:03d}",
                role=role,
                participant_id=role.value,
                content=text,
                begin_ms=clock,
                end_ms=end,
                sentiment=label if labelled else None,
            )
        )
        rule, share = _RULES.get(kind, ("", 0.0))
        if labelled and rng.random() < share:
            matched.setdefault(rule, []).append((clock, end))
        gap = float(rng.normal(pause, 900))
        clock = max(clock + 200, end + int(gap))
    return tuple(turns), tuple(Category(name, tuple(points)) for name, points in matched.items())


def generate(seed: int = 7, customers: int = CUSTOMERS, calls: int = CALLS) -> list[SyntheticCall]:
    """The whole bank. Each customer has at least one call; the others fall where they fall."""
    rng = np.random.default_rng(seed)
    people = [make_customer(rng, number) for number in range(customers)]
    owners = [*range(customers), *rng.integers(0, customers, size=calls - customers).tolist()]
    return [make_call(rng, people[owner], number) for number, owner in enumerate(owners)]
