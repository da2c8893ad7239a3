"""Trains payment_risk on the demonstration bank's calls, evaluates it honestly, and says what each source adds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from rapport.calls.features import CONVERSATION_FEATURES
from rapport.customers.model import FEATURES as RECORD
from rapport.inference.payment_risk import FEATURES, HISTORY_FEATURES, MONOTONE, NAME
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.data.bank.calls import OUTCOME_DAYS
from models.definition import Options
from models.evaluation import LEAST_OUTCOMES, Figure, Floats, check_enough, difference, figures, platt, split_by_group
from models.payment_calls import Table, bank_calls, digest, tabulate

VERSION = "1.2.0"
# Small enough for a SHAP explanation in a tenth of a millisecond; cross-validation chooses among these.
ROUNDS = (80, 100)
DEPTHS = (2, 3)
# The demonstration bank (339 callers, 1,058 calls) is too small to learn from; a larger one of the same make is not.
CALLERS = 3_000
# Of the 65 features of the transactions the model takes those that cut most loss inside the training part.
MOST_HISTORY = 8


def matrix(table: Table, names: Sequence[str]) -> xgb.DMatrix:
    """These columns for XGBoost, with feature names, so that the model file says what it takes."""
    return xgb.DMatrix(table.of(names), table.y, nthread=1, feature_names=list(names))


def fit(table: Table, names: Sequence[str], *, depth: int, rounds: int, seed: int) -> xgb.Booster:
    """One model; single-threaded, so that the same seed gives the same bytes."""
    parameters = {
        "objective": "binary:logistic",
        "max_depth": depth,
        "eta": 0.06,
        "min_child_weight": 6,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "reg_lambda": 4.0,
        "tree_method": "hist",
        "nthread": 1,
        "seed": seed,
        "monotone_constraints": "(" + ",".join(str(MONOTONE.get(name, 0)) for name in names) + ")",
    }
    return xgb.train(parameters, matrix(table, names), rounds)


def margins(booster: xgb.Booster, table: Table) -> Floats:
    names = booster.feature_names or []
    found: Floats = booster.predict(matrix(table, names), output_margin=True).astype(np.float64)
    return found


def sigmoid(x: Floats) -> Floats:
    out: Floats = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return out


def strongest(train: Table, *, seed: int) -> tuple[str, ...]:
    """The features of the transactions that cut most loss beside everything else, in the order of the declarations."""
    booster = fit(train, (*FEATURES, *HISTORY_FEATURES), depth=2, rounds=100, seed=seed)
    gain = booster.get_score(importance_type="total_gain")
    chosen = sorted(HISTORY_FEATURES, key=lambda name: -float(np.sum(gain.get(name, 0.0))))[:MOST_HISTORY]
    return tuple(name for name in HISTORY_FEATURES if name in chosen)


def choose(train: Table, names: Sequence[str], *, seed: int) -> tuple[int, int]:
    """Depth and rounds by cross-validation over customers inside the training part."""
    folds = split_by_group(train.customer, (0.2,) * 5, seed=seed)
    best = (float("inf"), DEPTHS[0], ROUNDS[0])
    for depth in DEPTHS:
        for rounds in ROUNDS:
            losses = []
            for fold in folds:
                rest = np.setdiff1d(np.arange(len(train.y)), fold)
                booster = fit(train.rows(rest), names, depth=depth, rounds=rounds, seed=seed)
                p = np.clip(sigmoid(margins(booster, train.rows(fold))), 1e-6, 1 - 1e-6)
                y = train.y[fold]
                losses.append(float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))))
            best = min(best, (float(np.mean(losses)), depth, rounds))
    return best[1], best[2]


SCORECARD = ("days_past_due", "payment_trouble_count", "promises_kept_share")


def baselines(train: Table, test: Table, names: Sequence[str]) -> dict[str, Floats]:
    """What a model must beat: the prevalence, a three-feature scorecard, logistic regression on all it takes."""

    def logistic(columns: Sequence[str]) -> Floats:
        known = train.of(columns)
        median = np.nan_to_num(np.nanmedian(known, axis=0))
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, C=0.5))
        model.fit(np.where(np.isnan(known), median, known), train.y)
        asked = test.of(columns)
        found: Floats = model.predict_proba(np.where(np.isnan(asked), median, asked))[:, 1]
        return found

    return {
        "prevalence for everybody": np.full(len(test.y), train.y.mean()),
        "three-feature scorecard": logistic(SCORECARD),
        "logistic regression, all features": logistic(names),
    }


@dataclass(frozen=True)
class Trained:
    """A model with its calibration and its evidence. `ubj` is the model's file, `names` are its features."""

    booster: xgb.Booster
    names: tuple[str, ...]
    ubj: bytes
    calibration: tuple[float, float]
    evaluation: dict[str, Any]
    test: Table
    probability: Floats


