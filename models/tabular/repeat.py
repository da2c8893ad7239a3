"""The same training on several splits, and one figure of all: the mean over splits with an interval over groups.

One resample weighs a group alike in every split's test part, so that customers who are tested twice count as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.evaluation import Figure, Floats
from models.tabular.baselines import baselines
from models.tabular.metrics import Judge, draws
from models.tabular.pipeline import Plan, learn
from models.tabular.split import Split
from models.tabular.table import Positions, Table

OURS = "ours"


@dataclass(frozen=True)
class Repeated:
    """Means over the splits: `figures[model][metric]`; `above[model]` is our AUC minus that model's, paired.

    `rows` is the number of rows that were judged.
    """

    rows: int
    prevalence: float
    figures: dict[str, dict[str, Figure]]
    above: dict[str, Figure]


def repeated(table: Table, splits: Sequence[Split], plan: Plan, *, resamples: int = 200) -> Repeated:
    """Train, calibrate and judge once per split; every training tunes inside its own training part."""
    judges: dict[str, list[Judge]] = {}
    for split in splits:
        both = np.sort(np.concatenate([split.fit, split.calibrate]))
        model = learn(table, split, plan)
        scores = {OURS: model.probabilities(table, split.test), **baselines(table, both, split.test)}
        for name, p in scores.items():
            # The scorecard's fields may differ between splits; it stays one line.
            judges.setdefault(name.split(" of ")[0], []).append(Judge(table.y[split.test], p))
    weights = draws(table.group, resamples, plan.seed)
    rows = [split.test for split in splits]
    means = {name: _means(found, None, rows) for name, found in judges.items()}
    drawn = {name: [_means(found, w, rows) for w in weights] for name, found in judges.items()}
    return Repeated(
        len(np.unique(np.concatenate(rows))),
        float(np.mean([table.y[part].mean() for part in rows])),
        {
            name: {metric: _figure(value, [one[metric] for one in drawn[name]]) for metric, value in found.items()}
            for name, found in means.items()
        },
        {
            name: _figure(
                means[OURS]["AUC"] - means[name]["AUC"],
                [one["AUC"] - other["AUC"] for one, other in zip(drawn[OURS], drawn[name], strict=True)],
            )
            for name in judges
            if name != OURS
        },
    )


def _means(judges: list[Judge], weights: Floats | None, rows: list[Positions]) -> dict[str, float]:
    found = [
        judge.figures(None if weights is None else weights[part]) for judge, part in zip(judges, rows, strict=True)
    ]
    return {metric: float(np.mean([one[metric] for one in found])) for metric in found[0]}


def _figure(value: float, drawn: list[float]) -> Figure:
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Figure(value, float(low), float(high))
