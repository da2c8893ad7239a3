"""The Bayes ceiling: what the best possible model would reach, one that knows the true probabilities.

Expected over the drawing of outcomes, so that the figure belongs to the bank and not to one draw of it. No feature
holds the hidden state in full, so a real model stays below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from models.data.bank.period import Columns, Floats


@dataclass(frozen=True)
class Ceiling:
    """`auc`, `ap`: expected; `drawn_auc`, `drawn_ap`: of the true probabilities on the outcomes as they fell."""

    rows: int
    positives: int
    prevalence: float
    expected_prevalence: float
    auc: float
    ap: float
    drawn_auc: float
    drawn_ap: float


def expected_auc(probability: Floats) -> float:
    """Of ranking by `probability` when outcomes are drawn by it: weighted pairs, ties half; NaN if one-sided."""
    values, place = np.unique(probability, return_inverse=True)
    up = np.bincount(place, weights=probability, minlength=len(values))
    down = np.bincount(place, weights=1 - probability, minlength=len(values))
    below = np.cumsum(down) - down
    pairs = up.sum() * down.sum()
    return float((up * (below + 0.5 * down)).sum() / pairs) if pairs > 0 else float("nan")


def expected_ap(probability: Floats) -> float:
    """Average precision of the same ranking: expected positives by rank, ties taken together."""
    values, place = np.unique(-probability, return_inverse=True)
    up = np.bincount(place, weights=probability, minlength=len(values))
    rows = np.cumsum(np.bincount(place, minlength=len(values)))
    total = up.sum()
    return float((up * np.cumsum(up) / rows).sum() / total) if total > 0 else float("nan")


def ceiling(labels: Columns) -> Ceiling:
    """Of one task's labels, with columns `label` and `probability`."""
    y, p = labels["label"].astype(np.float64), labels["probability"].astype(np.float64)
    both = 0 < y.sum() < len(y)
    return Ceiling(
        rows=len(y),
        positives=int(y.sum()),
        prevalence=float(y.mean()),
        expected_prevalence=float(p.mean()),
        auc=expected_auc(p),
        ap=expected_ap(p),
        drawn_auc=float(roc_auc_score(y, p)) if both else float("nan"),
        drawn_ap=float(average_precision_score(y, p)) if both else float("nan"),
    )
