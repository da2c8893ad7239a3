"""Learns next_best_action from logged decisions and judges policies off-policy, all on a SYNTHETIC simulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapport.inference.actions_catalogue import CODES, FEATURES, NO_ACTION, Context, eligible, features
from rapport.inference.next_best_action import NAME, Policy

from models.data.responses import contexts, expected_rewards, rewards
from models.definition import Options
from models.evaluation import Figure, Floats
from models.export import Exported, as_bytes

VERSION = "1.0.0"
DECISIONS = 16_000
FLOOR, RIDGE = 0.05, 1.0
Behaviour = Callable[[Context], Mapping[str, float]]


@dataclass(frozen=True)
class Log:
    """Logged decisions: contexts, their features, the action taken (index of CODES), with which propensity, what it
    brought; `allowed` is n x actions."""

    contexts: tuple[Context, ...]
    x: Floats
    allowed: NDArray[np.bool_]
    action: NDArray[np.intp]
    propensity: Floats
    reward: Floats

    def part(self, rows: NDArray[Any]) -> Log:
        kept = tuple(self.contexts[i] for i in rows)
        return Log(kept, *(getattr(self, n)[rows] for n in ("x", "allowed", "action", "propensity", "reward")))


def uniform_policy(context: Context) -> dict[str, float]:
    """Every eligible action alike."""
    found = eligible(context)
    return {action.code: 1 / len(found) for action in found}


def always(code: str) -> Behaviour:
    """This action wherever the rules allow it, nothing elsewhere."""
    return lambda context: {code if code in {a.code for a in eligible(context)} else NO_ACTION: 1.0}


def table(policy: Behaviour, given: Sequence[Context]) -> Floats:
    """n x actions: how likely the policy takes each."""
    out = np.zeros((len(given), len(CODES)))
    for row, context in zip(out, given, strict=True):
        for code, probability in policy(context).items():
            row[CODES.index(code)] = probability
    return out


def record(given: Sequence[Context], policy: Behaviour, rng: np.random.Generator) -> Log:
    """Let a policy decide in the simulator."""
    p = table(policy, given)
    action = (p.cumsum(axis=1) > rng.random((len(given), 1))).argmax(axis=1)
    x = np.array([features(c) for c in given])
    rows = np.arange(len(given))
    allowed = table(uniform_policy, given) > 0
    return Log(tuple(given), x, allowed, action, p[rows, action], rewards(expected_rewards(given)[rows, action], rng))


def fit(log: Log) -> dict[str, Any]:
    """The policy's parameters: for each action a Bayesian linear regression of reward on context.

    The prior is N(0, 1/RIDGE) on each coefficient, in units of the noise, which the residuals estimate.
    """
    posteriors = {}
    for i, code in enumerate(CODES):
        x, y = log.x[log.action == i], log.reward[log.action == i]
        precision = x.T @ x + RIDGE * np.eye(len(FEATURES))
        mean = np.linalg.solve(precision, x.T @ y)
        noise = float(((y - x @ mean) ** 2).sum() / max(1, len(y) - len(FEATURES))) if len(y) else 1.0
        covariance = noise * np.linalg.inv(precision)
        posteriors[code] = {"mean": mean.tolist(), "covariance": ((covariance + covariance.T) / 2).tolist()}
    return {"posteriors": posteriors, "floor": FLOOR, "salt": f"{NAME}-{VERSION}"}


def estimated(log: Log, folds: int, seed: int) -> Floats:
    """n x actions: each row's expected rewards by regressions that did not see it (cross-fitting)."""
    order = np.random.default_rng(seed).permutation(len(log.reward))
    out = np.zeros(log.allowed.shape)
    for held in np.array_split(order, folds):
        posteriors = fit(log.part(np.setdiff1d(order, held)))["posteriors"]
        out[held] = log.x[held] @ np.array([posteriors[code]["mean"] for code in CODES]).T
    return out


def _mean(values: Floats) -> Figure:
    value, half = float(values.mean()), 1.96 * float(values.std(ddof=1)) / len(values) ** 0.5
    return Figure(value, value - half, value + half)


def ips(log: Log, p: Floats) -> Figure:
    """Inverse propensity scoring (Horvitz and Thompson 1952): unbiased when the propensities are right."""
    return _mean(weights(log, p) * log.reward)


