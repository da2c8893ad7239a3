"""SYNTHETIC sequences of a bank's customers: what they buy and by which channel, with the true next probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapport.inference.behaviour import HOUR_MS, Past

from models.evaluation import Floats

START = 1_700_000_000_000


@dataclass(frozen=True)
class Life:
    """One customer. `truth[i]` are the probabilities from which action i was drawn: they know the customer's hidden
    habits and mood, which no model can see."""

    customer: str
    past: tuple[Past, ...]
    truth: Floats


def generate(seed: int, customers: int, actions: tuple[str, ...], length: int = 88) -> list[Life]:
    """Habits (Dirichlet), a pull towards what follows what (shared), loyalty to the last action, and changes.

    Some customers change their habits once; the pull of a habit weakens after a long pause.
    """
    rng = np.random.default_rng(seed)
    k = len(actions)
    follows = rng.dirichlet(np.full(k, 0.4), k)
    popular = rng.dirichlet(np.full(k, 2.0))
    return [_life(rng, f"C{i:05d}", actions, follows, popular, length) for i in range(customers)]


def _life(
    rng: np.random.Generator, name: str, actions: tuple[str, ...], follows: Floats, popular: Floats, length: int
) -> Life:
    k = len(actions)
    habit = rng.dirichlet(popular * k * 0.5 + 0.02)
    later = rng.dirichlet(popular * k * 0.5 + 0.02) if rng.random() < 0.3 else habit
    turn = rng.integers(length // 4, length)
    pull, loyalty = rng.beta(2, 5), rng.beta(2, 8)
    count = int(rng.integers(5, 2 * length - 5))
    gaps = rng.exponential(rng.gamma(2.0, 70.0), count) * HOUR_MS
    at = START + np.cumsum(gaps).astype(np.int64)
    past: list[Past] = []
    truth = np.empty((count, k))
    code = int(rng.choice(k, p=habit))
    for i in range(count):
        usual = habit if i < turn else later
        fresh = np.exp(-gaps[i] / (400 * HOUR_MS))
        weights = np.array([pull, loyalty]) * fresh / max(1.0, pull + loyalty)
        truth[i] = weights[0] * follows[code] + weights[1] * np.eye(k)[code] + (1 - weights.sum()) * usual
        truth[i] = np.maximum(truth[i], 1e-12) / np.maximum(truth[i], 1e-12).sum()
        code = int(rng.choice(k, p=truth[i]))
        past.append(Past(actions[code], int(at[i])))
    return Life(name, tuple(past), truth)
