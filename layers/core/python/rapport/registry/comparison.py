"""How the versions in service compare on predictions whose outcome is known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import NormalDist

from rapport.inference.assignment import Arm
from rapport.registry.model import ArmFigures, Figure, Prediction

_Z = NormalDist().inv_cdf(0.975)


def by_arm(predictions: Iterable[Prediction]) -> list[ArmFigures]:
    """Figures of each version and arm, the arm that was asked most first."""
    groups: dict[tuple[str, Arm], list[Prediction]] = defaultdict(list)
    for prediction in predictions:
        groups[prediction.version, prediction.arm].append(prediction)
    found = [_figures(version, arm, said) for (version, arm), said in groups.items()]
    return sorted(found, key=lambda figures: -figures.predictions)


def _figures(version: str, arm: Arm, said: Sequence[Prediction]) -> ArmFigures:
    known = [(prediction.probability, prediction.outcome) for prediction in said if prediction.outcome is not None]
    count = len(known)
    positive = [p for p, outcome in known if outcome]
    negative = [p for p, outcome in known if not outcome]
    return ArmFigures(
        version=version,
        arm=arm,
        predictions=len(said),
        labelled=count,
        observed=round(len(positive) / count, 5) if count else None,
        predicted=round(sum(p for p, _ in known) / count, 5) if count else None,
        brier=round(sum((p - float(bool(outcome))) ** 2 for p, outcome in known) / count, 5) if count else None,
        auc=auc(positive, negative),
    )


def auc(positive: Sequence[float], negative: Sequence[float]) -> Figure | None:
    """Area under the ROC curve with Hanley and McNeil's 95 % interval (Radiology 143, 1982).

    One prediction per subject is assumed: repeated ones make the interval too narrow.
    """
    m, n = len(positive), len(negative)
    if not m or not n:
        return None
    below = sorted(negative)
    # Mann and Whitney: the share of pairs in the right order; ties count half.
    wins = sum((bisect_left(below, p) + bisect_right(below, p)) / 2 for p in positive)
    area = wins / (m * n)
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    variance = (area * (1 - area) + (m - 1) * (q1 - area * area) + (n - 1) * (q2 - area * area)) / (m * n)
    half = _Z * sqrt(max(variance, 0.0))
    return Figure(value=round(area, 4), low=round(max(0.0, area - half), 4), high=round(min(1.0, area + half), 4))
