"""Serves a model that `python -m models train NAME --data FILE` made: a folder of four files, no other library.

`model.ubj` are the trees, `model.json` their metadata, `schema.json` how a row becomes numbers,
`reference.json` what the training data looked like, for drift.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Literal

from rapport.calls.model import LocalisedText
from rapport.inference.booster import Booster, InferenceError
from rapport.inference.columns import is_missing, text_of
from rapport.inference.schema import Schema


@dataclass(frozen=True, slots=True)
class Contribution:
    """How far one field moved the log-odds of this row, and the sentence that says it."""

    field: str
    value: str | None
    log_odds: float
    direction: Literal["raises", "lowers"]
    text: LocalisedText


@dataclass(frozen=True, slots=True)
class TabularScore:
    """Calibrated probability, the same as 0 to 100, and every field's contribution, strongest first.

    Contributions and `bias` sum to the raw log-odds before calibration.
    """

    probability: float
    value: int
    contributions: tuple[Contribution, ...]
    bias: float


@dataclass(frozen=True, slots=True)
class TabularInfo:
    """What `model.json` says. `question` is the target in words, `synthetic` whether the data was made up.

    `threshold` is where F1 is best, `operating` where at most 0.5 % of negative rows are flagged; both on the
    calibration part. Versions from before `operating` was published have none.
    """

    name: str
    version: str
    question: str
    synthetic: bool
    trained_on: str
    threshold: float
    operating: float | None = None


def _sentence(field: str, value: str | None, raises: bool) -> LocalisedText:
    verb_en, verb_ja = ("raises", "上げる") if raises else ("lowers", "下げる")
    if value is None:
        return LocalisedText(
            en=f"{field} is not known: {verb_en} the probability", ja=f"{field}は不明：確率を{verb_ja}要因"
        )
    return LocalisedText(
        en=f"{field} is {value}: {verb_en} the probability", ja=f"{field}が{value}：確率を{verb_ja}要因"
    )


class TabularScorer:
    """Scores rows of named fields."""

    def __init__(self, booster: Booster, schema: Schema, calibration: tuple[float, float], info: TabularInfo) -> None:
        self._booster = booster
        self.schema = schema
        self.info = info
        self._slope, self._intercept = calibration

    def probability(self, row: Mapping[str, object]) -> float:
        """Calibrated probability, 0 to 1. Raises `InvalidInputError` naming the field that is wrong."""
        return self._calibrated(self._booster.margin(self.schema.numbers(row)))

    def score(self, row: Mapping[str, object]) -> TabularScore:
        """Probability with its explanation. Raises `InvalidInputError` naming the field that is wrong."""
        numbers = self.schema.numbers(row)
        probability = self._calibrated(self._booster.margin(numbers))
        *parts, bias = self._booster.contributions(numbers)
        told: list[Contribution] = []
        start = 0
        for column in self.schema.columns:
            width = len(column.inputs)
            moved = sum(parts[start : start + width])
            start += width
            given = row.get(column.name)
            value = None if is_missing(given) else text_of(given)
            direction: Literal["raises", "lowers"] = "raises" if moved > 0 else "lowers"
            told.append(Contribution(column.name, value, moved, direction, _sentence(column.name, value, moved > 0)))
        told.sort(key=lambda contribution: -abs(contribution.log_odds))
        return TabularScore(probability, round(100 * probability), tuple(told), bias)

    def _calibrated(self, margin: float) -> float:
        x = self._slope * margin + self._intercept
        return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def load_version(folder: Path) -> TabularScorer:
    """Load one version's folder. Raises `InferenceError` when its files do not belong together."""
    try:
        said = json.loads((folder / "model.json").read_text())
        described = (folder / "schema.json").read_bytes()
        schema = Schema.from_json(json.loads(described))
        data = (folder / "model.ubj").read_bytes()
        slope, intercept = (float(number) for number in said["calibration"])
        info = TabularInfo(
            said["name"],
            said["version"],
            said["question"],
            bool(said["synthetic"]),
            said["trained_on"],
            float(said["threshold"]),
            float(said["operating_threshold"]) if "operating_threshold" in said else None,
        )
        features, digest, schema_digest = tuple(said["features"]), said["sha256"], said["schema_sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InferenceError(f"no readable tabular model in {folder}: {type(error).__name__}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise InferenceError(f"{info.name} {info.version}: model.ubj is not the file that model.json describes")
    if hashlib.sha256(described).hexdigest() != schema_digest:
        raise InferenceError(f"{info.name} {info.version}: schema.json is not the file that model.json describes")
    if slope <= 0:
        raise InferenceError(f"{info.name} {info.version}: its calibration turns the score around")
    if features != schema.inputs:
        raise InferenceError(f"{info.name} {info.version}: model.json and schema.json name different inputs")
    return TabularScorer(Booster(folder / "model.ubj", len(features)), schema, (slope, intercept), info)


def load_tabular(models: Path, name: str) -> TabularScorer:
    """Load the version that `models/name/CURRENT` names. Raises `InferenceError` as `load_version` does."""
    try:
        version = (models / name / "CURRENT").read_text().strip()
    except OSError as error:
        raise InferenceError(f"no model {name} in {models}") from error
    scorer = load_version(models / name / version)
    if (scorer.info.name, scorer.info.version) != (name, version):
        raise InferenceError(f"{models / name / version} describes {scorer.info.name} {scorer.info.version}")
    return scorer
