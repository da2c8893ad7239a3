"""Unusual transactions, logins and calls: scikit-learn's isolation forest as arrays, judged on injected anomalies.

All data here is SYNTHETIC: customers with habits, and events that break some of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.inference.anomaly import FEATURES, Feature, Kind
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score

from models.definition import Options
from models.evaluation import Floats
from models.export import Exported, against, as_bytes
from models.tabular.reference import of_numbers

NAME, VERSION = "anomaly", "1.0.0"
TREES, SAMPLES = 100, 256
# Anomalies are one in two hundred; `k` of precision@k is their number in the test part of the default size.
RATE = 0.005
LEVELS = (*np.linspace(0, 0.99, 100).tolist(), 0.995, 0.998, 0.999, 0.9995)
_NORMAL_FLAG = {"new_merchant": 0.15, "new_country": 0.004, "new_device": 0.02, "new_number": 0.05}


@dataclass(frozen=True)
class Events:
    """n x features in the order of FEATURES[kind], raw units; whether injected, and of which customer."""

    x: Floats
    injected: NDArray[np.bool_]
    customer: NDArray[np.intp]


def generate(kind: Kind, seed: int, customers: int, events: int) -> Events:
    """SYNTHETIC events. Customers differ in how regular they are, so one customer's usual is another's odd."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, customers, events)
    spread = np.exp(rng.normal(0, 0.35, customers))[who]
    rate = np.exp(rng.normal(0, 0.5, customers))[who]
    columns = {f.name: _ordinary(f, rng, spread, rate) for f in FEATURES[kind]}
    injected = rng.random(events) < RATE
    _inject(columns, rng, np.flatnonzero(injected))
    return Events(np.column_stack([columns[f.name] for f in FEATURES[kind]]), injected, who)


def _ordinary(feature: Feature, rng: np.random.Generator, spread: Floats, rate: Floats) -> Floats:
    n = len(spread)
    if feature.name in _NORMAL_FLAG:
        return (rng.random(n) < _NORMAL_FLAG[feature.name] * spread).astype(np.float64)
    if feature.name == "hour_distance":
        return np.minimum(12.0, np.abs(rng.normal(0, 2.5, n) * spread))
    if feature.name in ("amount_ratio", "duration_ratio"):
        return np.exp(rng.normal(0, 0.7, n) * spread)
    if feature.name == "gap_hours":
        return rng.exponential(60 / rate)
    if feature.name == "travel_kmh":
        return np.where(rng.random(n) < 0.85, 0.0, rng.exponential(25, n) * spread)
    if feature.unit == "0 to 1":
        return rng.beta(2, 5, n)
    means = {"in_last_hour": 0.05, "in_last_day": 0.7, "failed_before": 0.15, "logins_last_day": 1.2}
    return rng.poisson(means.get(feature.name, 0.3) * rate).astype(np.float64)


def _inject(columns: dict[str, Floats], rng: np.random.Generator, rows: NDArray[np.intp]) -> None:
    """Three kinds of anomaly in equal parts: one feature far off, a burst, and several mildly off together."""
    kind = rng.integers(0, 3, len(rows))
    ratios = [c for c in columns if c.endswith("_ratio") or c == "travel_kmh"]
    counts = [c for c in columns if c.startswith(("in_last", "failed", "calls_last", "logins_last", "transfers"))]
    far, burst, mild = (rows[kind == i] for i in range(3))
    for name in ratios[:1]:
        columns[name][far] = columns[name][far] * rng.uniform(8, 40, len(far)) + 300 * (name == "travel_kmh")
    for name in counts:
        columns[name][burst] += rng.poisson(4, len(burst))
    if "gap_hours" in columns:
        columns["gap_hours"][burst] = rng.exponential(0.1, len(burst))
    columns["hour_distance"][mild] = rng.uniform(6, 12, len(mild))
    for name, column in columns.items():
        if name.startswith("new_"):
            column[mild] = (rng.random(len(mild)) < 0.7).astype(np.float64)
        elif name in ratios:
            column[mild] *= rng.uniform(1.5, 3, len(mild))
        elif name.endswith("_share"):
            column[mild] = rng.beta(1, 20, len(mild))


def entered(kind: Kind, x: Floats) -> Floats:
    """The model's columns: log1p where the feature is logarithmic."""
    return np.column_stack([np.log1p(x[:, i]) if f.logarithmic else x[:, i] for i, f in enumerate(FEATURES[kind])])


def arrays(forest: IsolationForest) -> list[dict[str, Any]]:
    """Each tree in preorder, a leaf's value being its path length as scikit-learn counts it."""
    trees = []
    for estimator in forest.estimators_:
        tree = estimator.tree_
        feature: list[int] = []
        value: list[float] = []
        right: list[int] = []

        def walk(node: int, depth: int, tree: Any = tree, out: Any = (feature, value, right)) -> None:
            feature, value, right = out
            position = len(feature)
            leaf = tree.children_left[node] < 0
            feature.append(0 if leaf else int(tree.feature[node]))
            rest = average_path_length(int(tree.n_node_samples[node]))
            value.append(depth + rest if leaf else float(tree.threshold[node]))
            right.append(0)
            if not leaf:
                walk(int(tree.children_left[node]), depth + 1)
                right[position] = len(feature)
                walk(int(tree.children_right[node]), depth + 1)

        walk(0, 0)
        trees.append({"feature": feature, "value": value, "right": right})
    return trees


