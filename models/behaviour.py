"""Next action of a customer: a small network or multinomial logistic regression, whichever validation prefers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.customers.vocabulary import CATEGORIES, CHANNELS
from rapport.inference.behaviour import Coding
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from models.data.habits import Life, generate
from models.definition import Options
from models.evaluation import Floats, split_by_group
from models.export import Exported, against, as_bytes

NAME, VERSION = "behaviour", "1.0.0"
VOCABULARIES = {"channel": CHANNELS, "category": CATEGORIES}
CUSTOMERS, ROWS_EACH = 1_200, 16
HIDDEN, PENALTIES, STRENGTHS = (16, 32), (1e-2, 1.0), (0.001, 0.01, 0.1)


@dataclass(frozen=True)
class Table:
    """Rows of `Coding.row`, the action that came (index), the one before it (-1: none), counts of all before it,
    the customer, and the generator's probabilities where there are any."""

    x: Floats
    y: NDArray[np.intp]
    last: NDArray[np.intp]
    counts: Floats
    customer: NDArray[np.str_]
    truth: Floats | None = None

    def rows(self, at: NDArray[Any]) -> Table:
        truth = None if self.truth is None else self.truth[at]
        return Table(self.x[at], self.y[at], self.last[at], self.counts[at], self.customer[at], truth)


def tabulate(lives: Sequence[Life], coding: Coding, seed: int, each: int = ROWS_EACH) -> Table:
    """`each` moments of every life at random, encoded by the code that serves."""
    rng = np.random.default_rng(seed)
    rows: list[Any] = []
    for life in lives:
        codes = np.array([coding.actions.index(p.action) for p in life.past])
        for i in sorted(rng.choice(len(codes), min(each, len(codes)), replace=False).tolist()):
            counts = np.bincount(codes[:i], minlength=len(coding.actions))
            x = coding.row(life.past[:i], life.past[i].at)
            rows.append((x, codes[i], codes[i - 1] if i else -1, counts, life.customer, life.truth[i]))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Table(columns[0], columns[1], columns[2], columns[3].astype(np.float64), columns[4], columns[5])


@dataclass(frozen=True)
class Fitted:
    """A model of either kind with the scaling before it."""

    scaler: StandardScaler
    model: MLPClassifier | LogisticRegression
    actions: tuple[str, ...]

    def probabilities(self, x: Floats) -> Floats:
        """n x actions. An action that training never saw has probability 0."""
        out = np.zeros((len(x), len(self.actions)))
        out[:, self.model.classes_] = self.model.predict_proba(self.scaler.transform(x))
        return out

    def parameters(self, coding: Coding) -> dict[str, Any]:
        """What the service reads. An action never seen gets a bias that leaves it no probability to speak of."""
        if isinstance(self.model, MLPClassifier):
            layers = [(w.T, b) for w, b in zip(self.model.coefs_, self.model.intercepts_, strict=True)]
        else:
            layers = [(self.model.coef_, self.model.intercept_)]
        weights, bias = layers[-1]
        if len(bias) == 1:  # Two classes have one logit in scikit-learn: the softmax of (0, s) is its sigmoid.
            weights, bias = np.vstack([np.zeros_like(weights), weights]), np.array([0.0, bias[0]])
        whole = np.zeros((len(self.actions), weights.shape[1]))
        shift = np.full(len(self.actions), -700.0)
        whole[self.model.classes_], shift[self.model.classes_] = weights, bias
        layers[-1] = (whole, shift)
        return {
            "half_lives": list(coding.half_lives),
            "last": coding.last,
            "network": {
                "classes": list(self.actions),
                "mean": self.scaler.mean_.tolist(),
                "scale": self.scaler.scale_.tolist(),
                "layers": [{"weights": w.tolist(), "bias": b.tolist()} for w, b in layers],
            },
        }


def candidates(train: Table, actions: tuple[str, ...], seed: int) -> dict[str, Fitted]:
    """Networks of one hidden layer and logistic regressions, by name; one thread, so that a seed is a result."""
    with threadpool_limits(1):
        return _candidates(train, actions, seed)


def _candidates(train: Table, actions: tuple[str, ...], seed: int) -> dict[str, Fitted]:
    scaler = StandardScaler().fit(train.x)
    z = scaler.transform(train.x)
    found: dict[str, Fitted] = {}
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, max_iter=200).fit(z, train.y)
        found[f"logistic, C {strength:g}"] = Fitted(scaler, model, actions)
    for width in HIDDEN:
        for penalty in PENALTIES:
            network = MLPClassifier(
                (width,), alpha=penalty, max_iter=60, early_stopping=True, learning_rate_init=3e-3, random_state=seed
            )
            found[f"network of {width}, alpha {penalty:g}"] = Fitted(scaler, network.fit(z, train.y), actions)
    return found


def log_loss(y: NDArray[np.intp], p: Floats) -> float:
    """Mean negative log-probability of what came, in nats; probabilities are cut at 1e-6."""
    return float(-np.log(np.clip(p[np.arange(len(y)), y], 1e-6, 1)).mean())


def choose(train: Table, validation: Table, actions: tuple[str, ...], seed: int) -> tuple[str, Fitted]:
    """The candidate of least log loss on validation customers."""
    found = candidates(train, actions, seed)
    best = min(found, key=lambda name: log_loss(validation.y, found[name].probabilities(validation.x)))
    return best, found[best]


