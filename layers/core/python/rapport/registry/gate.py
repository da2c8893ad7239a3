"""May this version answer customers? The gate of a promotion: every objection is a sentence."""

from __future__ import annotations

from math import pi, sqrt

from rapport.registry.model import DriftReport, ModelVersion

# A drop of AUC that no bank would notice; more than that needs the challenger's own evidence.
TOLERATED_LOSS = 0.005
# Of the expected calibration error, beyond what a calibrated model shows on so many rows by chance.
LARGEST_MISCALIBRATION = 0.03
BINS = 10
LEAST_ROWS = 200


def objections(candidate: ModelVersion, champion: ModelVersion | None, drift: DriftReport | None) -> list[str]:
    """Why `candidate` may not become champion; empty when it may.

    The candidate must have been judged, beat the prevalence, be calibrated and be no worse than the champion on
    the same data. Figures from other data cannot be compared: then only its own evidence counts.
    """
    auc, split = candidate.figure("AUC"), candidate.headline
    if auc is None or split is None:
        return [f"{candidate.name} {candidate.version} has no evaluation"]
    found = []
    if split.rows < LEAST_ROWS:
        found.append(f"it was judged on {split.rows} rows, {LEAST_ROWS} are the least")
    if auc.low <= 0.5:
        found.append(f"its AUC {_told(auc.value, auc.low, auc.high)} is not above chance")
    ece = candidate.figure("ECE")
    most = LARGEST_MISCALIBRATION + _chance_ece(split.rows, 0.5 if split.prevalence is None else split.prevalence)
    if ece is not None and ece.value > most:
        found.append(f"its probabilities are off by {ece.value:.3f} on average, {most:.3f} is the most")
    if champion is not None and champion.version != candidate.version:
        found += _against(candidate, champion)
    if drift is not None and drift.version == candidate.version and drift.drifted:
        found.append("its inputs or its calibration have drifted since it was trained")
    return found


def judged_as(champion: ModelVersion) -> str:
    """How a candidate's evidence names the champion where it was judged on the candidate's own held-out rows."""
    return f"{champion.name} {champion.version}"


def _against(candidate: ModelVersion, champion: ModelVersion) -> list[str]:
    ours, theirs = candidate.figure("AUC"), champion.figure("AUC")
    same_data = candidate.fingerprint == champion.fingerprint
    headline = candidate.headline
    beside = headline.figures.get(judged_as(champion), {}).get("AUC") if headline else None
    if beside is not None:
        theirs, same_data = beside, True
    if ours is None or theirs is None or not same_data or candidate.question != champion.question:
        return []
    if ours.value < theirs.value - TOLERATED_LOSS:
        told = _told(ours.value, ours.low, ours.high)
        return [
            f"its AUC {told} is below the champion's {_told(theirs.value, theirs.low, theirs.high)} on the same data"
        ]
    return []


def _chance_ece(rows: int, prevalence: float) -> float:
    """Mean distance that chance alone puts between the predicted and the observed rate of a bin, from above."""
    return sqrt(2 * prevalence * (1 - prevalence) * BINS / (pi * max(rows, 1)))


def _told(value: float, low: float, high: float) -> str:
    return f"{value:.3f} ({low:.3f} to {high:.3f})"
