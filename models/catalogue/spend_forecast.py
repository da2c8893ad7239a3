"""spend_forecast: what will this customer spend in each of the next months?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
from rapport.inference.spend import NAME, SpendForecast, load_spend

from models.benchmarks.spend import METRICS, methods
from models.definition import Definition, Options
from models.export import Exported, as_bytes, paragraphs, write, write_card
from models.spend import COVERAGE, Floats, fit, generate

VERSION = "1.0.0"
CUSTOMERS, TEST_MONTHS = 2_000, 4

_TEXT = f"""
- Fit it to your own before you use it.
- **Question**: what will this customer spend in each of the next months?
- **Algorithm**: the customer's own months, the recent weighing more, drawn towards everybody's month; a factor for
  each month of the year from two years of data on; least squares.
- **Interval**: quantiles of actual to expected in groups of alike forecasts, {COVERAGE:.0%}; it widens with the root of
  the months ahead, which is an assumption and not measured beyond one month.
- **Judged** one month ahead, after a fit to the months before. MAE rewards predicting nothing where most months are
  empty.
"""


def _interval(errors: Floats, name: str, groups: Floats, resamples: int) -> tuple[float, float]:
    """95 % interval of a bootstrap over customers."""
    rng = np.random.default_rng(0)
    rows = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    drawn = []
    for _ in range(resamples):
        sample = np.concatenate([rows[number] for number in rng.integers(0, len(rows), len(rows))])
        drawn.append(METRICS[name](errors[sample]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def train(options: Options) -> Exported:
    """Judge on the last months, then fit to all."""
    months = generate(options.seed, options.customers or CUSTOMERS)
    said, actual, inside, customer = methods(months, TEST_MONTHS)
    figures = {
        label: {
            name: [
                round(x, 4)
                for x in (
                    metric(values - actual),
                    *_interval(values - actual, name, customer, min(options.resamples, 100)),
                )
            ]
            for name, metric in METRICS.items()
        }
        for label, values in said.items()
    }
    split = {
        "split": f"one month ahead, last {TEST_MONTHS} months; {inside.mean():.1%} inside the {COVERAGE:.0%} interval",
        "calls": len(actual),
        "prevalence": round(float((actual > 0).mean()), 4),
        "figures": figures,
    }
    parameters = asdict(fit(months))
    data = f"SYNTHETIC: monthly totals, seed {options.seed}"
    return Exported(
        name=NAME,
        version=VERSION,
        file="parameters.json",
        data=as_bytes(parameters),
        trained_on=data,
        synthetic=True,
        about=paragraphs(_TEXT),
        splits=(split,),
    )


def _check(models: Path) -> SpendForecast:
    return load_spend(models)


DEFINITION = Definition(name=NAME, train=train, write=write, write_card=write_card, check=_check)
