"""SYNTHETIC call counts per slot of a day, for lines of different size and opening days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from rapport.inference.forecast import Day

START = date(2024, 1, 1)


def generate(seed: int = 7, *, days: int = 130, slots: int = 24, weekends: bool = False) -> list[Day]:
    """Counts of one line: weekday and month-start effects, holidays, a drifting level, Poisson noise around a shock."""
    rng = np.random.default_rng(seed)
    hour = (np.arange(slots) + 0.5) / slots
    shape = 0.15 + np.exp(-((hour - 0.35) ** 2) / 0.02) + 0.8 * np.exp(-((hour - 0.65) ** 2) / 0.03)
    size, month_start = rng.lognormal(4.0, 0.8) * slots, rng.uniform(0.05, 0.3)
    weekday = np.r_[1.2, 1.05, 1.0, 0.97, 1.0, 0.6, 0.5] * rng.normal(1, 0.03, 7)
    found: list[Day] = []
    level, closed, number = 1.0, 0, -1
    while len(found) < days:
        number += 1
        on = START + timedelta(days=number)
        level *= float(np.exp(rng.normal(0, 0.01)))
        if (on.weekday() > 4 and not weekends) or rng.random() < 0.02:
            closed += on.weekday() < 5
            continue
        total = size * level * weekday[on.weekday()] * (1 + month_start * (on.day <= 4)) * (1.2 if closed else 1.0)
        mean = total * shape / shape.sum() * np.exp(rng.normal(0, 0.04))
        found.append(Day(on, tuple(float(count) for count in rng.poisson(mean))))
        closed = 0
    return found
