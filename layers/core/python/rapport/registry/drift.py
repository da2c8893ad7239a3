"""Looks at what a version was asked and said: drift of its inputs, its score and its calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, nextafter
from typing import Any

from rapport.inference.drift import (
    CalibrationFigure,
    Reference,
    calibration_drift,
    feature_drift,
    missing_drift,
)
from rapport.registry.model import LEAST_ROWS, CalibrationDrift, DriftReport, FieldDrift, Prediction

LEAST_LABELLED = 100
LEVEL = 0.99


def references(described: Mapping[str, Any]) -> tuple[list[Reference], Reference]:
    """The inputs and the score of reference.json (models/tabular/reference.py) as references of counts."""
    rows = int(described["rows"])
    inputs = [_reference(name, said, rows) for name, said in described["inputs"].items()]
    return inputs, _reference("score", described["score"], rows)


def _reference(name: str, said: Mapping[str, Any], rows: int) -> Reference:
    missing = round(said["missing"] * rows)
    if "levels" in said:
        shares = list(said["levels"].values())
        edges = tuple(code + 0.5 for code in range(len(shares) - 1))
    else:
        shares = said["shares"]
        # There a value equal to an edge lies below it, here above: move the edge by the least amount.
        edges = tuple(nextafter(edge, float("inf")) for edge in said["edges"])
    return Reference(name, edges, tuple(round(share * rows) for share in shares), missing)


def report(
    described: Mapping[str, Any],
    predictions: Sequence[Prediction],
    numbers: Sequence[Sequence[float]],
    *,
    at: int,
    since: int,
    until: int,
) -> DriftReport:
    """One report on the predictions of one version, at least one; `numbers` are their rows in the reference's order.

    With fewer than two hundred rows nothing is called drift.
    """
    inputs, score = references(described)
    # One level for all tests together, or a model with forty inputs would alarm every few days.
    level = 1 - (1 - LEVEL) / max(1, 2 * len(inputs) + 2)
    enough = len(predictions) >= LEAST_ROWS
    fields = (
        [_field(reference, [row[i] for row in numbers], level) for i, reference in enumerate(inputs)] if enough else []
    )
    said = _field(score, [p.probability for p in predictions], level) if enough else None
    calibration = _calibration(predictions)
    drifted = any(f.drifted or f.missing_drifted for f in fields) or bool(said and said.drifted)
    return DriftReport(
        name=predictions[0].name,
        version=predictions[0].version,
        at=at,
        since=since,
        until=until,
        rows=len(predictions),
        fields=tuple(sorted(fields, key=lambda f: -(f.psi / f.threshold if f.threshold else 0.0))),
        score=said,
        calibration=calibration,
        drifted=drifted or bool(calibration and calibration.drifted),
    )


def _field(reference: Reference, values: Iterable[float], level: float) -> FieldDrift:
    given = list(values)
    moved, missing = feature_drift(reference, given, level), missing_drift(reference, given, level)
    return FieldDrift(
        field=reference.feature,
        psi=round(moved.psi, 5),
        # JSON has no infinity: with one bin there is nothing that could drift.
        threshold=round(moved.threshold, 5) if isfinite(moved.threshold) else 0.0,
        drifted=moved.drifted,
        severity=moved.severity.value,
        missing_share=round(missing.share, 5),
        missing_reference=round(missing.reference_share, 5),
        missing_drifted=missing.drifted,
    )


def _calibration(predictions: Sequence[Prediction]) -> CalibrationDrift | None:
    labelled = [(p.probability, p.outcome) for p in predictions if p.outcome is not None]
    if len(labelled) < LEAST_LABELLED:
        return None
    found: CalibrationFigure = calibration_drift([p for p, _ in labelled], [bool(o) for _, o in labelled])
    return CalibrationDrift(
        labelled=found.n,
        predicted=round(found.predicted, 5),
        observed=round(found.observed, 5),
        low=round(found.low, 5),
        high=round(found.high, 5),
        ece=round(found.ece, 5),
        ece_threshold=round(found.ece_threshold, 5),
        drifted=found.drifted,
    )
