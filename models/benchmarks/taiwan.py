"""Credit card default in Taiwan: stratified folds, so that every customer is judged once."""

from __future__ import annotations

from pathlib import Path

from models.benchmarks.report import Result
from models.data.importers import taiwan
from models.tabular.pipeline import Plan
from models.tabular.repeat import OURS, repeated
from models.tabular.split import rotations
from models.tabular.table import tabulate

FOLDER = "taiwan-default"
PLAN = Plan(trials=8)
PUBLISHED = {"AUC": "untuned XGBoost on the raw columns, 80/20: .783", "ECE": "", "Brier": ""}


def run(data: Path) -> list[Result]:
    """AUC, calibration and lift; without sex, age and marriage. Needs `data/taiwan-default`."""
    imported = taiwan.load(data / FOLDER)
    table = tabulate(imported.source, imported.roles)
    found = repeated(table, rotations(table, PLAN.seed), PLAN)
    return [
        Result(
            data=f"{imported.name} ({imported.origin}, {imported.licence})",
            split="five stratified folds; without sex, age, marriage",
            rows=found.rows,
            prevalence=found.prevalence,
            metric=metric,
            ours=found.figures[OURS][metric].value,
            low=found.figures[OURS][metric].low,
            high=found.figures[OURS][metric].high,
            baselines={name: figures[metric].value for name, figures in found.figures.items() if name != OURS},
            published=published,
        )
        for metric, published in PUBLISHED.items()
    ]