@dataclass(frozen=True)
class Recipe:
    """How one model is made, whatever it takes."""

    depth: int
    rounds: int
    seed: int

    def make(self, names: Sequence[str], fitting: Table, calibrating: Table) -> tuple[xgb.Booster, tuple[float, float]]:
        """A booster and Platt's line on other customers' calls."""
        booster = fit(fitting, names, depth=self.depth, rounds=self.rounds, seed=self.seed)
        return booster, platt(calibrating.y, margins(booster, calibrating))


def calibrated(made: tuple[xgb.Booster, tuple[float, float]], part: Table) -> Floats:
    booster, (slope, intercept) = made
    return sigmoid(slope * margins(booster, part) + intercept)


def _as_json(found: dict[str, Figure]) -> dict[str, list[float]]:
    return {name: [round(x, 4) for x in (figure.value, figure.low, figure.high)] for name, figure in found.items()}


@dataclass(frozen=True)
class Parts:
    """Customer-disjoint parts of the calls."""

    name: str
    fitting: Table
    calibrating: Table
    testing: Table


def _evaluate(parts: Parts, names: Sequence[str], p: Floats, resamples: int) -> dict[str, Any]:
    """Figures of model, baselines and ceiling on the last snapshot of each call."""
    end = parts.testing.last
    part = parts.testing.rows(end)
    others = baselines(parts.fitting.rows(parts.fitting.last), part, names)
    scores = {"payment_risk": p[end], **others, "Bayes ceiling": part.truth}
    return {
        "split": parts.name,
        "calls": len(part.y),
        "customers": len(np.unique(part.customer)),
        "prevalence": round(float(part.y.mean()), 4),
        "figures": {
            label: _as_json(figures(part.y, score, part.customer, rounds=resamples)) for label, score in scores.items()
        },
    }


def ablation(parts: Parts, names: Sequence[str], recipe: Recipe, resamples: int) -> list[dict[str, Any]]:
    """What each source adds: the same recipe on part of the features, on all calls and on those without a record.

    `gain` is by how much the AUC of the row exceeds that of `than`, with an interval over the same resamples.
    """
    chosen = tuple(name for name in names if name in HISTORY_FEATURES)
    sources = {
        "conversation": CONVERSATION_FEATURES,
        "record": RECORD,
        "transactions, all 65": HISTORY_FEATURES,
        "record and transactions": (*RECORD, *HISTORY_FEATURES),
        "conversation and transactions": (*CONVERSATION_FEATURES, *chosen),
        "conversation and record": FEATURES,
        f"all: with the {len(chosen)} chosen of the transactions": tuple(names),
        "all: with all 65 of the transactions": (*FEATURES, *HISTORY_FEATURES),
    }
    than = {label: "conversation and record" for label in sources if label.startswith("all")}
    than["conversation and transactions"] = "conversation"
    end = parts.testing.rows(parts.testing.last)
    said = {
        label: calibrated(recipe.make(columns, parts.fitting, parts.calibrating), end)
        for label, columns in sources.items()
    }
    without = np.isnan(end.of(("days_past_due",))).ravel()
    found = []
    for name, rows in (("every call", np.ones(len(end.y), dtype=bool)), ("calls without a record", without)):
        y, customer = end.y[rows], end.customer[rows]
        if min(y.sum(), len(y) - y.sum()) < LEAST_OUTCOMES:
            continue
        for label, score in said.items():
            other = than.get(label)
            gain = difference(y, score[rows], said[other][rows], customer, rounds=resamples) if other else None
            found.append(
                {
                    "on": name,
                    "calls": len(y),
                    "takes": label,
                    "features": len(sources[label]),
                    **_as_json(figures(y, score[rows], customer, rounds=resamples)),
                    "than": other,
                    "gain": [round(x, 4) for x in (gain.value, gain.low, gain.high)] if gain else None,
                }
            )
    return found