def baselines(train: Table, test: Table, k: int) -> dict[str, Floats]:
    """Probabilities of what must be beaten: the majority, what follows the last action, each one's own habit.

    The accuracy of "as last time" is that of naming the last action; its probabilities are how often it repeats.
    """
    prior = np.bincount(train.y, minlength=k) / len(train.y)
    repeats = float((train.y == train.last)[train.last >= 0].mean())
    others = prior[None, :] * (1 - np.eye(k))
    others /= np.maximum(others.sum(axis=1, keepdims=True), 1e-12)
    same = repeats * np.eye(k) + (1 - repeats) * others
    follows = np.array([np.bincount(train.y[train.last == i], minlength=k) + 5 * prior for i in range(k)])
    follows /= follows.sum(axis=1, keepdims=True)
    unknown = test.last < 0
    at = np.where(unknown, 0, test.last)
    # The best weight of everybody's habit beside one's own.
    strengths = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
    own = {s: (train.counts + s * prior) / (train.counts.sum(axis=1, keepdims=True) + s) for s in strengths}
    s = min(strengths, key=lambda strength: log_loss(train.y, own[strength]))
    return {
        "majority": np.tile(prior, (len(test.y), 1)),
        "as last time": np.where(unknown[:, None], prior, _named(same[at], at)),
        "what follows the last": np.where(unknown[:, None], prior, follows[at]),
        "own most frequent": (test.counts + s * prior) / (test.counts.sum(axis=1, keepdims=True) + s),
    }


def _named(p: Floats, last: NDArray[np.intp]) -> Floats:
    """The last action is named even where it rarely repeats: a hair above the likeliest other."""
    out = p.copy()
    rows = np.arange(len(p))
    out[rows, last] = np.maximum(out[rows, last], p.max(axis=1) + 1e-9)
    out /= out.sum(axis=1, keepdims=True)
    return np.asarray(out, dtype=np.float64)


def figures(test: Table, p: Floats, *, seed: int, resamples: int) -> dict[str, tuple[float, float, float]]:
    """Accuracy and log loss with 95 % intervals from a bootstrap over customers."""
    right = (p.argmax(axis=1) == test.y).astype(float)
    loss = -np.log(np.clip(p[np.arange(len(test.y)), test.y], 1e-6, 1))
    _, group = np.unique(test.customer, return_inverse=True)
    sums = np.column_stack([np.bincount(group, weights=v) for v in (right, loss, np.ones_like(loss))])
    rng = np.random.default_rng(seed)
    drawn = np.array([sums[rng.integers(0, len(sums), len(sums))].sum(axis=0) for _ in range(resamples)])
    low, high = np.percentile(drawn[:, :2] / drawn[:, 2:], [2.5, 97.5], axis=0)
    values = (right.mean(), loss.mean())
    return {
        name: (round(float(v), 4), round(float(a), 4), round(float(b), 4))
        for name, v, a, b in zip(("accuracy", "log loss"), values, low, high, strict=True)
    }


def train(options: Options, what: str = "channel") -> Exported:
    """Train on 60 % of the customers, choose on 20 %, judge on 20 %. SYNTHETIC sequences."""
    actions, seed = VOCABULARIES[what], options.seed
    coding = Coding(actions)
    table = tabulate(generate(seed, options.customers or CUSTOMERS, actions), coding, seed)
    fitting, choosing, testing = (
        table.rows(part) for part in split_by_group(table.customer, (0.6, 0.2, 0.2), seed=seed)
    )
    chosen, fitted = choose(fitting, choosing, actions, seed)
    rows = {NAME: fitted.probabilities(testing.x), **baselines(fitting, testing, len(actions))}
    if testing.truth is not None:
        rows["ceiling: knows hidden habits"] = testing.truth
    found = {n: figures(testing, p, seed=seed, resamples=min(options.resamples, 200)) for n, p in rows.items()}
    return Exported(
        name=f"{NAME}_{what}",
        version=VERSION,
        file="parameters.json",
        data=as_bytes(fitted.parameters(coding)),
        trained_on=f"SYNTHETIC sequences of customers with habits, seed {seed}",
        synthetic=True,
        about=(
            f"**Question**: by which {what} does this customer act next, of {len(actions)}?",
            f"**Algorithm**: {chosen}, of {len(STRENGTHS)} logistic regressions and {len(HIDDEN) * len(PENALTIES)} "
            "networks by log loss on validation customers.",
            "**Features**: logarithms of recency-weighted shares, the last two actions, pause, pace, number.",
            "**Ceiling** (SYNTHETIC): the probabilities the next action was drawn from. They know each customer's "
            "hidden habits, which no model can learn from a short history.",
            f"**Against the baselines** (SYNTHETIC): {against(found, NAME, 'log loss', less=True)}; "
            f"{against(found, NAME, 'accuracy')}.",
        ),
        splits=(
            {
                "split": "customers held out",
                "calls": len(testing.y),
                "prevalence": round(float(np.bincount(testing.y).max() / len(testing.y)), 4),
                "figures": {f"{NAME}_{what}" if n == NAME else n: row for n, row in found.items()},
            },
        ),
        metadata={
            "question": f"By which {what} does this customer act next?",
            "actions": list(actions),
            "training_data_sha256": hashlib.sha256(table.x.round(6).tobytes()).hexdigest(),
        },
    )
