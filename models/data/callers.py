"""SYNTHETIC callers with their true probability of being spam, which is the ceiling of every model on them.

A caller is of one kind (below). Given the kind, features are independent but for those that count the same
calls: 24 hours within 7 days, an hour within 24 hours, answered and nightly ones within 7 days. That keeps the
posterior exact. The kinds overlap on purpose: reminder machines are wanted and look like robocalls, and a
fraudster who picks victims one by one looks like a customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray
from rapport.inference.caller_features import FEATURES
from scipy import stats
from scipy.special import logsumexp

from models.evaluation import Floats


@dataclass(frozen=True, kw_only=True)
class CallerKind:
    """`week` calls in 7 days (mean; negative binomial of shape 1.2), shares and probabilities, log-normal medians."""

    name: str
    spam: bool
    share: float
    week: float
    day: float
    hour: float
    answered: float
    night: float
    dialled: tuple[float, float]
    duration: float
    gaps: float
    flags: tuple[float, float, float, float, float, float]
    neighbours: float
    marks: float
    lists: float


_SHAPE, _DURATION_SPREAD, _GAP_SPREAD = 1.2, 0.6, 0.4
# flags: mobile, voip, toll_free, withheld, invalid, foreign
KINDS = (
    CallerKind(name="customer", spam=False, share=0.70, week=1.5, day=0.3, hour=0.3, answered=0.85, night=0.06,
               dialled=(1.5, 1.5), duration=180, gaps=1.1, flags=(0.65, 0.05, 0.0, 0.04, 0.005, 0.02),
               neighbours=0.05, marks=0.01, lists=0.004),
    CallerKind(name="business", spam=False, share=0.16, week=12, day=0.25, hour=0.2, answered=0.7, night=0.03,
               dialled=(3, 1.5), duration=120, gaps=1.0, flags=(0.15, 0.2, 0.1, 0.02, 0.002, 0.02),
               neighbours=0.8, marks=0.04, lists=0.01),
    CallerKind(name="reminder machine", spam=False, share=0.06, week=45, day=0.3, hour=0.35, answered=0.55, night=0.03,
               dialled=(8, 1), duration=28, gaps=0.45, flags=(0.02, 0.5, 0.2, 0.02, 0.004, 0.03),
               neighbours=1.2, marks=0.15, lists=0.03),
    CallerKind(name="robocall", spam=True, share=0.045, week=60, day=0.55, hour=0.45, answered=0.4, night=0.12,
               dialled=(12, 1), duration=14, gaps=0.35, flags=(0.12, 0.6, 0.04, 0.1, 0.12, 0.2),
               neighbours=4.0, marks=0.7, lists=0.35),
    CallerKind(name="telemarketer", spam=True, share=0.025, week=20, day=0.35, hour=0.3, answered=0.5, night=0.05,
               dialled=(6, 1.2), duration=45, gaps=0.8, flags=(0.15, 0.45, 0.1, 0.12, 0.01, 0.05),
               neighbours=2.0, marks=0.5, lists=0.15),
    CallerKind(name="fraudster", spam=True, share=0.01, week=3, day=0.4, hour=0.35, answered=0.7, night=0.15,
               dialled=(2.5, 1.2), duration=150, gaps=1.0, flags=(0.35, 0.35, 0.0, 0.25, 0.06, 0.3),
               neighbours=0.3, marks=0.25, lists=0.06),
)  # fmt: skip
FLAGS = ("mobile", "voip", "toll_free", "withheld", "invalid", "foreign")


@dataclass(frozen=True)
class Callers:
    """n x FEATURES, whether spam, and the exact probability of it given the features."""

    x: Floats
    spam: NDArray[np.bool_]
    truth: Floats


def generate(seed: int, callers: int) -> Callers:
    """Independent callers, one row each."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(len(KINDS), callers, p=[k.share for k in KINDS])

    def of(values: list[float]) -> Floats:
        return np.array(values)[kind]

    week = rng.negative_binomial(_SHAPE, _SHAPE / (_SHAPE + of([k.week for k in KINDS])))
    day = rng.binomial(week, of([k.day for k in KINDS]))
    answered = rng.binomial(week, of([k.answered for k in KINDS]))
    known = week > 0
    per_call = np.where(known, week, 1)
    columns = {
        "calls_1h": rng.binomial(day, of([k.hour for k in KINDS])),
        "calls_24h": day,
        "calls_7d": week,
        "dialled_share_7d": rng.beta(of([k.dialled[0] for k in KINDS]), of([k.dialled[1] for k in KINDS])),
        "answer_rate_7d": np.where(known, answered / per_call, nan),
        "mean_duration_s": of([k.duration for k in KINDS]) * np.exp(rng.normal(0, _DURATION_SPREAD, callers)),
        "night_share_7d": np.where(known, rng.binomial(week, of([k.night for k in KINDS])) / per_call, nan),
        "gap_variation": of([k.gaps for k in KINDS]) * np.exp(rng.normal(0, _GAP_SPREAD, callers)),
        **{n: rng.random(callers) < of([k.flags[i] for k in KINDS]) for i, n in enumerate(FLAGS)},
        "neighbours_7d": rng.poisson(of([k.neighbours for k in KINDS])),
        "agent_marks_30d": rng.poisson(of([k.marks for k in KINDS])),
        "blocklist_hits": rng.poisson(of([k.lists for k in KINDS])),
    }
    columns["dialled_share_7d"] = np.where(known, columns["dialled_share_7d"], nan)
    columns["mean_duration_s"] = np.where(answered > 0, columns["mean_duration_s"], nan)
    columns["gap_variation"] = np.where(week > 2, columns["gap_variation"], nan)
    x = np.column_stack([columns[name].astype(np.float64) for name in FEATURES])
    return Callers(x, np.array([k.spam for k in KINDS])[kind], posterior(x))


