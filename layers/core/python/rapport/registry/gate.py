"""May this version answer customers? The gate of a promotion: every objection has its figure and its limit."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sqrt

from rapport.calls.model import LocalisedText
from rapport.registry.model import DriftReport, Figure, ModelVersion, Objection
from rapport.runtime.errors import ConflictError

# A drop of AUC that no bank would notice; more than that needs the challenger's own evidence.
TOLERATED_LOSS = 0.005
# Of the expected calibration error, beyond what a calibrated model shows on so many rows by chance.
LARGEST_MISCALIBRATION = 0.03
BINS = 10
LEAST_ROWS = 200


class NotPromotableError(ConflictError):
    """The gate objects; the problem carries `objections`."""

    kind, title = "not-promotable", "The gate objects to this version"

    def __init__(self, version: ModelVersion, objections: Sequence[Objection]) -> None:
        said = "; ".join(objection.text.en for objection in objections)
        super().__init__(f"{version.name} {version.version} may not be promoted: {said}")
        self.objections = tuple(objections)

    def members(self) -> dict[str, object]:
        return {"objections": [objection.model_dump(mode="json") for objection in self.objections]}


def objections(
    candidate: ModelVersion, champion: ModelVersion | None, drift: DriftReport | None
) -> tuple[Objection, ...]:
    """Why `candidate` may not become champion; empty when it may.

    The candidate must have been judged, beat the prevalence, be calibrated and be no worse than the champion on
    the same data. Figures from other data cannot be compared: then only its own evidence counts. All figures are
    of the headline split, which is the one by time wherever rows have a time.
    """
    auc, split = candidate.figure("AUC"), candidate.headline
    if auc is None or split is None:
        return (_objection("not-judged", "it has no evaluation with an AUC", "AUCを含む評価がありません"),)
    found = []
    if split.rows < LEAST_ROWS:
        found.append(
            _objection(
                "too-few-rows",
                f"it was judged on {split.rows} rows, {LEAST_ROWS} are the least",
                f"評価に使われたのは{split.rows}行です（最低{LEAST_ROWS}行）",
                figure=Figure(value=split.rows, low=split.rows, high=split.rows),
                threshold=LEAST_ROWS,
            )
        )
    if auc.low <= 0.5:
        found.append(
            _objection(
                "not-above-chance",
                f"its AUC {_told(auc)} is not above chance",
                f"AUC {_told_ja(auc)}は偶然を上回りません",
                figure=auc,
                threshold=0.5,
            )
        )
    ece = candidate.figure("ECE")
    most = LARGEST_MISCALIBRATION + _chance_ece(split.rows, 0.5 if split.prevalence is None else split.prevalence)
    if ece is not None and ece.value > most:
        found.append(
            _objection(
                "not-calibrated",
                f"its probabilities are off by {ece.value:.3f} on average, {most:.3f} is the most",
                f"確率の平均誤差は{ece.value:.3f}です（上限{most:.3f}）",
                figure=ece,
                threshold=round(most, 5),
            )
        )
    if champion is not None and champion.version != candidate.version:
        found += _against(candidate, champion)
    if drift is not None and drift.version == candidate.version and drift.drifted:
        found.append(
            _objection(
                "drifted",
                "its inputs or its calibration have drifted since it was trained",
                "学習後に入力またはキャリブレーションがドリフトしています",
            )
        )
    return tuple(found)


def _objection(
    code: str, en: str, ja: str, *, figure: Figure | None = None, threshold: float | None = None
) -> Objection:
    return Objection(code=code, figure=figure, threshold=threshold, text=LocalisedText(en=en, ja=ja))


def judged_as(champion: ModelVersion) -> str:
    """How a candidate's evidence names the champion where it was judged on the candidate's own held-out rows."""
    return f"{champion.name} {champion.version}"


def _against(candidate: ModelVersion, champion: ModelVersion) -> list[Objection]:
    ours, theirs = candidate.figure("AUC"), champion.figure("AUC")
    same_data = candidate.fingerprint == champion.fingerprint
    headline = candidate.headline
    beside = headline.figures.get(judged_as(champion), {}).get("AUC") if headline else None
    if beside is not None:
        theirs, same_data = beside, True
    if ours is None or theirs is None or not same_data or candidate.question != champion.question:
        return []
    if ours.value >= theirs.value - TOLERATED_LOSS:
        return []
    return [
        _objection(
            "below-champion",
            f"its AUC {_told(ours)} is below the champion's {_told(theirs)} on the same data",
            f"同じデータでのAUC {_told_ja(ours)}がチャンピオンの{_told_ja(theirs)}を下回ります",
            figure=ours,
            threshold=round(theirs.value - TOLERATED_LOSS, 5),
        )
    ]


def _chance_ece(rows: int, prevalence: float) -> float:
    """Mean distance that chance alone puts between the predicted and the observed rate of a bin, from above."""
    return sqrt(2 * prevalence * (1 - prevalence) * BINS / (pi * max(rows, 1)))


def _told(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


def _told_ja(figure: Figure) -> str:
    return f"{figure.value:.3f}（{figure.low:.3f}～{figure.high:.3f}）"
