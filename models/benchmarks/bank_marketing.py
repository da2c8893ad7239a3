"""Deposits sold by telephone, without the call's duration: on random rows, and on the last fifth by date.

The share of yes goes from 3 % to 46 % over the file, so random rows flatter: both splits stand side by side.
"""

from __future__ import annotations

from pathlib import Path

from models.benchmarks.report import Result
from models.data.importers import bank_marketing
from models.data.importers.imported import Imported
from models.tabular.pipeline import Plan
from models.tabular.repeat import OURS, Repeated, repeated
from models.tabular.split import by_time, rotations
from models.tabular.table import tabulate

FOLDER = "bank-marketing"
RANDOM, LATER = Plan(trials=4), Plan(trials=12)


def run(data: Path) -> list[Result]:
    """Both files, both splits. Needs `data/bank-marketing`."""
    results: list[Result] = []
    for load in (bank_marketing.load_full, bank_marketing.load_additional):
        imported = load(data / FOLDER)
        table = tabulate(imported.source, imported.roles)
        shuffled = repeated(table, rotations(table, RANDOM.seed), RANDOM)
        results += _results(imported, "random rows, five stratified folds", shuffled, "untuned XGBoost: .801")
        later = repeated(table, [by_time(table)], LATER)
        results += _results(imported, "last fifth by date", later, "untuned XGBoost: .674")
    return results


def _results(imported: Imported, split: str, found: Repeated, published: str) -> list[Result]:
    return [
        Result(
            data=f"{imported.name} ({imported.origin}, {imported.licence})",
            split=f"{split}; without {', '.join(imported.left_out)}",
            rows=found.rows,
            prevalence=found.prevalence,
            metric=metric,
            ours=found.figures[OURS][metric].value,
            low=found.figures[OURS][metric].low,
            high=found.figures[OURS][metric].high,
            baselines={name: figures[metric].value for name, figures in found.figures.items() if name != OURS},
            published=published if metric == "AUC" else "",
        )
        for metric in ("AUC", "PR-AUC", "ECE")
    ]
