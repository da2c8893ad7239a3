"""forecast: how many calls or events in each slot of the next 48 hours?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from rapport.inference.forecast import FEATURES, NAME, Forecast, load_forecast

from models.benchmarks.call_volume import Backtest, backtest, baselines, interval, wmape
from models.data.series import generate
from models.definition import Definition, Options
from models.export import Exported, as_bytes, paragraphs, write, write_card
from models.forecast import COVERAGE, Table, fit, tabulate

VERSION = "1.1.0"
LINES, TEST_DAYS = 6, 40

_TEXT = f"""
- Train it on your own before you plan shifts by it.
- **Question**: how many calls or events in each slot of the next two open days?
- **Algorithm**: XGBoost, one model per quantile, correcting a structural base (usual weekday total x level of the last
  days x usual share of the slot); conformal margin for the {COVERAGE:.0%} interval.
- **Scale-free**: trees see ratios to the base, so that one model serves lines of any size.
- **Judged** by rolling origins on a line that no training has seen the test days of, against the seasonal naive.
- **Limits**: holidays are known only by the days closed before; an event that never happened before is not foreseen.
"""


def joined(tables: list[Table]) -> Table:
    """One table of several lines, their origins side by side in time."""
    names = ("x", "base", "actual", "origin", "ahead")
    return Table(*(np.concatenate([getattr(table, name) for table in tables]) for name in names))


def train(options: Options) -> Exported:
    """Backtest on one line's last days, then fit to several lines."""
    found = backtest(generate(options.seed), TEST_DAYS)
    data = f"SYNTHETIC: call count generator, seed {options.seed}"
    table = joined([tabulate(generate(options.seed + i, weekends=i % 2 == 1)) for i in range(LINES)])
    fitted = fit(table, seed=options.seed)
    files = {f"{name}.ubj": bytes(booster.save_raw("ubj")) for name, booster in fitted.boosters.items()}
    parameters: dict[str, Any] = {
        "features": list(FEATURES),
        "widening": fitted.widening,
        "coverage": COVERAGE,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    split = {
        "split": f"rolling origins over the last {TEST_DAYS} days of one line",
        "calls": round(float(found.rows.actual.sum())),
        "prevalence": None,
        "figures": _figures(found),
    }
    return Exported(
        name=NAME,
        version=VERSION,
        file="parameters.json",
        data=as_bytes(parameters),
        trained_on=data,
        synthetic=True,
        about=paragraphs(_TEXT),
        splits=(split,),
        files=files,
    )


def _figures(found: Backtest) -> dict[str, dict[str, list[float]]]:
    """wMAPE of the model and of the baselines, each with its interval."""
    said = {NAME: found.expected, **baselines(found)}
    return {
        name: {"wMAPE": [round(x, 4) for x in (wmape(found.rows.actual, values), *interval(found, values))]}
        for name, values in said.items()
    }


def _check(models: Path) -> Forecast:
    return load_forecast(models)


DEFINITION = Definition(name=NAME, train=train, write=write, write_card=write_card, check=_check)
