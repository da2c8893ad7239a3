"""Labelled calls as evidence on spam: parted by group and time, refused when too few, judged over groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from rapport.inference.caller_features import DAY_MS
from rapport.inference.statistics import wilson

from models.data.caller_labels import Labels
from models.evaluation import LEAST_OUTCOMES, Figure, Floats, TooLittleDataError
from models.retraining import too_little
from models.spam_forest import BLOCK, RATED, WARN, Flags, Limits, rated
from models.tabular.metrics import Judge, over_groups

RANKING, PROBABILITY = ("AUC", "PR-AUC"), ("Brier", "ECE")
WORDS = "labels of agents"


@dataclass(frozen=True)
class Parts:
    """What is fitted, what calibrates and sets thresholds, what judges. `late` labels are in none of them."""

    fitting: Labels
    validating: Labels
    judging: Labels
    late: int


def parted(labels: Labels) -> Parts:
    """Groups in the order of their first label: half of them fit, a quarter validates, a quarter judges.

    No group is in two parts, and every part is earlier than the next begins: what a group says later than that is
    left out. Raises `TooLittleDataError` when there are too few labels, or a part has too few groups of an outcome.
    """
    refusal = too_little(labels.spam.astype(np.float64), WORDS)
    if refusal is not None:
        raise TooLittleDataError(refusal)
    names, place = np.unique(labels.group, return_inverse=True)
    first = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(first, place, labels.at)
    number = np.empty(len(names), dtype=np.intp)
    number[np.argsort(first, kind="stable")] = np.arange(len(names))
    # 0, 1 or 2 for each group, and when the part after that begins.
    part = np.searchsorted([len(names) // 2, len(names) // 2 + len(names) // 4], number, side="right")
    begins = np.array([first[part == n].min(initial=np.iinfo(np.int64).max) for n in (1, 2, 3)])
    kept = labels.at < begins[part[place]]
    fitting, validating, judging = (labels.part(kept & (part[place] == n)) for n in range(3))
    check_enough(fitting, "the half that is learned from")
    check_enough(validating, "the quarter that sets the thresholds")
    check_enough(judging, "the quarter that judges")
    return Parts(fitting, validating, judging, int((~kept).sum()))


def check_enough(labels: Labels, what: str) -> None:
    """`TooLittleDataError` when fewer than `LEAST_OUTCOMES` groups carry either outcome.

    Groups are counted, not labels: resampling a single campaign gives an interval of no width.
    """
    spam, wanted = (len(np.unique(labels.group[labels.spam == outcome])) for outcome in (True, False))
    if min(spam, wanted) < LEAST_OUTCOMES:
        raise TooLittleDataError(
            f"{WORDS}: {what} has spam from {spam} and wanted calls from {wanted} independent numbers or campaigns, "
            f"{LEAST_OUTCOMES} of each are needed"
        )


def figures(
    labels: Labels, scores: Floats, cuts: Limits | None, *, probable: bool, rounds: int, seed: int
) -> dict[str, tuple[float, float, float]]:
    """A row of the card: value and 95 % interval over groups of ranking, of calibration where scores are `probable`
    (probabilities), and of what acting from the cuts on means. A figure that nothing can be said of is left out."""
    judge = Judge(labels.spam.astype(np.float64), scores)
    names = (*RANKING, *(PROBABILITY if probable else ()))
    shares: dict[str, _Share] = {}
    for rate, cut in zip((BLOCK, WARN), cuts or (), strict=False):
        shares |= _acting(labels.spam, scores >= cut, rate)

    def weigh(weights: Floats) -> dict[str, float]:
        whole = judge.figures(weights)
        return {name: whole[name] for name in names} | {name: share.of(weights) for name, share in shares.items()}

    found = over_groups(weigh, labels.group, rounds=rounds, seed=seed)
    for name, share in shares.items():
        if found[name].value in {0, 1}:
            # Resamples of none are none, whatever the number of groups.
            count = len(np.unique(labels.group[share.among]))
            found[name] = Figure(found[name].value, *wilson(round(found[name].value) * count, count))
    return {
        name: (round(figure.value, 4), round(figure.low, 4), round(figure.high, 4))
        for name, figure in found.items()
        if not np.isnan(figure.value)
    }


@dataclass(frozen=True)
class _Share:
    """The rows counted, of the rows among which."""

    counted: Flags
    among: Flags

    def of(self, weights: Floats) -> float:
        whole = float(weights[self.among].sum())
        return float(weights[self.counted].sum()) / whole if whole else float("nan")


def _acting(spam: Flags, caught: Flags, rate: float) -> dict[str, _Share]:
    found = (_Share(caught & spam, caught), _Share(caught & spam, spam), _Share(caught & ~spam, ~spam))
    return {rated(metric, rate): share for metric, share in zip(RATED, found, strict=True)}


def split_of(name: str, labels: Labels, found: Mapping[str, Any]) -> dict[str, Any]:
    """The figures with what they were counted on, as cards carry them."""
    return {
        "split": name,
        "calls": len(labels),
        "prevalence": round(float(labels.spam.mean()), 5),
        "groups": labels.groups,
        "figures": found,
    }


def described(labels: Labels) -> str:
    """How many, of how many groups and campaigns, and when."""
    first, last = (datetime.fromtimestamp(int(moment) / 1000, UTC).date() for moment in labels.at[[0, -1]])
    days = len(np.unique(labels.at // DAY_MS))
    campaigns = len(np.unique(labels.campaign[labels.campaign >= 0]))
    return (
        f"{len(labels):,} labels that agents gave to real calls on {days} days, {first} to {last}, "
        f"{labels.groups:,} groups that share neither number nor campaign, {campaigns:,} campaigns"
    )
