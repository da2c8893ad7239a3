"""Scores a call: calibrated probability, band, reasons in words, recommended actions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, nan
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from rapport.calls.model import Band, ModelInfo, Reason, Score
from rapport.inference.actions import recommend
from rapport.inference.booster import Booster, InferenceError
from rapport.inference.payment_risk import FEATURES, GROUPS, HISTORY_FEATURES, NAME, Group

MOST_REASONS = 4
# A group that moves the log-odds by less is noise to a person.
LEAST_CONTRIBUTION = 0.05


class Metadata(BaseModel):
    """What is published beside a model.

    `calibration` is Platt's (a, b): probability = sigmoid(a m + b), with a above 0, or more margin would mean
    less risk. `sha256` is that of model.ubj; `training_data_sha256` tells which feature values it learned from.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    version: str
    features: tuple[str, ...]
    calibration: tuple[Annotated[FiniteFloat, Field(gt=0)], FiniteFloat]
    synthetic: bool
    trained_on: str
    training_data_sha256: str
    created: str
    xgboost_version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Bands:
    """Thresholds of the bands on the 0 to 100 score."""

    high: int = 70
    medium: int = 40

    def of(self, value: int) -> Band:
        return Band.HIGH if value >= self.high else Band.MEDIUM if value >= self.medium else Band.LOW


class PaymentRiskScorer:
    """Implements the calls context's `Scorer`."""

    def __init__(self, booster: Booster, metadata: Metadata, bands: Bands) -> None:
        self._booster = booster
        self._features = metadata.features
        self._slope, self._intercept = metadata.calibration
        self._bands = bands
        self._info = ModelInfo(name=metadata.name, version=metadata.version, synthetic=metadata.synthetic)
        position = {name: number for number, name in enumerate(metadata.features)}
        own = ((group, [name for name in group.features if name in position]) for group in GROUPS)
        self._groups = [(group, tuple(position[name] for name in names)) for group, names in own if names]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the features that this model takes, in its order."""
        return self._features

    def probability(self, features: Mapping[str, float]) -> float:
        """Calibrated probability, 0 to 1. A feature that is not named is missing."""
        return self._calibrated(self._booster.margin(self._row(features)))

    def value(self, features: Mapping[str, float]) -> int:
        """The score, 0 to 100."""
        return round(100 * self.probability(features))

    def band_of(self, value: int) -> Band:
        return self._bands.of(value)

    def score(self, features: Mapping[str, float]) -> Score:
        """The full score with its explanation; value and band are exactly those of `probability`."""
        row = self._row(features)
        # Not the sum of the contributions: rounding could put the same call into another band.
        probability = self._calibrated(self._booster.margin(row))
        contributions = self._booster.contributions(row)
        value = round(100 * probability)
        band = self._bands.of(value)
        return Score(
            value=value,
            probability=round(probability, 6),
            band=band,
            reasons=self._reasons(features, contributions),
            actions=recommend(band, features),
            model=self._info,
        )

    def _reasons(self, features: Mapping[str, float], contributions: list[float]) -> tuple[Reason, ...]:
        sums = [(sum(contributions[i] for i in at), group, at) for group, at in self._groups]
        told = sorted((one for one in sums if abs(one[0]) >= LEAST_CONTRIBUTION), key=lambda one: -abs(one[0]))
        reasons: list[Reason] = []
        for total, group, at in told:
            words = group.words(self._facts(group, at, features, contributions, total), total > 0)
            if words is not None and len(reasons) < MOST_REASONS:
                direction: Literal["raises", "lowers"] = "raises" if total > 0 else "lowers"
                reasons.append(Reason(code=group.code, text=words, direction=direction, contribution=round(total, 4)))
        return tuple(reasons)

    def _facts(
        self,
        group: Group,
        at: tuple[int, ...],
        features: Mapping[str, float],
        contributions: list[float],
        total: float,
    ) -> Mapping[str, float]:
        """What a group's words are about: everything, or the feature that moves most in the group's direction."""
        if not group.by_strongest:
            return features
        strongest = self._features[max(at, key=lambda i: contributions[i] if total > 0 else -contributions[i])]
        return {strongest: features.get(strongest, nan)}

    def _row(self, features: Mapping[str, float]) -> list[float]:
        return [features.get(name, nan) for name in self._features]

    def _calibrated(self, margin: float) -> float:
        x = self._slope * margin + self._intercept
        return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def load_payment_risk(models: Path, bands: Bands) -> PaymentRiskScorer:
    """Load the published payment_risk model from a folder of models.

    `models/payment_risk/CURRENT` names the version. Raises `InferenceError` when the files do not belong
    together: other features than this code computes, or a model that is not the one described.
    """
    folder = models / NAME
    try:
        version = (folder / "CURRENT").read_text().strip()
        metadata = Metadata.model_validate(json.loads((folder / version / "model.json").read_text()))
        data = (folder / version / "model.ubj").read_bytes()
    except (OSError, ValueError, ValidationError) as error:
        raise InferenceError(f"no readable {NAME} model in {folder}: {type(error).__name__}") from error
    if hashlib.sha256(data).hexdigest() != metadata.sha256:
        raise InferenceError(f"{NAME} {version}: model.ubj is not the file that model.json describes")
    if (metadata.name, metadata.version) != (NAME, version):
        raise InferenceError(f"{folder / version} describes {metadata.name} {metadata.version}")
    taken = set(metadata.features)
    if len(taken) < len(metadata.features) or not set(FEATURES) <= taken <= {*FEATURES, *HISTORY_FEATURES}:
        wrong = (set(FEATURES) - taken) | (taken - set(FEATURES) - set(HISTORY_FEATURES))
        unknown = ", ".join(sorted(wrong)) or "one is named twice"
        raise InferenceError(f"{NAME} {version} and this code disagree on features: {unknown}")
    booster = Booster(folder / version / "model.ubj", len(metadata.features))
    if booster.feature_names() not in ((), metadata.features):
        raise InferenceError(f"{NAME} {version}: model.ubj and model.json name the features in different orders")
    return PaymentRiskScorer(booster, metadata, bands)
