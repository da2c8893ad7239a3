"""A SYNTHETIC simulator of how customers respond to actions. The true expected rewards are known to it alone.

Rewards are net and in units of 100 of the currency: what is paid or kept because of the action less its cost.
Responses bend and interact, so the linear models of the policy are wrong about them, as they would be in life.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isnan, log1p, nan

import numpy as np
from rapport.inference.actions_catalogue import CODES, Context

from models.evaluation import Floats

SEGMENTS = ("champions", "loyal", "promising", "new", "at-risk", "hibernating")
NOISE = 0.6


def contexts(rng: np.random.Generator, n: int) -> list[Context]:
    """Customers as a morning's list might hold them: a third owes money, some scores are not known."""
    found = []
    for _ in range(n):
        owes = rng.random() < 0.35
        risk, churn = float(rng.beta(2.5, 3) if owes else rng.beta(1.2, 9)), float(rng.beta(1.3, 5))
        found.append(
            Context(
                payment_risk=nan if rng.random() < 0.05 else risk,
                churn=nan if rng.random() < 0.05 else churn,
                value_12m=float(np.exp(rng.normal(5.5, 1.1))),
                segment=str(rng.choice(SEGMENTS)),
                balance_due=float(np.exp(rng.normal(5, 1))) if owes else 0.0,
                days_past_due=int(rng.exponential(25)) if owes else 0,
                fees_90d=float(rng.gamma(2, 8)) if rng.random() < 0.3 else 0.0,
                waivers_12m=int(rng.random() < 0.15),
                contacts_7d=int(rng.poisson(0.7)),
                best_hour=int(rng.integers(9, 20)) if rng.random() < 0.8 else None,
                has_plan=bool(owes and rng.random() < 0.1),
                marketing_consent=bool(rng.random() < 0.6),
            )
        )
    return found


def _rise(x: float, middle: float, steepness: float) -> float:
    return 1 / (1 + exp(-steepness * (x - middle)))


def _expected(c: Context) -> list[float]:
    # Where a score is not known the response is that of an average customer.
    risk = 0.25 if isnan(c.payment_risk) else c.payment_risk
    churn = 0.2 if isnan(c.churn) else c.churn
    value = log1p(c.value_12m) / 5
    tired = 1 - 0.25 * min(c.contacts_7d, 3)
    lapsing = 1.3 if c.segment in ("at-risk", "hibernating") else 0.9
    owed = min(1.0, log1p(c.balance_due) / 6)
    late = min(1.0, c.days_past_due / 60)
    base = 0.5 * value * (1 - churn) - 0.6 * owed * risk
    gains = {
        "no_action": 0.0,
        "payment_reminder": 0.5 * owed * _rise(0.5 - risk, 0.0, 8) * tired - 0.04,
        "instalment_plan": 0.9 * owed * _rise(risk, 0.45, 8) * (0.5 + 0.5 * late) - 0.12,
        "call_back": 0.25 * tired * (0.4 + owed * _rise(risk, 0.3, 5)) - 0.12,
        "retention_offer": 1.4 * churn * value * lapsing * tired - 0.3,
        "fee_waiver": 0.3 * _rise(churn, 0.25, 10) * value + 0.05 * (c.fees_90d > 15) - 0.14,
        "advice_referral": 0.7 * _rise(risk, 0.65, 12) * (0.4 + 0.6 * late) - 0.06,
    }
    return [base + gains[code] for code in CODES]


def expected_rewards(given: Sequence[Context]) -> Floats:
    """n x actions, whether they are allowed or not."""
    return np.array([_expected(c) for c in given])


def rewards(expected: Floats, rng: np.random.Generator) -> Floats:
    """What happens: skewed, as most customers do not respond and some do at length; its mean is what is expected."""
    noise = rng.gamma(1.5, 1.0, len(expected)) - 1.5
    return np.asarray(expected + NOISE * noise, dtype=np.float64)
