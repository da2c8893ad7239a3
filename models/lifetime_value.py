"""Fits BG/NBD and Gamma-Gamma by maximum likelihood (equations: `rapport.inference.bgnbd`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rapport.inference.bgnbd import History, LifetimeValue
from scipy.optimize import minimize
from scipy.special import gammaln

from models.data.purchases import Floats, Ints, Purchases

DAYS_PER_WEEK = 7
BGNBD, GAMMA_GAMMA = ("r", "alpha", "a", "b"), ("p", "q", "v")


class NotFittedError(ValueError):
    """The likelihood has no maximum that could be found; the message says of which model."""


@dataclass(frozen=True)
class Summary:
    """One row a customer: repeat purchase days, weeks from first to last purchase and to the end, mean value.

    `value` is the mean of a purchase day (the first included) and `valued` of how many days.
    """

    customer: Ints
    repeats: Ints
    recency: Floats
    age: Floats
    value: Floats
    valued: Ints

    def histories(self) -> list[History]:
        columns = (self.repeats, self.recency, self.age, self.value, self.valued)
        return [
            History(int(x), float(last), float(age), float(mean), int(n))
            for x, last, age, mean, n in zip(*columns, strict=True)
        ]


def summarise(purchases: Purchases, end: int) -> Summary:
    """Every customer who bought by day `end`, as known then. Days without a positive amount carry no value."""
    kept = purchases.day <= end
    who, day, paid = purchases.customer[kept], purchases.day[kept], purchases.amount[kept]
    customer, start, count = np.unique(who, return_index=True, return_counts=True)
    first, last = day[start], day[start + count - 1]
    positive = paid > 0
    total = np.bincount(np.searchsorted(customer, who[positive]), paid[positive], len(customer))
    valued = np.bincount(np.searchsorted(customer, who[positive]), minlength=len(customer))
    mean = np.divide(total, valued, out=np.zeros(len(customer)), where=valued > 0)
    return Summary(
        customer,
        count - 1,
        (last - first) / DAYS_PER_WEEK,
        (end - first) / DAYS_PER_WEEK,
        mean,
        valued.astype(np.int64),
    )


@dataclass(frozen=True)
class Fit:
    """Estimates with their standard errors (delta method on the log scale) and the log-likelihood reached."""

    estimates: dict[str, float]
    errors: dict[str, float]
    log_likelihood: float
    customers: int


def _bgnbd(summary: Summary) -> Callable[[Floats], Floats]:
    """Log-likelihood of each customer as a function of log (r, alpha, a, b), weighted by how many are alike."""
    rows, weight = np.unique(
        np.column_stack([summary.repeats, summary.recency, summary.age]), axis=0, return_counts=True
    )
    x, recency, age = rows.T
    repeated = x > 0

    def terms(logs: Floats) -> Floats:
        r, alpha, a, b = np.exp(logs)
        shared = gammaln(r + x) - gammaln(r) + r * logs[1]
        shared += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        staying = -(r + x) * np.log(alpha + age)
        with np.errstate(divide="ignore", invalid="ignore"):
            leaving = logs[2] - np.log(b + x - 1) - (r + x) * np.log(alpha + recency)
        both: Floats = weight * (shared + np.logaddexp(staying, np.where(repeated, leaving, -np.inf)))
        return both

    return terms


def _gamma_gamma(summary: Summary) -> Callable[[Floats], Floats]:
    """Log-likelihood of each customer's mean value as a function of log (p, q, v)."""
    bought = summary.valued > 0
    x, m = summary.valued[bought].astype(np.float64), summary.value[bought]

    def terms(logs: Floats) -> Floats:
        p, q, v = np.exp(logs)
        found: Floats = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * logs[2]
        found += (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
        return found

    return terms


def _hessian(function: Callable[[Floats], float], at: Floats, step: float = 1e-3) -> Floats:
    """Second differences."""
    size = len(at)
    found = np.zeros((size, size))
    moves = np.eye(size) * step
    for i in range(size):
        for j in range(i, size):
            corners = [
                sign * function(at + one * moves[i] + other * moves[j])
                for one, other, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            ]
            found[i, j] = found[j, i] = sum(corners) / (4 * step * step)
    return found


def _maximise(name: str, names: tuple[str, ...], terms: Callable[[Floats], Floats], start: Floats, count: int) -> Fit:
    def loss(logs: Floats) -> float:
        value = -float(terms(logs).sum()) / count
        return value if np.isfinite(value) else 1e10

    bounds = [(-10.0, 12.0)] * len(start)
    best = minimize(loss, start, method="Nelder-Mead", bounds=bounds, options={"maxiter": 400 * len(start)})
    best = minimize(loss, best.x, method="L-BFGS-B", bounds=bounds, options={"gtol": 1e-9, "ftol": 1e-14})
    if not np.isfinite(best.fun) or np.any(np.abs(best.x - 1) >= 11 - 1e-6):
        raise NotFittedError(f"{name} has no maximum in these {count} customers: too few of them bought again")
    variance = np.diag(np.linalg.pinv(_hessian(loss, best.x) * count))
    values = np.exp(best.x)
    errors = values * np.sqrt(np.maximum(variance, 0))
    return Fit(
        dict(zip(names, map(float, values), strict=True)),
        dict(zip(names, map(float, errors), strict=True)),
        -float(best.fun) * count,
        count,
    )


def fit_bgnbd(summary: Summary) -> Fit:
    """How often customers buy and when they leave. Raises `NotFittedError`."""
    if not np.any(summary.repeats > 0):
        raise NotFittedError("BG/NBD needs customers who bought again")
    start = np.log([0.5, max(1.0, float(summary.age.mean()) / 4), 0.8, 2.0])
    return _maximise("BG/NBD", BGNBD, _bgnbd(summary), start, len(summary.customer))


def fit_gamma_gamma(summary: Summary) -> Fit:
    """How much they spend on a purchase day. Raises `NotFittedError`."""
    count = int((summary.valued > 0).sum())
    if not np.any(summary.valued > 1):
        raise NotFittedError("Gamma-Gamma needs customers with two purchases or more")
    start = np.log([4.0, 3.0, 2 * float(summary.value[summary.valued > 0].mean())])
    return _maximise("Gamma-Gamma", GAMMA_GAMMA, _gamma_gamma(summary), start, count)


def fit(summary: Summary, discount: float = 0.10) -> tuple[LifetimeValue, Fit, Fit]:
    """The served model with both fits."""
    frequency, money = fit_bgnbd(summary), fit_gamma_gamma(summary)
    parameters = {**frequency.estimates, **money.estimates, "discount": discount}
    return LifetimeValue.from_parameters(parameters), frequency, money
