"""Chooses a setting by a bounded, seeded random search inside the training part, as the split itself would judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import xgboost as xgb

from models.evaluation import Floats
from models.tabular.fit import Setting, bound, fit, matrix
from models.tabular.metrics import Judge, draws
from models.tabular.progress import Progress
from models.tabular.split import Split, known_before, moment
from models.tabular.suspects import auc_of
from models.tabular.table import Positions, Table

FOLDS = 3
# Of the rows that may be learned from, where validation by time begins; one for each fold.
CUTS = (0.4, 0.6, 0.8)
MOST_ROUNDS = 600
PATIENCE = 25
ERROR_DRAWS = 40
# Tuning a large table on a part of it chooses as well and ends sooner.
MOST_ROWS = 40_000
# Plain settings that a search by time always looks at.
STEADY = (Setting(max_depth=1, eta=0.1, rounds=150), Setting(max_depth=2, eta=0.06, rounds=150))
Fold = tuple[Positions, Positions]


def candidates(trials: int, seed: int, *, by_time: bool) -> list[Setting]:
    """The default first, then random ones; where time moves also stumps, fixed rounds, and forgetting the past."""
    rng = np.random.default_rng(seed)
    drawn = [Setting(), *(STEADY if by_time else ())][:trials]
    while len(drawn) < trials:
        eta = float(np.round(np.exp(rng.uniform(np.log(0.03), np.log(0.12))), 4))
        drawn.append(
            Setting(
                max_depth=int(rng.choice([1, 2, 3, 4, 5, 6] if by_time else [2, 3, 4, 5, 6, 7])),
                eta=eta,
                min_child_weight=float(np.round(np.exp(rng.uniform(0, np.log(60))), 2)),
                subsample=float(np.round(rng.uniform(0.6, 0.95), 2)),
                colsample_bytree=float(np.round(rng.uniform(0.3, 0.9), 2)),
                reg_lambda=float(np.round(np.exp(rng.uniform(0, np.log(30))), 2)),
                rounds=int(rng.uniform(3, 15) / eta),
                half_life=float(rng.choice([0.0, 0.15, 0.4])) if by_time else 0.0,
            )
        )
    return drawn


def folds(table: Table, split: Split, seed: int) -> list[Fold]:
    """What a setting learns from and is validated on, none of it the test part.

    By time as the split itself judges, because only the newest rows resemble what comes: of groups, other groups
    later, at several cuts; else the training part, validated on what came next, the calibration part. Without time
    whole groups of the training part in turn.
    """
    if split.by_time and table.grouped:
        return _forward(table, split, seed)
    if split.by_time:
        return [(split.fit, split.calibrate)]
    rows = _sample(split.fit, seed)
    pairs = [(np.setdiff1d(rows, part), part) for part in in_turn(table, rows, seed)]
    return [(a, b) for a, b in pairs if _both(table, a) and _both(table, b)]


def _forward(table: Table, split: Split, seed: int) -> list[Fold]:
    """At each cut: learn from what was known by then of two thirds of the groups, validate on the rest up to the next.

    Another third is held out at each cut, so that no row validates twice.
    """
    rows = _sample(np.sort(np.concatenate([split.fit, split.calibrate])), seed)
    cuts = [moment(table.time[rows], share) for share in CUTS]
    found = []
    for cut, end, part in zip(cuts, [*cuts[1:], np.inf], in_turn(table, rows, seed), strict=True):
        learn = np.setdiff1d(rows[known_before(table, cut)[rows]], part)
        check = part[(table.time[part] >= cut) & (table.time[part] < end)]
        if _both(table, learn) and _both(table, check):
            found.append((learn, check))
    return found


def in_turn(table: Table, rows: Positions, seed: int) -> list[Positions]:
    """The rows in three parts of whole groups, drawn at random."""
    names = np.unique(table.group[rows])
    np.random.default_rng(seed).shuffle(names)
    number = np.zeros(table.group.max() + 1, dtype=np.int8)
    for fold, part in enumerate(np.array_split(names, FOLDS)):
        number[part] = fold
    return [rows[number[table.group[rows]] == fold] for fold in range(FOLDS)]


def _both(table: Table, rows: Positions) -> bool:
    return len(rows) > 0 and 0 < table.y[rows].mean() < 1


def tune(
    table: Table,
    split: Split,
    *,
    trials: int,
    seed: int,
    monotone: Mapping[str, int] | None = None,
    progress: Callable[[int], Progress] | None = None,
) -> tuple[Setting, float]:
    """The chosen setting with its rounds, and the AUC it had in validation. Never sees the split's test part.

    At random the lowest log loss wins, with early stopping. Where time moves the base rate moves too, so ranking
    (AUC) decides, with fixed rounds; and of the settings that are within one standard error of the best the
    simplest wins, because what is subtle in the past seldom lasts.
    """
    pairs = folds(table, split, seed)
    if not pairs:
        return Setting(), float("nan")
    settings = candidates(trials, seed, by_time=split.by_time)
    bar = progress(len(settings) * len(pairs)) if progress else None
    held = [(matrix(table, check), table.y[check]) for _, check in pairs]
    tried: list[Trial] = []
    for setting in settings:
        trial = Trial(setting)
        for (learn, check), (inputs, labels) in zip(pairs, held, strict=True):
            booster = _train(table, learn, inputs, setting, seed, by_time=split.by_time, monotone=monotone)
            last = booster.num_boosted_rounds() if split.by_time else booster.best_iteration + 1
            score = booster.predict(inputs, iteration_range=(0, last)).astype(np.float64)
            trial.aucs.append(auc_of(labels, score))
            trial.losses.append(_log_loss(labels, score))
            trial.rounds.append(last)
            if split.by_time:
                trial.errors.append(_error(labels, score, table.group[check]))
            if bar:
                bar.step()
        tried.append(trial)
    if bar:
        bar.close()
    best = steadiest(tried) if split.by_time else min(tried, key=lambda trial: float(np.mean(trial.losses)))
    rounds = best.setting.rounds if split.by_time else max(5, round(1.1 * float(np.mean(best.rounds))))
    return replace(best.setting, rounds=rounds), float(np.mean(best.aucs))


@dataclass
class Trial:
    """A setting and how it did in each fold; `errors` are the standard errors of its AUCs over groups."""

    setting: Setting
    aucs: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)

    @property
    def auc(self) -> float:
        return float(np.mean(self.aucs))

    @property
    def error(self) -> float:
        """Of the mean AUC: folds hold different groups."""
        return float(np.sqrt(np.sum(np.square(self.errors)))) / max(1, len(self.errors))

    @property
    def plainness(self) -> tuple[bool, int, float]:
        """Smaller is simpler: no forgetting, then shallow trees, then fewer of them."""
        return self.setting.half_life > 0, self.setting.max_depth, self.setting.rounds * self.setting.eta


def steadiest(tried: list[Trial]) -> Trial:
    """The simplest of those whose AUC is within one standard error of the best."""
    best = max(tried, key=lambda trial: trial.auc)
    return min((trial for trial in tried if trial.auc >= best.auc - best.error), key=lambda trial: trial.plainness)


def _error(y: Floats, p: Floats, group: Positions) -> float:
    judge = Judge(y, p)
    return float(np.nanstd([judge.auc(weights) for weights in draws(group, ERROR_DRAWS, 0)]))


def _log_loss(y: Floats, p: Floats) -> float:
    clipped = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-np.mean(y * np.log(clipped) + (1 - y) * np.log(1 - clipped)))


def _train(
    table: Table,
    learn: Positions,
    check: xgb.DMatrix,
    setting: Setting,
    seed: int,
    *,
    by_time: bool,
    monotone: Mapping[str, int] | None,
) -> xgb.Booster:
    if by_time:
        return fit(table, learn, setting, seed, monotone)
    return xgb.train(
        setting.parameters(seed) | bound(table, monotone) | {"eval_metric": "logloss"},
        matrix(table, learn),
        MOST_ROUNDS,
        evals=[(check, "held_out")],
        early_stopping_rounds=PATIENCE,
        verbose_eval=False,
    )


def _sample(rows: Positions, seed: int) -> Positions:
    if len(rows) <= MOST_ROWS:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
