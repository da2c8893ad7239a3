"""Chooses a setting by a bounded, seeded random search inside the training part, as the split itself would judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import xgboost as xgb

from models.tabular.fit import Setting, bound, matrix, recency
from models.tabular.progress import Progress
from models.tabular.suspects import auc_of
from models.tabular.table import Positions, Table

FOLDS = 3
MOST_ROUNDS = 600
PATIENCE = 25
# Tuning a large table on a part of it chooses as well and ends sooner.
MOST_ROWS = 40_000
Fold = tuple[Positions, Positions]


def candidates(trials: int, seed: int, *, by_time: bool) -> list[Setting]:
    """The default first, then random ones; those that forget the past only where time moves."""
    rng = np.random.default_rng(seed)
    drawn = [Setting()]
    for _ in range(trials - 1):
        drawn.append(
            Setting(
                max_depth=int(rng.choice([1, 2, 3, 4, 5, 6])),
                eta=float(np.round(np.exp(rng.uniform(np.log(0.03), np.log(0.12))), 4)),
                min_child_weight=float(np.round(np.exp(rng.uniform(0, np.log(60))), 2)),
                subsample=float(np.round(rng.uniform(0.6, 0.95), 2)),
                colsample_bytree=float(np.round(rng.uniform(0.3, 0.9), 2)),
                reg_lambda=float(np.round(np.exp(rng.uniform(0, np.log(30))), 2)),
                half_life=float(rng.choice([0.0, 0.05, 0.15, 0.4])) if by_time else 0.0,
            )
        )
    return drawn


def folds(table: Table, rows: Positions, seed: int, *, by_time: bool) -> list[Fold]:
    """By time: learn from what came before each of the last parts. Otherwise whole groups, held out in turn."""
    if by_time:
        ordered = rows[np.argsort(table.time[rows], kind="stable")]
        edges = [int(share * len(ordered)) for share in (0.55, 0.7, 0.85, 1.0)]
        pairs = [(ordered[:start], ordered[start:end]) for start, end in pairwise(edges)]
    else:
        names = np.unique(table.group[rows])
        np.random.default_rng(seed).shuffle(names)
        number = np.zeros(table.group.max() + 1, dtype=np.int8)
        for fold, part in enumerate(np.array_split(names, FOLDS)):
            number[part] = fold
        of_row = number[table.group[rows]]
        pairs = [(rows[of_row != fold], rows[of_row == fold]) for fold in range(FOLDS)]
    if by_time and table.grouped:
        pairs = [(a[~np.isin(table.group[a], table.group[b])], b) for a, b in pairs]
    return [(a, b) for a, b in pairs if _both(table, a) and _both(table, b)]


def _both(table: Table, rows: Positions) -> bool:
    return len(rows) > 0 and 0 < table.y[rows].mean() < 1


def tune(
    table: Table,
    rows: Positions,
    *,
    trials: int,
    seed: int,
    by_time: bool,
    monotone: Mapping[str, int] | None = None,
    progress: Callable[[int], Progress] | None = None,
) -> tuple[Setting, float]:
    """The best setting with its rounds, and the AUC it had in validation. Sees only `rows`.

    Where time moves the base rate moves too, so ranking (AUC) decides; otherwise the log loss does.
    """
    rows = _sample(rows, seed)
    pairs = folds(table, rows, seed, by_time=by_time)
    if not pairs:
        return Setting(), float("nan")
    tried: list[tuple[float, float, int, Setting]] = []
    settings = candidates(trials, seed, by_time=by_time)
    bar = progress(len(settings) * len(pairs)) if progress else None
    held = [(matrix(table, fold), table.y[fold]) for _, fold in pairs]
    for order, setting in enumerate(settings):
        losses, aucs, rounds = [], [], []
        for (learn, _), (check, labels) in zip(pairs, held, strict=True):
            booster = _stopped(table, learn, check, setting, seed, by_time=by_time, monotone=monotone)
            score = booster.predict(check, iteration_range=(0, booster.best_iteration + 1)).astype(np.float64)
            aucs.append(auc_of(labels, score))
            losses.append(-aucs[-1] if by_time else float(booster.best_score))
            rounds.append(booster.best_iteration + 1)
            if bar:
                bar.step()
        chosen = replace(setting, rounds=max(5, round(float(np.mean(rounds)) * (1.0 if by_time else 1.1))))
        tried.append((float(np.mean(losses)), -float(np.mean(aucs)), order, chosen))
    if bar:
        bar.close()
    _, auc, _, best = min(tried, key=lambda one: one[:3])
    return best, -auc


def _stopped(
    table: Table,
    learn: Positions,
    check: xgb.DMatrix,
    setting: Setting,
    seed: int,
    *,
    by_time: bool,
    monotone: Mapping[str, int] | None,
) -> xgb.Booster:
    parameters = setting.parameters(seed) | bound(table, monotone)
    return xgb.train(
        parameters | {"eval_metric": "auc" if by_time else "logloss"},
        matrix(table, learn, recency(table, learn, setting.half_life)),
        MOST_ROUNDS,
        evals=[(check, "held_out")],
        early_stopping_rounds=PATIENCE,
        verbose_eval=False,
    )


def _sample(rows: Positions, seed: int) -> Positions:
    if len(rows) <= MOST_ROWS:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
