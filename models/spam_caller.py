"""Trains spam_caller, a boosted random forest, on SYNTHETIC callers and judges it at fixed false-positive rates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from rapport.inference.spam_caller import NAME
from rapport.inference.statistics import wilson
from sklearn.metrics import roc_auc_score

from models.data.callers import Callers, generate
from models.definition import Options
from models.evaluation import Figure, Floats, expected_calibration_error
from models.export import Exported, against
from models.spam_forest import (
    ABOUT,
    BLOCK,
    RATED,
    WARN,
    Flags,
    Limits,
    Scorer,
    baselines,
    exported,
    fit,
    learn,
    limits,
    margins,
    rated,
)

VERSION = "1.0.0"
CALLERS = 100_000
PLAIN = (150, 1, 1.0, 12)


@dataclass(frozen=True)
class AtRate:
    """What a threshold does on test data that was set on other data for a false-positive rate."""

    precision: Figure
    recall: Figure
    false_positive_rate: Figure


def at_threshold(scores: Floats, spam: Flags, limit: float) -> AtRate:
    """Precision, recall and false-positive rate, each with Wilson's 95 % interval: callers are independent."""
    caught = scores >= limit
    hits, alarms = int((caught & spam).sum()), int(caught.sum())
    wanted = int((~spam).sum())

    def share(part: int, whole: int) -> Figure:
        return Figure(part / whole if whole else float("nan"), *wilson(part, whole))

    return AtRate(share(hits, alarms), share(hits, int(spam.sum())), share(alarms - hits, wanted))


def figures(scores: Floats, test: Callers, cuts: Limits) -> dict[str, tuple[float, float, float]]:
    """The row of the card for one scorer."""
    found: dict[str, tuple[float, float, float]] = {}
    for rate, cut in zip((BLOCK, WARN), cuts, strict=True):
        told = at_threshold(scores, test.spam, cut)
        for name, figure in zip(RATED, (told.precision, told.recall, told.false_positive_rate), strict=True):
            found[rated(name, rate)] = (round(figure.value, 4), round(figure.low, 4), round(figure.high, 4))
    auc = float(roc_auc_score(test.spam, scores))
    # Hanley and McNeil's interval; a bootstrap says the same for independent rows.
    positives, negatives = int(test.spam.sum()), int((~test.spam).sum())
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    half = 1.96 * float(np.sqrt(variance / (positives * negatives)))
    found["AUC"] = (round(auc, 4), round(auc - half, 4), round(min(1.0, auc + half), 4))
    return found


def train(options: Options) -> Exported:
    """Half of the callers to learn from, a quarter for calibration and thresholds, a quarter to judge on."""
    seed, n = options.seed, options.customers or CALLERS
    whole = generate(seed, n)
    order = np.random.default_rng(seed).permutation(n)
    fitting, validating, testing = (
        Callers(whole.x[part], whole.spam[part], whole.truth[part])
        for part in np.split(order, [n // 2, n // 2 + n // 4])
    )
    forest = learn(fitting, validating, seed=seed)
    plain = fit(fitting, seed=seed, shape=PLAIN)
    scorers: dict[str, Scorer] = {
        NAME: forest.probability,
        **baselines(fitting),
        "random forest, one round": lambda x: margins(plain, x),
    }
    scored = {name: (f(validating.x), f(testing.x)) for name, f in scorers.items()}
    scored["Bayes ceiling"] = (validating.truth, testing.truth)
    cuts = {name: limits(before, validating.spam) for name, (before, _) in scored.items()}
    found = {name: figures(after, testing, cuts[name]) for name, (_, after) in scored.items()}
    ece = expected_calibration_error(testing.spam.astype(np.float64), scored[NAME][1])
    return exported(
        forest,
        cuts[NAME],
        fitting,
        training_data_sha256=hashlib.sha256(whole.x.round(6).tobytes()).hexdigest(),
        version=VERSION,
        trained_on=f"SYNTHETIC callers of six kinds, seed {seed}",
        synthetic=True,
        about=(
            *ABOUT,
            "**Data**: SYNTHETIC. Public collections of real robocalls hold recordings and transcripts, not the call "
            "records of wanted and unwanted callers side by side that these features need.",
            "**Thresholds** are set on validation callers and judged on others; the false-positive rate that came out "
            "stands beside the one aimed at. Intervals are Wilson's: the generator's callers are independent. Real "
            "campaigns are not, and need a split by campaign.",
            f"**Calibration** (SYNTHETIC): expected calibration error {ece:.4f}.",
            f"**Against the baselines** (SYNTHETIC): {against(found, NAME, 'AUC')}.",
        ),
        splits=(
            {
                "split": "callers held out",
                "calls": len(testing.x),
                "prevalence": round(float(testing.spam.mean()), 5),
                "figures": found,
            },
        ),
    )
