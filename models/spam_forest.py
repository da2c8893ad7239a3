"""spam_caller's forest, whatever callers it learns from: fitted, calibrated, given its thresholds, and exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import xgboost as xgb
from numpy.typing import NDArray
from rapport.inference.caller_features import FEATURES, MONOTONE
from rapport.inference.spam_caller import NAME
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.evaluation import Floats, platt
from models.export import Exported, as_bytes
from models.tabular.reference import of_numbers

# A forest a round, and rounds that correct each other: on validation callers it catches a quarter more at a
# false-positive rate of 0.1 % than one round of 150 trees of depth 12, whose votes add where evidence multiplies.
FOREST, ROUNDS, RATE, DEPTH = 5, 40, 0.15, 4
# Of wanted callers: what may be lost when a call is blocked, and when an agent is only warned.
BLOCK, WARN = 0.001, 0.01
RATED = ("precision", "recall", "real FPR")
RULE, LOGISTIC = "rule: calls in 24 hours", "logistic regression"
ABOUT = (
    "**Question**: is this caller spam? Asked before the call is routed.",
    f"**Algorithm**: XGBoost, {ROUNDS} rounds of a random forest of {FOREST}, depth {DEPTH}, "
    "Platt-calibrated, never less spam for more marks, lists or neighbours.",
)

Flags = NDArray[np.bool_]
Scorer = Callable[[Floats], Floats]
Limits = tuple[float, float]


class Known(Protocol):
    """Callers or calls of which it is known whether they are spam: x (rows, FEATURES; NaN where missing), spam."""

    @property
    def x(self) -> Floats: ...

    @property
    def spam(self) -> Flags: ...


def matrix(x: Floats, y: Flags | None = None) -> xgb.DMatrix:
    return xgb.DMatrix(x, None if y is None else y.astype(np.float64), nthread=1, feature_names=list(FEATURES))


def fit(known: Known, *, seed: int, shape: tuple[int, int, float, int] = (FOREST, ROUNDS, RATE, DEPTH)) -> xgb.Booster:
    """A boosted random forest; `shape` is trees a round, rounds, learning rate and depth. One round at rate 1 is
    the plain random forest (https://xgboost.readthedocs.io/en/stable/tutorials/rf.html)."""
    trees, rounds, rate, depth = shape
    parameters = {
        "objective": "binary:logistic",
        "num_parallel_tree": trees,
        "eta": rate,
        "subsample": 0.7,
        "colsample_bynode": 0.5,
        "max_depth": depth,
        "min_child_weight": 3,
        "reg_lambda": 1.0,
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "monotone_constraints": "(" + ",".join(str(MONOTONE.get(name, 0)) for name in FEATURES) + ")",
    }
    return xgb.train(parameters, matrix(known.x, known.spam), rounds)


def margins(booster: xgb.Booster, x: Floats) -> Floats:
    found: Floats = booster.predict(matrix(x), output_margin=True).astype(np.float64)
    return found


@dataclass(frozen=True)
class Forest:
    """A fitted forest with Platt's slope and intercept."""

    booster: xgb.Booster
    line: tuple[float, float]

    def probability(self, x: Floats) -> Floats:
        return calibrated(self.line, margins(self.booster, x))


def calibrated(line: tuple[float, float], x: Floats) -> Floats:
    """Probabilities of margins `x`."""
    found: Floats = 1 / (1 + np.exp(-(line[0] * x + line[1])))
    return found


def learn(fitting: Known, validating: Known, *, seed: int) -> Forest:
    """Fitted on the one part, calibrated on the other."""
    booster = fit(fitting, seed=seed)
    return Forest(booster, platt(validating.spam.astype(np.float64), margins(booster, validating.x)))


def threshold(scores: Floats, spam: Flags, rate: float) -> float:
    """The least score that at most `rate` of the wanted callers exceed or reach."""
    wanted = np.sort(scores[~spam])[::-1]
    allowed = int(rate * len(wanted))
    return float(np.nextafter(wanted[allowed], np.inf))


def limits(scores: Floats, spam: Flags) -> Limits:
    """Where to block and where to warn."""
    return threshold(scores, spam, BLOCK), threshold(scores, spam, WARN)


def rated(metric: str, rate: float) -> str:
    """How a metric of `RATED` is named on the card."""
    return f"{metric} at FPR {rate:.1%}"


def baselines(known: Known) -> dict[str, Scorer]:
    """A rule on the rate of calls, and a logistic regression (log-odds) on the same features."""
    columns = (column[~np.isnan(column)] for column in known.x.T)
    median = np.array([np.median(column) if len(column) else 0.0 for column in columns])

    def filled(x: Floats) -> Floats:
        return np.log1p(np.where(np.isnan(x), median, x))

    logistic = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(filled(known.x), known.spam)
    return {
        RULE: by_rate,
        LOGISTIC: lambda x: np.asarray(logistic.decision_function(filled(x)), dtype=np.float64),
    }


def by_rate(x: Floats) -> Floats:
    """The rule: calls in 24 hours, of equal ones those in the last hour. No probability."""
    day, hour = (np.nan_to_num(x[:, FEATURES.index(name)]) for name in ("calls_24h", "calls_1h"))
    return np.asarray(day + hour / 1e3, dtype=np.float64)


def exported(forest: Forest, cuts: Limits, fitting: Known, *, training_data_sha256: str, **card: Any) -> Exported:
    """As the service loads it; `card` are the fields of `Exported` that differ by what it learned from."""
    scores = forest.probability(fitting.x)
    return Exported(
        name=NAME,
        file="model.ubj",
        data=bytes(forest.booster.save_raw("ubj")),
        metadata={
            "question": "Is this caller spam?",
            "features": list(FEATURES),
            "training_data_sha256": training_data_sha256,
            "calibration": list(forest.line),
            "block_at": cuts[0],
            "warn_at": cuts[1],
            "xgboost_version": xgb.__version__,
        },
        files={"reference.json": as_bytes(of_numbers(FEATURES, fitting.x, fitting.spam, scores))},
        **card,
    )