def snips(log: Log, p: Floats) -> Figure:
    """Self-normalised (Swaminathan and Joachims 2015): biased by order 1/n, less variance; interval by the delta
    method."""
    w = weights(log, p)
    value = float((w * log.reward).sum() / w.sum())
    half = 1.96 * float(np.sqrt((w**2 * (log.reward - value) ** 2).sum())) / float(w.sum())
    return Figure(value, value - half, value + half)


def doubly_robust(log: Log, p: Floats, q: Floats) -> Figure:
    """Doubly robust (Dudik, Langford and Li 2011): unbiased when either the propensities or the model `q` is."""
    rows = np.arange(len(log.reward))
    return _mean((p * q).sum(axis=1) + weights(log, p) * (log.reward - q[rows, log.action]))


def weights(log: Log, p: Floats) -> Floats:
    """How much likelier the judged policy takes the logged action than the logging one."""
    out: Floats = p[np.arange(len(log.reward)), log.action] / log.propensity
    return out


def truth(p: Floats, given: Sequence[Context]) -> float:
    """The policy's expected reward in the simulator."""
    return float((p * expected_rewards(given)).sum(axis=1).mean())


def _best(given: Sequence[Context]) -> Floats:
    q = np.where(table(uniform_policy, given) > 0, expected_rewards(given), -np.inf)
    return np.asarray(np.eye(len(CODES))[q.argmax(axis=1)], dtype=np.float64)


def judge(log: Log, p: Floats, q: Floats) -> dict[str, tuple[float, float, float]]:
    """The three estimates with 95 % intervals beside the simulator's truth."""
    w = weights(log, p)
    exact = truth(p, log.contexts)
    found = {"IPS": ips(log, p), "SNIPS": snips(log, p), "DR": doubly_robust(log, p, q)}
    size = float(w.sum() ** 2 / (w**2).sum())
    rows = {name: (round(f.value, 4), round(f.low, 4), round(f.high, 4)) for name, f in found.items()}
    return rows | {"truth": (round(exact, 4),) * 3, "effective rows": (round(size, 1),) * 3}


def train(options: Options) -> Exported:
    """Learn on one half of uniformly logged decisions, judge policies on the other."""
    rng = np.random.default_rng(options.seed)
    given = contexts(rng, options.calls or DECISIONS)
    log = record(given, uniform_policy, rng)
    half = len(given) // 2
    learning, judging = log.part(np.arange(half)), log.part(np.arange(half, len(given)))
    learned = fit(learning)
    policy = Policy.from_parameters(learned)
    q = estimated(judging, 3, options.seed)
    greedy = Policy.from_parameters(learned | {"floor": 0.0, "posteriors": _certain(learned["posteriors"])})
    policies = {
        NAME: table(policy.probabilities, judging.contexts),
        "the same without exploration": table(greedy.probabilities, judging.contexts),
        "logged policy: uniform": table(uniform_policy, judging.contexts),
        **{f"always {code}": table(always(code), judging.contexts) for code in CODES},
        "ceiling: best action": _best(judging.contexts),
    }
    return Exported(
        name=NAME,
        version=VERSION,
        file="parameters.json",
        data=as_bytes(learned),
        trained_on=f"SYNTHETIC responses of a simulator, uniformly logged, seed {options.seed}",
        synthetic=True,
        about=(
            "**Question**: which action for this customer now?",
            "**Algorithm**: Thompson sampling over one Bayesian linear model per action; rules of eligibility stand "
            f"before it, and every eligible action keeps a share of {FLOOR:.0%}. "
            "Propensities are computed, not counted.",
            "**Estimates**: inverse propensity scoring, self-normalised, and doubly robust with cross-fitted models, "
            "on decisions that the policy was not learned from; net reward per decision. The simulator's truth stands "
            "beside them. “Effective rows” (Kish) is to how many decisions of its own that amounts. "
            "Decisions are independent here; with several of one customer the intervals must be clustered.",
            "**Always one action**: where the rules do not allow it, nothing is done.",
        ),
        splits=(
            {
                "split": "later decisions of the uniform log",
                "calls": len(judging.reward),
                "prevalence": None,
                "figures": {name: judge(judging, p, q) for name, p in policies.items()},
            },
        ),
        metadata={"features": list(FEATURES), "actions": list(CODES)},
    )


def _certain(posteriors: dict[str, Any]) -> dict[str, Any]:
    nothing = np.zeros((len(FEATURES), len(FEATURES))).tolist()
    return {code: {"mean": p["mean"], "covariance": nothing} for code, p in posteriors.items()}
