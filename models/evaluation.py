"""Honest figures: grouped splits, baselines, and intervals that resample customers, not rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Floats = NDArray[np.float64]
Metric = Callable[[Floats, Floats], float]


def expected_calibration_error(labels: Floats, scores: Floats, bins: int = 10) -> float:
    """Mean distance of predicted and observed rates over equal-count bins, weighted by count."""
    order = np.argsort(scores, kind="stable")
    error = 0.0
    for part in np.array_split(order, bins):
        if len(part):
            error += len(part) * abs(float(scores[part].mean()) - float(labels[part].mean()))
    return error / len(labels)


METRICS: dict[str, Metric] = {
    "AUC": lambda y, p: float(roc_auc_score(y, p)),
    "PR-AUC": lambda y, p: float(average_precision_score(y, p)),
    "Brier": lambda y, p: float(brier_score_loss(y, p)),
    "ECE": expected_calibration_error,
}


# With fewer of either outcome an AUC of 1 and its interval of no width are luck that looks like proof.
LEAST_OUTCOMES = 10


class TooLittleDataError(ValueError):
    """A part of the data cannot carry a figure; the message says why."""


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval from a bootstrap over customers."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def check_enough(labels: Floats) -> None:
    """`TooLittleDataError` when there are too few of an outcome to judge anything by."""
    failed = int(labels.sum())
    if min(failed, len(labels) - failed) < LEAST_OUTCOMES:
        raise TooLittleDataError(
            f"{len(labels)} calls, {failed} of them not paid: a figure needs {LEAST_OUTCOMES} of each outcome"
        )


def figures(
    labels: Floats, scores: Floats, groups: NDArray[np.str_], *, seed: int = 0, rounds: int = 400
) -> dict[str, Figure]:
    """Every metric with a customer-clustered bootstrap interval; `TooLittleDataError` below `LEAST_OUTCOMES`."""
    check_enough(labels)
    rng = np.random.default_rng(seed)
    names = np.unique(groups)
    rows = {name: np.flatnonzero(groups == name) for name in names}
    drawn: dict[str, list[float]] = {name: [] for name in METRICS}
    for _ in range(rounds):
        sample = np.concatenate([rows[name] for name in rng.choice(names, size=len(names))])
        if 0 < labels[sample].mean() < 1:
            for name, metric in METRICS.items():
                drawn[name].append(metric(labels[sample], scores[sample]))
    return {
        name: Figure(metric(labels, scores), *(float(x) for x in np.percentile(drawn[name], [2.5, 97.5])))
        for name, metric in METRICS.items()
    }


def difference(
    labels: Floats, scores: Floats, others: Floats, groups: NDArray[np.str_], *, seed: int = 0, rounds: int = 400
) -> Figure:
    """By how much the AUC of `scores` exceeds that of `others` on the same rows, resampling customers."""
    rng = np.random.default_rng(seed)
    names, place = np.unique(groups, return_inverse=True)
    rows = [np.flatnonzero(place == number) for number in range(len(names))]
    auc = METRICS["AUC"]
    drawn = []
    for _ in range(rounds):
        sample = np.concatenate([rows[number] for number in rng.integers(0, len(names), len(names))])
        if 0 < labels[sample].mean() < 1:
            drawn.append(auc(labels[sample], scores[sample]) - auc(labels[sample], others[sample]))
    value = auc(labels, scores) - auc(labels, others)
    return Figure(value, *(float(x) for x in np.percentile(drawn, [2.5, 97.5])))


def split_by_group(groups: NDArray[np.str_], shares: tuple[float, ...], *, seed: int) -> tuple[NDArray[np.intp], ...]:
    """Row positions of each part; no customer is in two parts."""
    names = np.unique(groups)
    np.random.default_rng(seed).shuffle(names)
    bounds = (np.cumsum(shares)[:-1] * len(names)).astype(int)
    return tuple(np.flatnonzero(np.isin(groups, part)) for part in np.split(names, bounds))


def platt(labels: Floats, margins: Floats) -> tuple[float, float]:
    """Platt's slope and intercept by Newton's method on smoothed targets (Platt 1999)."""
    positives, negatives = float(labels.sum()), float(len(labels) - labels.sum())
    target = np.where(labels > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    x = np.column_stack([margins, np.ones(len(margins))])
    beta = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (p - target)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        beta -= step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])
