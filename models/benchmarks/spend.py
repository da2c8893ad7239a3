"""Monthly spend on CDNOW: the next month, each of the last nine in turn, from the months before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.benchmarks.report import Result
from models.data.importers import cdnow
from models.data.purchases import Purchases
from models.spend import COVERAGE, Floats, Months, fit

TEST_MONTHS = 9
METRICS: dict[str, Callable[[Floats], float]] = {
    "RMSE": lambda errors: float(np.sqrt((errors**2).mean())),
    "MAE": lambda errors: float(np.abs(errors).mean()),
}


def monthly(purchases: Purchases) -> Months:
    """Totals by calendar month, counted from each customer's first full month: the month of the first purchase is not.

    Everybody buys in the month they join, so it says little of the months after.
    """
    on = np.datetime64(cdnow.START) + purchases.day.astype("timedelta64[D]")
    month = (on.astype("datetime64[M]") - np.datetime64(cdnow.START, "M")).astype(np.int64)
    size = (len(purchases.names), int(month.max()) + 1)
    spend = np.zeros(size)
    np.add.at(spend, (purchases.customer, month), purchases.amount)
    first = np.full(size[0], size[1])
    np.minimum.at(first, purchases.customer, month)
    spend[np.arange(size[1])[None, :] <= first[:, None]] = np.nan
    return Months(spend, cdnow.START.month)


def methods(months: Months, tests: int) -> tuple[dict[str, Floats], Floats, Floats, Floats]:
    """What each method says of the last `tests` months; what came; was it in the interval; the customer's row."""
    said: dict[str, list[float]] = {"model": [], "last value": [], "mean of own months": [], "predict zero": []}
    actual: list[float] = []
    inside: list[float] = []
    customer: list[int] = []
    count = months.spend.shape[1]
    model = fit(months.until(count - tests))
    for at in range(count - tests, count):
        for number, row in enumerate(months.spend[:, : at + 1]):
            own = row[~np.isnan(row)]
            if len(own) < 2:
                continue
            first = (months.first_month - 1 + at - len(own) + 1) % 12 + 1
            (found,) = model.ahead([float(x) for x in own[:-1]], first)
            said["model"].append(found.expected)
            said["last value"].append(own[-2])
            said["mean of own months"].append(own[:-1].mean())
            said["predict zero"].append(0.0)
            actual.append(own[-1])
            inside.append(float(found.low <= own[-1] <= found.high))
            customer.append(number)
    by_method = {name: np.array(values) for name, values in said.items()}
    return by_method, np.array(actual), np.array(inside), np.array(customer)


def run(data: Path) -> list[Result]:
    """RMSE, MAE and the coverage of the interval; parameters are fitted once, before the tested months."""
    said, actual, inside, _ = methods(monthly(cdnow.read(data / cdnow.FOLDER)), TEST_MONTHS)
    customers = len(actual) // TEST_MONTHS
    rng = np.random.default_rng(0)
    # Rows run month by month over the same customers, so a column of this shape is one customer.
    errors = {name: (values - actual).reshape(TEST_MONTHS, customers) for name, values in said.items()}
    drawn = rng.integers(0, customers, (200, customers))
    result = Result(
        data="CDNOW monthly totals",
        split=f"one month ahead, last {TEST_MONTHS} months; fitted to the months before; customers resampled",
        rows=len(actual),
        prevalence=float((actual > 0).mean()),
        metric=f"monthly spend, coverage of the {COVERAGE:.0%} interval",
        ours=float(inside.mean()),
    )
    results = [result]
    for metric, score in METRICS.items():
        low, high = np.percentile([score(errors["model"][:, chosen]) for chosen in drawn], [2.5, 97.5])
        said_by = {name: score(error) for name, error in errors.items()}
        ours = said_by.pop("model")
        name = f"monthly spend, {metric}"
        results.append(replace(result, metric=name, ours=ours, low=float(low), high=float(high), baselines=said_by))
    return results
