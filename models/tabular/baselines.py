"""What a model must beat: saying the prevalence, a scorecard of three, a logistic regression, untuned trees."""

from __future__ import annotations

import numpy as np
import xgboost as xgb
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.evaluation import Floats
from models.tabular.fit import matrix
from models.tabular.suspects import strength
from models.tabular.table import Positions, Table

SCORECARD = 3
PREVALENCE = "prevalence for everybody"
LOGISTIC = "logistic regression, one-hot"
UNTUNED = "untuned XGBoost"


def baselines(table: Table, learn: Positions, judge: Positions) -> dict[str, Floats]:
    """Probabilities of the rows `judge` by models of the rows `learn`."""
    y = table.y[learn]
    chosen = strongest(table, learn)
    names = ", ".join(table.schema.inputs[i] for i in chosen)
    return {
        PREVALENCE: np.full(len(judge), y.mean()),
        f"scorecard of {names}": _logistic(_fifths(table, learn, chosen), y, _fifths(table, learn, chosen, judge)),
        LOGISTIC: _logistic(_one_hot(table, learn, learn), y, _one_hot(table, learn, judge)),
        UNTUNED: _untuned(table, learn, judge),
    }


def strongest(table: Table, learn: Positions) -> list[int]:
    """The three inputs that tell most by themselves in the training rows."""
    kinds = table.categorical
    alone = [strength(table.y[learn], table.x[learn, i], kinds[i]) for i in range(table.x.shape[1])]
    return sorted(range(len(alone)), key=lambda i: -alone[i])[:SCORECARD]


def _logistic(x: Floats, y: Floats, judge: Floats) -> Floats:
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300, C=0.5))
    found: Floats = model.fit(x, y).predict_proba(judge)[:, 1]
    return found


def _one_hot(table: Table, learn: Positions, rows: Positions) -> Floats:
    """Numbers with their median for missing and a flag, levels one column each."""
    parts: list[Floats] = []
    for i, categorical in enumerate(table.categorical):
        values, known = table.x[rows, i], table.x[learn, i]
        if categorical:
            parts += [(values == code).astype(np.float64) for code in np.unique(known[~np.isnan(known)])]
        else:
            middle = float(np.nanmedian(known)) if not np.isnan(known).all() else 0.0
            parts.append(np.where(np.isnan(values), middle, values))
        if np.isnan(known).any():
            parts.append(np.isnan(values).astype(np.float64))
    return np.column_stack(parts)


def _fifths(table: Table, learn: Positions, inputs: list[int], rows: Positions | None = None) -> Floats:
    """The chosen inputs in fifths of the training rows (levels as they are), one column each: a scorecard's points."""
    parts: list[Floats] = []
    for i in inputs:
        known, values = table.x[learn, i], table.x[learn if rows is None else rows, i]
        parts.append(np.isnan(values).astype(np.float64))
        if table.categorical[i]:
            bins = values
        else:
            edges = np.unique(np.nanquantile(known, (0.2, 0.4, 0.6, 0.8))) if not np.isnan(known).all() else np.zeros(1)
            bins = np.where(np.isnan(values), np.nan, np.searchsorted(edges, values, side="right"))
        levels = np.unique(known[~np.isnan(known)]) if table.categorical[i] else np.arange(6.0)
        parts += [(bins == level).astype(np.float64) for level in levels]
    return np.column_stack(parts)


def _untuned(table: Table, learn: Positions, judge: Positions) -> Floats:
    """XGBoost as it comes: depth 6, learning rate 0.3, 100 rounds."""
    parameters = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, "seed": 0}
    found: Floats = xgb.train(parameters, matrix(table, learn), 100).predict(matrix(table, judge)).astype(np.float64)
    return found
