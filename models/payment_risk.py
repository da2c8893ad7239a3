"""Trains payment_risk on the demonstration generator, evaluates it honestly, and writes its card."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from rapport.calls.features import Accumulator
from rapport.calls.language import analyse
from rapport.calls.model import Role
from rapport.inference.payment_risk import FEATURES, MONOTONE, NAME
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.data.generator import SyntheticCall, generate
from models.evaluation import Figure, Floats, figures, platt, split_by_group

VERSION = "1.0.0"
# Where in a call a snapshot is taken, as shares of its turns: the model must work early, too.
SNAPSHOTS = (0.3, 0.6, 1.0)
ROUNDS = (80, 120)
DEPTHS = (3, 4)
# The demonstration bank is too small to learn from (docs: 339 customers); the generator has more.
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


def tabulate(calls: list[SyntheticCall]) -> Table:
    """Snapshots by the same code that computes features live."""
    rows: list[list[float]] = []
    meta: list[tuple[float, float, str, bool, int]] = []
    for call in calls:
        accumulator = Accumulator()
        cuts = {max(1, round(share * len(call.turns))) for share in SNAPSHOTS}
        for number, turn in enumerate(call.turns, 1):
            analysis = analyse(turn.content, by_customer=turn.role is Role.CUSTOMER)
            accumulator.add(turn, analysis, analysis.sentiment)
            if number in cuts:
                values = {**accumulator.features(), **call.customer.features}
                rows.append([values[name] for name in FEATURES])
                last = number == len(call.turns)
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
    return xgb.train(parameters, xgb.DMatrix(table.x, table.y, nthread=1), rounds)


def margins(booster: xgb.Booster, table: Table) -> Floats:
    found: Floats = booster.predict(xgb.DMatrix(table.x, nthread=1), output_margin=True).astype(np.float64)
    return found


def sigmoid(x: Floats) -> Floats:
    out: Floats = 1 / (1 + np.exp(-x))
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
    """A model with its calibration and its evidence."""

    booster: xgb.Booster
    calibration: tuple[float, float]
    evaluation: dict[str, Any]
    test: Table
    probability: Floats


def _as_json(found: dict[str, Figure]) -> dict[str, list[float]]:
    return {name: [round(x, 4) for x in (figure.value, figure.low, figure.high)] for name, figure in found.items()}


def _evaluate(name: str, table: Table, p: Floats, train: Table) -> dict[str, Any]:
    """Figures of model, baselines and ceiling on the last snapshot of each call of `table`."""
    end = table.last
    part = table.rows(end)
    scores = {"payment_risk": p[end], **baselines(train.rows(train.last), part), "Bayes ceiling": part.truth}
    return {
        "split": name,
        "calls": len(part.y),
        "customers": len(np.unique(part.customer)),
        "prevalence": round(float(part.y.mean()), 4),
        "figures": {label: _as_json(figures(part.y, score, part.customer)) for label, score in scores.items()},
    }


def train(seed: int = 7, *, calls: list[SyntheticCall] | None = None) -> Trained:
    """Train, calibrate and evaluate. Three customer-disjoint parts: train 60 %, calibrate 20 %, test 20 %."""
    table = tabulate(calls if calls is not None else generate(seed, CUSTOMERS, CALLS))
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
    evaluation = {
        "data": f"SYNTHETIC: demonstration generator, seed {seed}",
        "calls": int(table.last.sum()),
        "customers": len(np.unique(table.customer)),
        "parameters": {"max_depth": depth, "rounds": rounds, "seed": seed},
        "splits": [
            _evaluate("customers held out", testing, p, fitting),
            _evaluate("customers held out, later in time", late, calibrated(early_booster, late, early_line), early),
        ],
    }
    return Trained(booster, calibration, evaluation, testing, p)


def write(trained: Trained, folder: Path) -> Path:
    """Write model and metadata into `folder/<version>`; returns that folder."""
    target = folder / VERSION
    target.mkdir(parents=True, exist_ok=True)
    trained.booster.save_model(target / "model.ubj")
    metadata = {
        "name": NAME,
        "version": VERSION,
        "features": list(FEATURES),
        "calibration": list(trained.calibration),
        "synthetic": True,
        "trained_on": trained.evaluation["data"],
        "created": date(2026, 11, 21).isoformat(),
        "xgboost_version": xgb.__version__,
        "sha256": hashlib.sha256((target / "model.ubj").read_bytes()).hexdigest(),
    }
    (target / "model.json").write_text(json.dumps(metadata, indent=1) + "\n")
    return target
