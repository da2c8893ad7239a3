"""Fits the monthly spend forecast (`rapport.inference.spend`) to the monthly totals of many customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapport.inference.spend import MONTHS_A_YEAR, SpendForecast
from scipy.optimize import minimize

Floats = NDArray[np.float64]
COVERAGE = 0.8
GROUPS = 10
# A factor for each month of the year can only be told from drift when every month was seen twice.
SEASON_NEEDS = 24


@dataclass(frozen=True)
class Months:
    """Spend of each customer (row) in each month (column); NaN before the customer's first month.

    `first_month` is the calendar month of column 0, 1 to 12.
    """

    spend: Floats
    first_month: int

    def until(self, columns: int) -> Months:
        return Months(self.spend[:, :columns], self.first_month)


def generate(seed: int = 7, customers: int = 2_000, columns: int = 30) -> Months:
    """SYNTHETIC accounts from a January on: own level, dear Decembers, months that differ by a quarter, some empty."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(2, 400, customers)[:, None]
    december = np.where(np.arange(columns) % MONTHS_A_YEAR == 11, 1.5, 1.0)
    active = rng.random((customers, columns)) < rng.beta(8, 1, customers)[:, None]
    spend = level * december * rng.lognormal(-0.03, 0.25, (customers, columns)) * active
    spend[np.arange(columns)[None, :] < rng.integers(0, columns // 2, customers)[:, None]] = np.nan
    return Months(spend, 1)


def season(months: Months) -> Floats:
    """Factors with mean 1: the median over the years of a month's total against the twelve around it."""
    count = months.spend.shape[1]
    if count < SEASON_NEEDS:
        return np.ones(MONTHS_A_YEAR)
    totals = np.nanmean(months.spend, axis=0)
    ratios: list[list[float]] = [[] for _ in range(MONTHS_A_YEAR)]
    for at in range(6, count - 6):
        around = (totals[at - 6 : at + 6].mean() + totals[at - 5 : at + 7].mean()) / 2
        ratios[(months.first_month - 1 + at) % MONTHS_A_YEAR].append(float(totals[at] / around))
    factors = np.array([np.median(found) if found else 1.0 for found in ratios])
    found: Floats = np.maximum(factors / factors.mean(), 0.05)
    return found


def _levels(spend: Floats, memory: float) -> tuple[Floats, Floats]:
    """Discounted sums of spend and of weights over all columns but the last, column by column."""
    known = ~np.isnan(spend)
    values = np.where(known, np.maximum(spend, 0), 0.0)
    sums, weights = np.zeros(spend.shape), np.zeros(spend.shape)
    for at in range(1, spend.shape[1]):
        sums[:, at] = memory * sums[:, at - 1] + values[:, at - 1]
        weights[:, at] = memory * weights[:, at - 1] + known[:, at - 1]
    return sums, weights


def fit(months: Months, *, warm_up: int = 2) -> SpendForecast:
    """One-step forecasts of every known month after the customer's first `warm_up` ones, least squares."""
    factors = season(months)
    column = (months.first_month - 1 + np.arange(months.spend.shape[1])) % MONTHS_A_YEAR
    flat = months.spend / factors[column]
    known = np.cumsum(~np.isnan(flat), axis=1)
    due = (known > warm_up) & ~np.isnan(flat)
    if not due.any():
        raise ValueError("no customer has enough months to learn a forecast from")
    actual = np.maximum(flat[due], 0)
    mean = float(np.nanmean(np.maximum(flat, 0)))

    def said(logs: Floats) -> Floats:
        prior, strength, drift = np.exp(logs[:3])
        sums, weights = _levels(flat, 1 / (1 + np.exp(-logs[3])))
        found: Floats = drift * (strength * prior + sums[due]) / (strength + weights[due])
        return found

    start = np.array([np.log(max(mean, 1e-6)), 0.0, 0.0, 1.5])
    best = minimize(
        lambda logs: float(((actual - said(logs)) ** 2).mean()), start, method="Nelder-Mead", options={"maxiter": 400}
    )
    expected = said(best.x)
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, GROUPS + 1)[1:-1]))
    group = np.searchsorted(edges, expected, side="right")
    ratio = actual / np.maximum(expected, 1e-9)
    ends = ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2)
    bounds = [
        np.quantile(ratio[group == number], ends) if np.any(group == number) else (0, 1)
        for number in range(len(edges) + 1)
    ]
    prior, strength, drift = (float(value) for value in np.exp(best.x[:3]))
    return SpendForecast(
        prior=prior,
        strength=strength,
        memory=float(1 / (1 + np.exp(-best.x[3]))),
        drift=drift,
        season=tuple(map(float, factors)),
        edges=tuple(map(float, edges)),
        low=tuple(float(low) for low, _ in bounds),
        high=tuple(float(high) for _, high in bounds),
        coverage=COVERAGE,
    )
