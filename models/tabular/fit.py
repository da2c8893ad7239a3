"""One XGBoost model from a table's rows; single-threaded, so that the same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost as xgb

from models.evaluation import Floats
from models.tabular.table import Positions, Table


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What tuning chooses. `half_life` weighs old rows less: a share of the rows' number, 0 for equal weights."""

    max_depth: int = 4
    eta: float = 0.06
    min_child_weight: float = 6.0
    subsample: float = 0.8
    colsample_bytree: float = 0.7
    reg_lambda: float = 4.0
    rounds: int = 200
    half_life: float = 0.0

    def parameters(self, seed: int) -> dict[str, Any]:
        """XGBoost's own."""
        return {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "max_depth": self.max_depth,
            "eta": self.eta,
            "min_child_weight": self.min_child_weight,
            "subsample": self.subsample,
            "colsample_bytree": self.colsample_bytree,
            "reg_lambda": self.reg_lambda,
            "max_cat_to_onehot": 8,
            "nthread": 1,
            "seed": seed,
        }


def matrix(table: Table, rows: Positions, weights: Floats | None = None) -> xgb.DMatrix:
    """These rows for XGBoost; categories keep their codes."""
    return matrix_of(table.x[rows], table.categorical, table.y[rows], weights)


def matrix_of(
    x: Floats, categorical: list[bool], y: Floats | None = None, weights: Floats | None = None
) -> xgb.DMatrix:
    """As `matrix`, of bare numbers, without names: XGBoost forbids some characters and the service goes by place."""
    kinds = ["c" if flag else "q" for flag in categorical]
    return xgb.DMatrix(x, y, weight=weights, feature_types=kinds, enable_categorical=True, nthread=1)


def recency(table: Table, rows: Positions, half_life: float) -> Floats | None:
    """Weights that halve every `half_life` of the rows, newest 1; None for equal weights."""
    if not half_life:
        return None
    age = np.empty(len(rows))
    age[np.argsort(table.time[rows], kind="stable")] = np.arange(len(rows))[::-1]
    weights: Floats = 0.5 ** (age / (half_life * len(rows)))
    return weights


def fit(
    table: Table, rows: Positions, setting: Setting, seed: int, monotone: Mapping[str, int] | None = None
) -> xgb.Booster:
    """Train on these rows. `monotone` binds inputs by name: +1 only up, -1 only down."""
    parameters = setting.parameters(seed) | bound(table, monotone)
    return xgb.train(parameters, matrix(table, rows, recency(table, rows, setting.half_life)), setting.rounds)


def bound(table: Table, monotone: Mapping[str, int] | None) -> dict[str, str]:
    if not monotone:
        return {}
    return {"monotone_constraints": "(" + ",".join(str(monotone.get(name, 0)) for name in table.schema.inputs) + ")"}


def margins(booster: xgb.Booster, table: Table, rows: Positions) -> Floats:
    """Raw log-odds."""
    found: Floats = booster.predict(matrix(table, rows), output_margin=True).astype(np.float64)
    return found


def calibrated(margin: Floats, line: tuple[float, float]) -> Floats:
    """Probabilities by Platt's line."""
    p: Floats = 1 / (1 + np.exp(-np.clip(line[0] * margin + line[1], -500, 500)))
    return p