def posterior(x: Floats) -> Floats:
    """P(spam | features), exact by Bayes' rule over the kinds. What is missing says nothing beyond its count."""
    column = {name: x[:, i] for i, name in enumerate(FEATURES)}
    logs = np.column_stack([np.log(k.share) + _likelihood(k, column) for k in KINDS])
    spam = np.array([k.spam for k in KINDS])
    return np.asarray(np.exp(logsumexp(logs[:, spam], axis=1) - logsumexp(logs, axis=1)), dtype=np.float64)


def _likelihood(kind: CallerKind, c: dict[str, Floats]) -> Floats:
    week, day = c["calls_7d"], c["calls_24h"]
    answered = np.round(np.nan_to_num(c["answer_rate_7d"]) * week)
    night = np.round(np.nan_to_num(c["night_share_7d"]) * week)
    total = stats.nbinom.logpmf(week, _SHAPE, _SHAPE / (_SHAPE + kind.week))
    total += stats.binom.logpmf(day, week, kind.day) + stats.binom.logpmf(c["calls_1h"], day, kind.hour)
    total += stats.binom.logpmf(answered, week, kind.answered) + stats.binom.logpmf(night, week, kind.night)
    total += np.nan_to_num(stats.beta.logpdf(c["dialled_share_7d"], *kind.dialled))
    total += np.nan_to_num(stats.lognorm.logpdf(c["mean_duration_s"], _DURATION_SPREAD, scale=kind.duration))
    total += np.nan_to_num(stats.lognorm.logpdf(c["gap_variation"], _GAP_SPREAD, scale=kind.gaps))
    for probability, name in zip(kind.flags, FLAGS, strict=True):
        total += stats.bernoulli.logpmf(c[name], probability)
    for name, mean in (
        ("neighbours_7d", kind.neighbours),
        ("agent_marks_30d", kind.marks),
        ("blocklist_hits", kind.lists),
    ):
        total += stats.poisson.logpmf(c[name], mean)
    return np.asarray(total, dtype=np.float64)
