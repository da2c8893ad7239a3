"""The whole training: data in, a calibrated model with its honest evidence out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import xgboost as xgb

from models.evaluation import Figure, Floats, platt
from models.tabular import metrics
from models.tabular.baselines import baselines
from models.tabular.errors import DataError
from models.tabular.fit import Setting, calibrated, fit, margins
from models.tabular.progress import Progress
from models.tabular.read import Source
from models.tabular.split import Split, splits
from models.tabular.suspects import suspects
from models.tabular.table import Positions, Roles, Table, tabulate
from models.tabular.tune import in_turn, tune

Line = tuple[float, float]
# The share of genuine rows that people can be asked to look at: where the operating threshold lies.
FALSE_POSITIVES = 0.005


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much work to put in, and what is known of the data. `synthetic` data is called so beside every figure."""

    seed: int = 7
    trials: int = 16
    resamples: int = 400
    synthetic: bool = False
    monotone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """Trees, the line that makes their margins probabilities, what tuning chose, and from which probability to act:
    for the best F1, and with at most `FALSE_POSITIVES` of the negative rows flagged.
    """

    booster: xgb.Booster
    line: Line
    setting: Setting
    validation_auc: float
    threshold: float
    operating: float

    def probabilities(self, table: Table, rows: Positions) -> Floats:
        return calibrated(margins(self.booster, table, rows), self.line)


@dataclass(frozen=True)
class Trained:
    """A model with its data, its split and its evidence."""

    name: str
    model: Model
    table: Table
    split: Split
    evaluation: dict[str, Any]
    roles: Roles
    plan: Plan

    @property
    def ubj(self) -> bytes:
        return bytes(self.model.booster.save_raw("ubj"))


def learn(table: Table, split: Split, plan: Plan, *, quiet: bool = False) -> Model:
    """Tune, fit and calibrate on everything but the test part.

    Tuning sees the training part, and where the split is by time the calibration part as well, to validate. The
    calibration line is found on the calibration part, of which every third is scored by trees of the training part
    and the other two thirds: it fits the served trees, which learn from all of both, and no row was scored by trees
    that had seen it.
    """
    bar: Callable[[int], Progress] | None = None if quiet else (lambda total: Progress(f"tuning, {split.name}", total))
    both = np.sort(np.concatenate([split.fit, split.calibrate]))
    setting, auc = tune(table, split, trials=plan.trials, seed=plan.seed, monotone=plan.monotone, progress=bar)
    held, labels = [], []
    for part in in_turn(table, split.calibrate, plan.seed):
        trees = fit(table, np.setdiff1d(both, part), setting, plan.seed, plan.monotone)
        held.append(margins(trees, table, part))
        labels.append(table.y[part])
    margin, y = np.concatenate(held), np.concatenate(labels)
    line = _rising(platt(y, margin), float(y.mean()))
    p = calibrated(margin, line)
    cut, operating = metrics.threshold(y, p), metrics.threshold_at(y, p, FALSE_POSITIVES)
    return Model(fit(table, both, setting, plan.seed, plan.monotone), line, setting, auc, cut, operating)


def _rising(line: Line, rate: float) -> Line:
    """Platt's line, or, where the trees learned nothing and it falls, one that all but says the prevalence."""
    if line[0] > 0:
        return line
    return 1e-3, float(np.log(max(rate, 1e-6) / max(1 - rate, 1e-6)))


def judge(table: Table, split: Split, model: Model, plan: Plan, label: str) -> dict[str, Any]:
    """Figures of the model and its baselines on the split's test part, with intervals over groups."""
    rows = split.test
    y, group = table.y[rows], table.group[rows]
    p = model.probabilities(table, rows)
    both = np.sort(np.concatenate([split.fit, split.calibrate]))
    scores = {label: p, **baselines(table, both, rows)}
    found = {name: metrics.figures(y, score, group, rounds=plan.resamples) for name, score in scores.items()}
    against = {
        name: metrics.difference(y, p, score, group, rounds=plan.resamples)["AUC"]
        for name, score in scores.items()
        if name != label
    }
    return {
        "split": split.name,
        "words": split.words,
        "rows": len(rows),
        "groups": len(np.unique(group)),
        "prevalence": round(float(y.mean()), 4),
        "training prevalence": round(float(table.y[both].mean()), 4),
        "figures": {name: as_json(figures) for name, figures in found.items()},
        "AUC above": {name: _rounded(figure) for name, figure in against.items()},
        "threshold": {"at": round(model.threshold, 4)}
        | {k: round(v, 4) for k, v in metrics.at_threshold(y, p, model.threshold).items()},
        "operating point": {"at": round(model.operating, 4), "false positives allowed": FALSE_POSITIVES}
        | {k: round(v, 4) for k, v in metrics.at_threshold(y, p, model.operating).items()},
        "setting": asdict(model.setting),
        "validation AUC": None if np.isnan(model.validation_auc) else round(model.validation_auc, 4),
    }


def as_json(found: Mapping[str, Figure]) -> dict[str, list[float]]:
    return {name: _rounded(figure) for name, figure in found.items()}


def _rounded(figure: Figure) -> list[float]:
    return [round(x, 4) for x in (figure.value, figure.low, figure.high)]


def train(name: str, source: Source, roles: Roles, plan: Plan, warn: Callable[[str], None] = lambda _: None) -> Trained:
    """Train and judge a model of any table. Raises `DataError` for data that cannot carry one."""
    table = tabulate(source, roles)
    found = splits(table, plan.seed)
    warnings = [*table.notes, *suspects(table, roles.keep)]
    for sentence in warnings:
        warn(sentence)
    unknown = set(plan.monotone) - set(table.schema.inputs)
    if unknown:
        raise DataError(f"monotone: {', '.join(sorted(unknown))} is no input of the model")
    models = [learn(table, split, plan) for split in found]
    evaluation = {
        "tag": "SYNTHETIC" if plan.synthetic else "measured",
        "name": name,
        "sha256": hashlib.sha256(bytes(models[0].booster.save_raw("ubj"))).hexdigest(),
        "training_data_sha256": source.sha256,
        "data": ("SYNTHETIC: " if plan.synthetic else "") + source.name,
        "how": source.how,
        "rows": len(table.y),
        "question": f"{table.schema.target} = {table.positive}",
        "seed": plan.seed,
        "trials": plan.trials,
        "roles": asdict(replace(roles, positive=table.positive)),
        "kinds": {column.name: column.kind for column in table.schema.columns},
        "dropped": table.dropped,
        "warnings": warnings,
        "splits": [judge(table, split, model, plan, name) for split, model in zip(found, models, strict=True)],
    }
    return Trained(name, models[0], table, found[0], evaluation, roles, plan)
