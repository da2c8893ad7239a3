"""Figures with intervals from a bootstrap over groups, fast enough for hundreds of resamples of a large table.

A resample is a vector of row weights (how often its group was drawn), so that scores are sorted once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.evaluation import Figure, Floats
from models.tabular.table import Positions

NAMES = ("AUC", "PR-AUC", "Brier", "ECE", "lift in top 10 %", "recall at 0.5 % FPR", "precision at 100")
_BINS = 10


class Judge:
    """Labels and scores of one part, ready to be weighed again and again."""

    def __init__(self, y: Floats, p: Floats) -> None:
        self._order = np.argsort(-p, kind="stable")
        self._y, self._p = y[self._order], p[self._order]
        # Rows of equal score stand or fall together: the last row of each run of equals.
        self._ends = np.flatnonzero(np.append(np.diff(self._p) != 0, True))

    def figures(self, weights: Floats | None = None) -> dict[str, float]:
        """Every figure of `NAMES`; ECE in tenths of equal count. NaN where a resample has one outcome only."""
        w = np.ones(len(self._y)) if weights is None else weights[self._order]
        positives, total = w * self._y, float(w.sum())
        hits, seen = np.cumsum(positives)[self._ends], np.cumsum(w)[self._ends]
        good, bad = float(hits[-1]), float(seen[-1] - hits[-1])
        if not good or not bad:
            return dict.fromkeys(NAMES, float("nan"))
        tpr, fpr = hits / good, (seen - hits) / bad
        before = np.concatenate([[0.0], tpr[:-1]])
        step = np.diff(fpr, prepend=0.0)
        precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
        return {
            "AUC": float(np.sum(step * (tpr + before) / 2)),
            "PR-AUC": float(np.sum((tpr - before) * precision)),
            "Brier": float(np.sum(w * (self._p - self._y) ** 2) / total),
            "ECE": self._calibration(w, total),
            "lift in top 10 %": float(
                np.interp(0.1 * total, _from0(seen), _from0(hits)) / (0.1 * total) / (good / total)
            ),
            "recall at 0.5 % FPR": float(tpr[np.searchsorted(fpr, 0.005, side="right") - 1])
            if fpr[0] <= 0.005
            else 0.0,
            "precision at 100": float(np.interp(min(100, total), _from0(seen), _from0(hits)) / min(100, total)),
        }

    def auc(self, weights: Floats) -> float:
        return self.figures(weights)["AUC"]

    def _calibration(self, w: Floats, total: float) -> float:
        reached = np.cumsum(w) - w / 2
        bins = np.minimum((reached / total * _BINS).astype(int), _BINS - 1)
        # Rows of equal score carry their common rate: their order in the file must not count.
        starts = np.concatenate([[0], self._ends[:-1] + 1])
        weight = np.add.reduceat(w, starts)
        rate = np.divide(np.add.reduceat(w * self._y, starts), weight, out=np.zeros_like(weight), where=weight > 0)
        observed = np.repeat(rate, np.diff(np.append(starts, len(w))))
        apart = np.bincount(bins, w * (self._p - observed), _BINS)
        return float(np.abs(apart).sum() / total)


def _from0(values: Floats) -> Floats:
    return np.concatenate([[0.0], values])


def draws(group: Positions, rounds: int, seed: int) -> list[Floats]:
    """Row weights of each resample: whole groups are drawn with replacement."""
    codes = np.unique(group, return_inverse=True)[1].reshape(-1)
    count = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    return [
        np.bincount(rng.integers(0, count, count), minlength=count)[codes].astype(np.float64) for _ in range(rounds)
    ]


def figures(y: Floats, p: Floats, group: Positions, *, rounds: int = 400, seed: int = 0) -> dict[str, Figure]:
    """Every figure with its 95 % interval over groups."""
    return over_groups(Judge(y, p).figures, group, rounds=rounds, seed=seed)


def over_groups(
    judge: Callable[[Floats], dict[str, float]], group: Positions, *, rounds: int = 400, seed: int = 0
) -> dict[str, Figure]:
    """What `judge` says of row weights, with 95 % intervals from resamples of whole groups in which it is no NaN."""
    drawn = [judge(weights) for weights in draws(group, rounds, seed)]
    whole = judge(np.ones(len(group)))
    return {name: _figure(value, [one[name] for one in drawn]) for name, value in whole.items()}


def difference(
    y: Floats, ours: Floats, theirs: Floats, group: Positions, *, rounds: int = 400, seed: int = 0
) -> dict[str, Figure]:
    """Ours minus theirs of every figure, paired: both are weighed by the same resamples."""
    first, second = Judge(y, ours), Judge(y, theirs)
    pairs = [(first.figures(w), second.figures(w)) for w in draws(group, rounds, seed)]
    a, b = first.figures(), second.figures()
    return {name: _figure(a[name] - b[name], [one[name] - other[name] for one, other in pairs]) for name in NAMES}


def _figure(value: float, drawn: list[float]) -> Figure:
    held = np.array([one for one in drawn if not np.isnan(one)])
    low, high = np.percentile(held, [2.5, 97.5]) if len(held) else (value, value)
    return Figure(value, float(low), float(high))


def threshold(y: Floats, p: Floats) -> float:
    """The probability from which to act that gives the best F1 here; to be chosen on other rows than the test's."""
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order])
    f1 = 2 * hits / (np.arange(1, len(y) + 1) + y.sum())
    return float(p[order][int(np.argmax(f1))])


def threshold_at(y: Floats, p: Floats, rate: float) -> float:
    """The least probability from which to act that flags at most `rate` of the negative rows here, ties and all."""
    negatives = np.sort(p[y == 0])[::-1]
    allowed = int(rate * len(negatives))
    return float(np.nextafter(negatives[allowed], np.inf)) if allowed < len(negatives) else 0.0


def at_threshold(y: Floats, p: Floats, cut: float) -> dict[str, float]:
    """What acting from `cut` on would have meant."""
    flagged = p >= cut
    hits = float(y[flagged].sum())
    return {
        "flagged": float(flagged.mean()),
        "precision": hits / max(1.0, float(flagged.sum())),
        "recall": hits / max(1.0, float(y.sum())),
        "false positives": float((flagged & (y == 0)).sum()) / max(1.0, float((y == 0).sum())),
        "accuracy": float((flagged == (y > 0)).mean()),
        "accuracy of saying no to all": float(1 - y.mean()),
    }