def train(options: Options) -> Trained:
    """Train, calibrate and evaluate. Three customer-disjoint parts: train 60 %, calibrate 20 %, test 20 %."""
    seed = options.seed
    table = tabulate(bank_calls(seed, options.customers or CALLERS))
    cut = int(np.quantile(table.day, 0.75))
    fitting, calibrating, testing = (
        table.rows(part) for part in split_by_group(table.customer, (0.6, 0.2, 0.2), seed=seed)
    )
    parts = Parts("customers held out", fitting, calibrating, testing)
    # Whether somebody paid is known a month after the call: what is not settled by then is not learned from.
    settled = cut - OUTCOME_DAYS
    later = Parts(
        "customers held out, later in time",
        fitting.rows(fitting.day < settled),
        calibrating.rows(calibrating.day < settled),
        testing.rows(testing.day >= cut),
    )
    for part in (parts.testing, later.testing):
        check_enough(part.y[part.last])  # before the minutes that training takes
    names = (*FEATURES, *strongest(fitting, seed=seed))
    recipe = Recipe(*choose(fitting, names, seed=seed), seed)
    booster, calibration = recipe.make(names, fitting, calibrating)
    p = calibrated((booster, calibration), testing)
    late = calibrated(recipe.make(names, later.fitting, later.calibrating), later.testing)
    ubj = bytes(booster.save_raw("ubj"))
    evaluation = {
        "tag": "SYNTHETIC",
        "version": VERSION,
        "sha256": hashlib.sha256(ubj).hexdigest(),
        "training_data_sha256": digest(table, names),
        "data": f"SYNTHETIC: calls of the demonstration bank, seed {seed}",
        "calls": int(table.last.sum()),
        "customers": len(np.unique(table.customer)),
        "parameters": {"max_depth": recipe.depth, "rounds": recipe.rounds, "seed": seed},
        "features": list(names),
        "splits": [
            _evaluate(parts, names, p, options.resamples),
            _evaluate(later, names, late, options.resamples),
        ],
        "ablation": ablation(parts, names, recipe, options.resamples),
    }
    return Trained(booster, names, ubj, calibration, evaluation, testing, p)


def write(trained: Trained, folder: Path, created: date) -> Path:
    """Write model and metadata into `folder/<version>` and name it in `folder/CURRENT`; returns the former."""
    target = folder / VERSION
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.ubj").write_bytes(trained.ubj)
    metadata = {
        "name": NAME,
        "version": VERSION,
        "features": list(trained.names),
        "calibration": list(trained.calibration),
        "synthetic": True,
        "trained_on": trained.evaluation["data"],
        "training_data_sha256": trained.evaluation["training_data_sha256"],
        "created": created.isoformat(),
        "xgboost_version": xgb.__version__,
        "sha256": trained.evaluation["sha256"],
    }
    (target / "model.json").write_text(json.dumps(metadata, indent=1) + "\n")
    (folder / "CURRENT").write_text(VERSION + "\n")
    return target
