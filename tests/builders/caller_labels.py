"""Builders of labelled calls: lines of the exported file, with SYNTHETIC callers' features behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapport.inference.caller_features import DAY_MS, FEATURES

from models.data.caller_labels import LabelLine
from models.data.callers import generate

BEGIN = 1_760_000_000_000
DAYS = 60


def labelled(seed: int, labels: int, *, callers: int, campaigns: int = 20) -> list[LabelLine]:
    """Labels over `DAYS` days of so many numbers; half of the spam is in one of so many campaigns, a day or two each.

    No two labels are of the same moment, and none knows a block list, as in the table.
    """
    made = generate(seed, labels)
    rng = np.random.default_rng(seed)
    moments = BEGIN + rng.choice(DAYS * DAY_MS // 1_000, labels, replace=False) * 1_000
    numbers = rng.integers(0, callers, labels)
    together = made.spam & (rng.random(labels) < 0.5)
    lines = []
    for row, spam, at, number, member in zip(made.x, made.spam, moments, numbers, together, strict=True):
        known = {name: float(value) for name, value in zip(FEATURES, row, strict=True) if not np.isnan(value)}
        lines.append(
            LabelLine(
                caller=f"n_{number:06}",
                at=int(at),
                spam=bool(spam),
                probability=0.1,
                model=0.1,
                campaign=f"c-{(at - BEGIN) * campaigns // (DAYS * DAY_MS)}" if member else None,
                features=known | {"blocklist_hits": 0.0},
            )
        )
    return lines


def write(lines: Sequence[LabelLine], path: Path) -> Path:
    """The file of these lines."""
    path.write_text("".join(each.model_dump_json() + "\n" for each in lines))
    return path
