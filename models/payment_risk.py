"""Trains payment_risk on the demonstration generator, evaluates it honestly, and writes its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from rapport.calls.conversation import Conversation
from rapport.calls.model import Band, Channel
from rapport.calls.records import Fact, Record, RecordKind
from rapport.inference.payment_risk import FEATURES, MONOTONE, NAME
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.data.generator import SyntheticCall, generate
from models.definition import Options
from models.evaluation import Figure, Floats, figures, platt, split_by_group

VERSION = "1.1.0"
# Where in a call a snapshot is taken, as shares of its turns: the model must work early, too. One more row per
# call has nothing of the conversation, because the look-up scores a caller before the first word.
SNAPSHOTS = (0.3, 0.6, 1.0)
# Small enough for a SHAP explanation in a tenth of a millisecond; cross-validation chooses among these.
ROUNDS = (80, 100)
DEPTHS = (2, 3)
# The demonstration bank (339 customers, 1,058 calls) is too small to learn from; the generator can make more.
CUSTOMERS, CALLS = 3_000, 9_400


@dataclass(frozen=True)
class Table:
    """Snapshots of calls. `last` marks the snapshot at the end of its call, `day` when the call was."""

    x: Floats
    y: Floats
    truth: Floats
    customer: Any
    last: Any
    day: Any

    def rows(self, positions: Any) -> Table:
        return Table(*(getattr(self, name)[positions] for name in ("x", "y", "truth", "customer", "last", "day")))


def prefixes(call: SyntheticCall) -> list[Mapping[str, float]]:
    """The conversation features after each turn, from the very code that folds a live call."""
    seen: list[Mapping[str, float]] = []

    def keep(features: Mapping[str, float]) -> tuple[int, Band]:
        seen.append(features)
        return 0, Band.LOW

    facts: tuple[Fact, ...] = (*call.turns, *call.categories)
    Conversation().fold([Record(call.contact_id, Channel.VOICE, RecordKind.SEGMENTS, facts=facts)], keep)
    return seen


def tabulate(calls: list[SyntheticCall]) -> Table:
    """Snapshots by the same code that computes features live."""
    rows: list[list[float]] = []
    meta: list[tuple[float, float, str, bool, int]] = []
    for call in calls:
        turns = prefixes(call)
        cuts = sorted({max(1, round(share * len(turns))) for share in SNAPSHOTS})
        for cut in (0, *cuts):
            values = {**(turns[cut - 1] if cut else {}), **call.customer.features}
            rows.append([values.get(name, nan) for name in FEATURES])
            last = cut == len(turns)
            meta.append((call.failed_to_pay, call.probability, call.customer.customer_id, last, call.day))
    y, truth, customer, last_rows, day = zip(*meta, strict=True)
    return Table(
        np.array(rows, dtype=np.float64),
        np.array(y, dtype=np.float64),
        np.array(truth),
        np.array(customer),
        np.array(last_rows),
        np.array(day),
    )


def digest(table: Table) -> str:
    """Fingerprint of the training data as the feature code computed it, to six decimals.

    When a word list or a formula changes, so does this, and the published model is known to be out of date.
    """
    together = np.column_stack([table.x, table.y])
    return hashlib.sha256((np.round(together, 6) + 0.0).tobytes()).hexdigest()


def matrix(table: Table) -> xgb.DMatrix:
    """The table for XGBoost, with feature names, so that the model file says what it takes."""
    return xgb.DMatrix(table.x, table.y, nthread=1, feature_names=list(FEATURES))


def fit(table: Table, *, depth: int, rounds: int, seed: int) -> xgb.Booster:
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
        "monotone_constraints": "(" + ",".join(str(MONOTONE.get(name, 0)) for name in FEATURES) + ")",
    }
    return xgb.train(parameters, matrix(table), rounds)


def margins(booster: xgb.Booster, table: Table) -> Floats:
    found: Floats = booster.predict(matrix(table), output_margin=True).astype(np.float64)
    return found


def sigmoid(x: Floats) -> Floats:
    out: Floats = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return out


def choose(train: Table, *, seed: int) -> tuple[int, int]:
    """Depth and rounds by cross-validation over customers inside the training part."""
    folds = split_by_group(train.customer, (0.2,) * 5, seed=seed)
    best = (float("inf"), DEPTHS[0], ROUNDS[0])
    for depth in DEPTHS:
        for rounds in ROUNDS:
            losses = []
            for fold in folds:
                rest = np.setdiff1d(np.arange(len(train.y)), fold)
                booster = fit(train.rows(rest), depth=depth, rounds=rounds, seed=seed)
                p = np.clip(sigmoid(margins(booster, train.rows(fold))), 1e-6, 1 - 1e-6)
                y = train.y[fold]
                losses.append(float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))))
            best = min(best, (float(np.mean(losses)), depth, rounds))
    return best[1], best[2]


SCORECARD = ("days_past_due", "payment_trouble_count", "promises_kept_share")


def baselines(train: Table, test: Table) -> dict[str, Floats]:
    """What a model must beat: the prevalence, a three-feature scorecard, logistic regression on all."""
    median = np.nan_to_num(np.nanmedian(train.x, axis=0))

    def filled(x: Floats) -> Floats:
        return np.where(np.isnan(x), median, x)

    def logistic(columns: list[int]) -> Floats:
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, C=0.5))
        model.fit(filled(train.x)[:, columns], train.y)
        found: Floats = model.predict_proba(filled(test.x)[:, columns])[:, 1]
        return found

    return {
        "prevalence for everybody": np.full(len(test.y), train.y.mean()),
        "three-feature scorecard": logistic([FEATURES.index(name) for name in SCORECARD]),
        "logistic regression, all features": logistic(list(range(len(FEATURES)))),
    }


@dataclass(frozen=True)
class Trained:
    """A model with its calibration and its evidence. `ubj` is the model's file."""

    booster: xgb.Booster
    ubj: bytes
    calibration: tuple[float, float]
    evaluation: dict[str, Any]
    test: Table
    probability: Floats


