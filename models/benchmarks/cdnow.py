"""Lifetime value on CDNOW: 39 weeks of calibration, 39 weeks held out, one row per customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.benchmarks.report import Result
from models.data.importers import cdnow
from models.data.purchases import Floats, Ints, Purchases
from models.lifetime_value import DAYS_PER_WEEK, fit, fit_bgnbd, summarise

WEEKS = (cdnow.END - cdnow.CALIBRATION_END) / DAYS_PER_WEEK
PUBLISHED = "BG/NBD on the 1/10 sample: r .243, alpha 4.414, a .793, b 2.426 (Fader, Hardie & Lee 2005)"
# The sample's customers are in no other file; a folder that has it (columns: id, number, date, ...) is checked on it.
SAMPLE = "CDNOW_sample.txt"
Metric = Callable[[Floats, Floats], float]
METRICS: dict[str, Metric] = {
    "MAE": lambda actual, said: float(np.abs(actual - said).mean()),
    "RMSE": lambda actual, said: float(np.sqrt(((actual - said) ** 2).mean())),
    "error of the cohort total": lambda actual, said: float(said.sum() / actual.sum() - 1),
}


@dataclass(frozen=True)
class HoldOut:
    """What was held out and what each method says of it, per customer."""

    actual: Floats
    said: dict[str, Floats]


def hold_out(purchases: Purchases, end: int, until: int) -> dict[str, HoldOut]:
    """Fit on all days up to `end`, predict the days after it up to `until`: purchases and spend."""
    summary, weeks = summarise(purchases, end), (until - end) / DAYS_PER_WEEK
    model, _, _ = fit(summary)
    histories = summary.histories()
    often = np.array([model.purchases(history, weeks) for history in histories])
    worth = np.array([model.average_value(history) for history in histories])
    counts, spent = _totals(purchases.between(end, until), summary.customer)
    last, last_spent = _totals(_repeated(purchases).between(end - (until - end), end), summary.customer)
    rate = np.divide(summary.repeats, summary.age, out=np.zeros(len(last)), where=summary.age > 0) * weeks
    nothing = np.zeros(len(last))
    return {
        "purchases": HoldOut(
            counts, {"model": often, "predict zero": nothing, "last value": last, "frequency x rate": rate}
        ),
        "spend": HoldOut(
            spent,
            {
                "model": often * worth,
                "predict zero": nothing,
                "last value": last_spent,
                "frequency x rate": rate * summary.value,
            },
        ),
    }


def _repeated(purchases: Purchases) -> Purchases:
    """Without everybody's first purchase, which would count against the last value: it never comes again."""
    again = np.r_[False, np.diff(purchases.customer) == 0]
    return Purchases(purchases.customer[again], purchases.day[again], purchases.amount[again], purchases.names)


def _totals(purchases: Purchases, customers: Ints) -> tuple[Floats, Floats]:
    """Purchase days and spend of each of `customers`."""
    size = len(purchases.names)
    counts = np.bincount(purchases.customer, minlength=size)[customers].astype(np.float64)
    spent = np.bincount(purchases.customer, purchases.amount, minlength=size)[customers].astype(np.float64)
    return counts, spent


def interval(held: HoldOut, metric: Metric, label: str = "model", *, rounds: int = 200) -> tuple[float, float]:
    """95 % bootstrap interval over customers."""
    rng = np.random.default_rng(0)
    size = len(held.actual)
    drawn = [metric(held.actual[rows], held.said[label][rows]) for rows in rng.integers(0, size, (rounds, size))]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def run(data: Path) -> list[Result]:
    """Purchases and spend of the held-out weeks, and the estimates on the published sample where the file is there."""
    purchases = cdnow.read(data / cdnow.FOLDER)
    results = []
    for what, held in hold_out(purchases, cdnow.CALIBRATION_END, cdnow.END).items():
        for name, metric in METRICS.items():
            low, high = interval(held, metric)
            results.append(
                Result(
                    data="CDNOW, whole cohort",
                    split="calibrated to 1997-09-30, 39 weeks held out; last value: repeats of the 39 weeks before",
                    rows=len(held.actual),
                    prevalence=float((held.actual > 0).mean()),
                    metric=f"{what} per customer, {name}" if name != "error of the cohort total" else f"{what}, {name}",
                    ours=metric(held.actual, held.said["model"]),
                    low=low,
                    high=high,
                    baselines={
                        label: metric(held.actual, said) for label, said in held.said.items() if label != "model"
                    },
                    published=PUBLISHED,
                )
            )
    return results + _published_sample(data, purchases)


def _published_sample(data: Path, purchases: Purchases) -> list[Result]:
    path = data / cdnow.FOLDER / SAMPLE
    if not path.is_file():
        return []
    wanted = {line.split()[0] for line in path.read_text().splitlines() if line.strip()}
    chosen = np.isin(purchases.names, list(wanted))[purchases.customer]
    columns = (purchases.customer[chosen], purchases.day[chosen], purchases.amount[chosen])
    found = fit_bgnbd(summarise(Purchases(*columns, purchases.names), cdnow.CALIBRATION_END))
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    return [
        Result(
            data="CDNOW, 1/10 sample",
            split="calibrated to 1997-09-30",
            rows=found.customers,
            prevalence=None,
            metric=f"BG/NBD {name}",
            ours=value,
            low=value - 1.96 * found.errors[name],
            high=value + 1.96 * found.errors[name],
            baselines={"published": published[name]},
            published=PUBLISHED,
        )
        for name, value in found.estimates.items()
    ]
