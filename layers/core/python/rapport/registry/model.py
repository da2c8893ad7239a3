"""The registry's vocabulary: versions of a model, their roll-out, predictions with their outcomes, drift.

Times are epoch milliseconds. All models are frozen.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rapport.calls.model import LocalisedText
from rapport.inference.asking.model import Told
from rapport.inference.assignment import Arm

Share = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(StrEnum):
    """Where a version's files lie: shipped in the inference layer, or uploaded into the models bucket."""

    LAYER = "layer"
    BUCKET = "bucket"


class Figure(Model):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class SplitFigures(Model):
    """Evidence on one split: figures by model and baseline, then by metric. `rows` are those judged;
    `prevalence` is that of the predicted outcome, None where there is none.
    """

    split: str
    rows: int
    prevalence: float | None
    figures: dict[str, dict[str, Figure]]


class ModelVersion(Model):
    """A trained version. `fingerprint` is the SHA-256 of the training data, `sha256` that of the model.

    `by_row` models take rows of named fields; `tabular` ones were trained from a table of such rows, and can be again.
    `watched` ones have a reference of their training data, so that drift is measured.
    """

    name: str
    version: str
    origin: Origin
    question: str
    synthetic: bool
    trained_on: str
    created: str
    sha256: str
    fingerprint: str
    by_row: bool
    tabular: bool = False
    watched: bool = True
    evaluation: tuple[SplitFigures, ...] = ()

    @property
    def headline(self) -> SplitFigures | None:
        """The split of the very model that is served, by time where rows have one; others are trained anew."""
        return self.evaluation[0] if self.evaluation else None

    def figure(self, metric: str) -> Figure | None:
        """This model's own figure on its headline split."""
        found = self.headline
        return found.figures.get(self.name, {}).get(metric) if found else None


class Rollout(Model):
    """Which version answers. `seq` counts changes and is the optimistic lock; 0 has never been changed.

    The challenger answers `challenger_share` of customers; the shadow is scored for `shadow_share` of them
    beside the champion, whose answer counts. `previous` is the champion before, to go back to in one call.
    """

    name: str
    champion: str
    challenger: str | None = None
    challenger_share: Share = 0.0
    shadow: str | None = None
    shadow_share: Share = 0.0
    previous: str | None = None
    seq: int = 0
    changed_at: int | None = None
    changed_by: str | None = None
    reason: str | None = None


class Objection(Model):
    """What the gate holds against a version: `figure` is beyond `threshold`, where it is about a figure."""

    code: str
    figure: Figure | None
    threshold: float | None
    text: LocalisedText


class PrincipalReason(Model):
    """One field's part in a probability, in words. `log_odds` is its SHAP value before calibration."""

    code: str
    en: str
    ja: str
    direction: Literal["raises", "lowers"]
    log_odds: float


class Prediction(Model):
    """What a version said about a subject, with the row it saw; `outcome` comes later, from a label.

    Only the champion's and the challenger's predictions were `served`; a shadow's was only recorded.
    """

    prediction_id: str
    name: str
    version: str
    arm: Arm
    served: bool
    subject: str
    at: int
    probability: Share
    row: dict[str, Any]
    outcome: bool | None = None
    labelled_at: int | None = None


class Answer(Model):
    """What the caller of a model gets."""

    prediction_id: str
    name: str
    version: str
    arm: Arm
    probability: Share
    value: Annotated[int, Field(ge=0, le=100)]
    synthetic: bool
    reasons: tuple[PrincipalReason, ...]


class ModelAnswer(Told):
    """What any model says of a row, who said it, and what was not known. `value` is the probability as 0 to 100."""

    prediction_id: str
    name: str
    version: str
    arm: Arm
    value: Annotated[int, Field(ge=0, le=100)] | None
    synthetic: bool
    warnings: tuple[LocalisedText, ...]


# Fewer rows decide nothing about drift.
LEAST_ROWS = 200


class DriftVerdict(StrEnum):
    """What a look at drift found."""

    UNKNOWN = "unknown"
    STABLE = "stable"
    DRIFTED = "drifted"


class FieldDrift(Model):
    """Drift of one field: PSI against what chance explains at this size, and missing values."""

    field: str
    psi: float
    threshold: float
    drifted: bool
    severity: str
    missing_share: float
    missing_reference: float
    missing_drifted: bool


class CalibrationDrift(Model):
    """Predicted against observed rate of labelled predictions; `low` to `high` is the observed rate's interval."""

    labelled: int
    predicted: float
    observed: float
    low: float
    high: float
    ece: float
    ece_threshold: float
    drifted: bool


class DriftReport(Model):
    """One look at a version's predictions from `since` to `until`.

    Below `LEAST_ROWS` the fields cannot be judged: then the finding is unknown, unless calibration has drifted.
    """

    name: str
    version: str
    at: int
    since: int
    until: int
    rows: int
    fields: tuple[FieldDrift, ...]
    score: FieldDrift | None
    calibration: CalibrationDrift | None
    drifted: bool

    def missing(self) -> int:
        """How many more rows a verdict on the fields needs."""
        return max(0, LEAST_ROWS - self.rows)

    def finding(self) -> DriftVerdict:
        if self.drifted:
            return DriftVerdict.DRIFTED
        return DriftVerdict.UNKNOWN if self.missing() else DriftVerdict.STABLE


class ArmFigures(Model):
    """How a version did on predictions whose outcome is known. `auc` is None without both outcomes."""

    version: str
    arm: Arm
    predictions: int
    labelled: int
    observed: float | None
    predicted: float | None
    brier: float | None
    auc: Figure | None