def average_path_length(n: int) -> float:
    """c(n) of Liu, Ting and Zhou: the mean depth of an unsuccessful search among n samples."""
    if n <= 1:
        return 0.0
    return 1.0 if n == 2 else float(2 * (np.log(n - 1) + np.euler_gamma) - 2 * (n - 1) / n)


def parameters(kind: Kind, forest: IsolationForest, x: Floats) -> dict[str, Any]:
    """What the service reads; `x` are the raw training rows."""
    scores = -forest.score_samples(entered(kind, x))
    # Beyond the highest training score lies one event in n + 1, not none.
    levels = [*LEVELS, 1.0]
    top = len(x) / (len(x) + 1)
    return {
        "features": [f.name for f in FEATURES[kind]],
        "logarithmic": [f.logarithmic for f in FEATURES[kind]],
        "typical": np.median(x, axis=0).tolist(),
        "normalisation": average_path_length(int(forest.max_samples_)),
        "trees": arrays(forest),
        "levels": [min(level, top) for level in levels],
        "quantiles": np.quantile(scores, levels).tolist(),
    }


def fit(kind: Kind, x: Floats, seed: int) -> IsolationForest:
    """Fitted on all training rows, anomalies among them, as it would be without labels."""
    model = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLES, len(x)), random_state=seed)
    return model.fit(entered(kind, x).astype(np.float32))


def precision_at(injected: NDArray[np.bool_], scores: Floats, k: int) -> float:
    """Share of injected ones among the k highest scores."""
    return float(injected[np.argsort(-scores, kind="stable")[:k]].mean())


def baselines(kind: Kind, train: Floats, test: Floats) -> dict[str, Floats]:
    """What the forest must beat: z-scores by mean and deviation of the same columns, the largest and together."""
    z = np.abs((entered(kind, test) - entered(kind, train).mean(axis=0)) / entered(kind, train).std(axis=0))
    return {"largest z-score": z.max(axis=1), "sum of squared z-scores": (z**2).sum(axis=1)}


def _figures(test: Events, scores: Floats, k: int, seed: int, resamples: int) -> dict[str, tuple[float, float, float]]:
    """precision@k and average precision with intervals from a bootstrap over customers."""
    rng = np.random.default_rng(seed)
    rows = [np.flatnonzero(test.customer == c) for c in np.unique(test.customer)]
    drawn = []
    for _ in range(resamples):
        sample = np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])
        if test.injected[sample].any():
            y, s = test.injected[sample], scores[sample]
            drawn.append((precision_at(y, s, k), float(average_precision_score(y, s))))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    found = (precision_at(test.injected, scores, k), float(average_precision_score(test.injected, scores)))
    names = (f"precision@{k}", "average precision")
    return {
        n: (round(v, 4), round(float(a), 4), round(float(b), 4))
        for n, v, a, b in zip(names, found, low, high, strict=True)
    }


def train(options: Options, kind: Kind = Kind.TRANSACTION) -> Exported:
    """Train on half of the customers, judge on the other half."""
    events = generate(kind, options.seed, options.customers or 1_000, options.calls or 40_000)
    half = np.random.default_rng(options.seed).permutation(events.customer.max() + 1) % 2 == 0
    mine = half[events.customer]
    x, test = events.x[mine], Events(events.x[~mine], events.injected[~mine], events.customer[~mine])
    forest = fit(kind, x, options.seed)
    scores = -forest.score_samples(entered(kind, test.x))
    k = int(test.injected.sum())
    rows = {"isolation forest": scores, **baselines(kind, x, test.x)}
    found = {n: _figures(test, s, k, options.seed, min(options.resamples, 100)) for n, s in rows.items()}
    seen = -forest.score_samples(entered(kind, x))
    names = [f.name for f in FEATURES[kind]]
    return Exported(
        name=f"{NAME}_{kind}",
        version=VERSION,
        file="parameters.json",
        data=as_bytes(parameters(kind, forest, x)),
        trained_on=f"SYNTHETIC {kind} events of customers with habits, seed {options.seed}",
        synthetic=True,
        about=(
            f"**Question**: is this {kind} unusual for its customer?",
            f"**Algorithm**: isolation forest, {TREES} trees of {SAMPLES} rows, fitted without labels.",
            "**Reasons**: how far the score falls when a feature takes its typical value.",
            f"**Evidence**: anomalies were injected at {RATE:.1%}: one value far off, a burst, several mildly off. "
            "They are of our own making: the figure tells forests from z-scores, not how many frauds are found.",
            f"**Against the baselines** (SYNTHETIC): {against(found, 'isolation forest', 'average precision')}.",
        ),
        splits=(
            {
                "split": "customers held out",
                "calls": len(test.x),
                "prevalence": round(float(test.injected.mean()), 5),
                "figures": {f"{NAME}_{kind}" if n == "isolation forest" else n: row for n, row in found.items()},
            },
        ),
        metadata={
            "kind": str(kind),
            "question": f"Is this {kind} unusual for its customer?",
            "features": names,
            "training_data_sha256": hashlib.sha256(x.round(6).tobytes()).hexdigest(),
        },
        files={"reference.json": as_bytes(of_numbers(names, x, events.injected[mine], seen))},
    )