def _as_json(found: dict[str, Figure]) -> dict[str, list[float]]:
    return {name: [round(x, 4) for x in (figure.value, figure.low, figure.high)] for name, figure in found.items()}


def _evaluate(name: str, table: Table, p: Floats, train: Table, resamples: int) -> dict[str, Any]:
    """Figures of model, baselines and ceiling on the last snapshot of each call of `table`."""
    end = table.last
    part = table.rows(end)
    scores = {"payment_risk": p[end], **baselines(train.rows(train.last), part), "Bayes ceiling": part.truth}
    return {
        "split": name,
        "calls": len(part.y),
        "customers": len(np.unique(part.customer)),
        "prevalence": round(float(part.y.mean()), 4),
        "figures": {
            label: _as_json(figures(part.y, score, part.customer, rounds=resamples)) for label, score in scores.items()
        },
    }


def train(options: Options) -> Trained:
    """Train, calibrate and evaluate. Three customer-disjoint parts: train 60 %, calibrate 20 %, test 20 %."""
    seed = options.seed
    table = tabulate(generate(seed, options.customers or CUSTOMERS, options.calls or CALLS))
    parts = split_by_group(table.customer, (0.6, 0.2, 0.2), seed=seed)
    fitting, calibrating, testing = (table.rows(part) for part in parts)
    depth, rounds = choose(fitting, seed=seed)
    booster = fit(fitting, depth=depth, rounds=rounds, seed=seed)
    calibration = platt(calibrating.y, margins(booster, calibrating))

    def calibrated(model: xgb.Booster, part: Table, line: tuple[float, float]) -> Floats:
        return sigmoid(line[0] * margins(model, part) + line[1])

    p = calibrated(booster, testing, calibration)
    cut = int(np.quantile(table.day, 0.75))
    early, early_calibrating = fitting.rows(fitting.day < cut), calibrating.rows(calibrating.day < cut)
    late = testing.rows(testing.day >= cut)
    early_booster = fit(early, depth=depth, rounds=rounds, seed=seed)
    early_line = platt(early_calibrating.y, margins(early_booster, early_calibrating))
    late_p = calibrated(early_booster, late, early_line)
    ubj = bytes(booster.save_raw("ubj"))
    evaluation = {
        "tag": "SYNTHETIC",
        "version": VERSION,
        "sha256": hashlib.sha256(ubj).hexdigest(),
        "training_data_sha256": digest(table),
        "data": f"SYNTHETIC: demonstration generator, seed {seed}",
        "calls": int(table.last.sum()),
        "customers": len(np.unique(table.customer)),
        "parameters": {"max_depth": depth, "rounds": rounds, "seed": seed},
        "splits": [
            _evaluate("customers held out", testing, p, fitting, options.resamples),
            _evaluate("customers held out, later in time", late, late_p, early, options.resamples),
        ],
    }
    return Trained(booster, ubj, calibration, evaluation, testing, p)


def write(trained: Trained, folder: Path, created: date) -> Path:
    """Write model and metadata into `folder/<version>` and name it in `folder/CURRENT`; returns the former."""
    target = folder / VERSION
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.ubj").write_bytes(trained.ubj)
    metadata = {
        "name": NAME,
        "version": VERSION,
        "features": list(FEATURES),
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
