"""What any model must beat, quickly: the prevalence, a logistic regression, XGBoost as it comes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xgboost as xgb
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.data.bank.period import DAY_MS, Floats, Ints
from models.evaluation import Figure
from models.tasks.frame import Split, TrainingSet
from models.tasks.measures import figures

Fit = Callable[[TrainingSet, TrainingSet], Floats]
ROUNDS = 100


def logistic(train: TrainingSet, test: TrainingSet) -> Floats:
    """Logistic regression on signed logarithms, the median for what is not known."""
    known = train.matrix()
    some = ~np.isnan(known).all(axis=0)
    median = np.zeros(known.shape[1])
    median[some] = np.nanmedian(known[:, some], axis=0)

    def prepared(x: Floats) -> Floats:
        filled = np.where(np.isnan(x), median, x)
        squeezed: Floats = np.sign(filled) * np.log1p(np.abs(filled))
        return squeezed

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, C=0.5))
    model.fit(prepared(known), train.target)
    found: Floats = model.predict_proba(prepared(test.matrix()))[:, 1]
    return found


def booster(train: TrainingSet, test: TrainingSet) -> Floats:
    """XGBoost with its defaults, but for 100 shallow rounds and the directions that the set declares."""
    parameters = {
        "objective": "binary:logistic",
        "max_depth": 4,
        "eta": 0.08,
        "tree_method": "hist",
        "nthread": 1,
        "seed": 0,
        "monotone_constraints": "(" + ",".join(str(train.monotone.get(name, 0)) for name in train.features) + ")",
    }
    model = xgb.train(parameters, xgb.DMatrix(train.matrix(), train.target, nthread=1), ROUNDS)
    found: Floats = model.predict(xgb.DMatrix(test.matrix(), nthread=1)).astype(np.float64)
    return found


MODELS: dict[str, Fit] = {"logistic regression": logistic, "XGBoost": booster}


def score(found: TrainingSet, split: Split, fit: Fit) -> tuple[Ints, Floats]:
    """Positions of the test rows in order, and the score of each by the model that has not seen it."""
    places, scores = [], []
    for train, test in split:
        places.append(test)
        scores.append(fit(found.rows(train), found.rows(test)))
    place = np.concatenate(places)
    order = np.argsort(place)
    return place[order], np.concatenate(scores)[order]


def evaluate(found: TrainingSet, split: Split, *, rounds: int = 200) -> dict[str, dict[str, Figure]]:
    """Figures of the baselines on a split, and of the true probabilities where they are known (Bayes ceiling)."""
    place = np.sort(np.concatenate([test for _, test in split]))
    test = found.rows(place)
    day = test.time // DAY_MS if found.name == "fraud" else None

    def judge(scores: Floats) -> dict[str, Figure]:
        return figures(test.target, scores, test.customer, day=day, rounds=rounds)

    results = {"prevalence": judge(np.zeros(len(test)))}
    for name, fit in MODELS.items():
        results[name] = judge(score(found, split, fit)[1])
    if not np.isnan(test.truth).any():
        results["Bayes ceiling"] = judge(test.truth)
    return results
