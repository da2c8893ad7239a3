"""What a customer will buy and spend: BG/NBD for how often, Gamma-Gamma for how much.

P. Fader, B. Hardie, K. L. Lee, "Counting your customers the easy way", Marketing Science 24 (2005) 275-284;
P. Fader, B. Hardie, "The Gamma-Gamma model of monetary value" (2013). Time is in weeks. Fitted by
`models/lifetime_value.py`, served here from a handful of numbers with the standard library alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, fsum, isfinite, lgamma, log, log1p
from typing import Any

from rapport.inference.booster import InferenceError

WEEKS_PER_YEAR = 365.25 / 7
MONTHS = 12
_MOST_TERMS = 200_000
# Below this the formula divides nothing by nothing; the mean of both sides is right to ten digits.
_SINGULAR = 1e-5
# Euler's transformation is used while its parameters stay above this: further below, its terms cancel.
_LEAST_TRANSFORMED = -3.0


def _series(a: float, b: float, c: float, z: float) -> float:
    """Gauss's series by its ratio of terms, added exactly."""
    terms = [1.0]
    term = 1.0
    for n in range(_MOST_TERMS):
        ratio = (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        term *= ratio
        terms.append(term)
        # What is left is at most a geometric series once the ratio is below one.
        if term == 0.0 or (abs(ratio) < 1 and abs(term) <= 1e-17 * (1 - max(abs(ratio), z)) * abs(terms[0])):
            break
        if len(terms) >= 4096:
            terms = [fsum(terms)]
    return fsum(terms)


def hyp2f1(a: float, b: float, c: float, z: float) -> float:
    """Gauss's hypergeometric function for 0 <= z < 1 and c > -1, c not 0, by its series.

    For c < a + b the series is slow near 1, and Euler's transformation (1-z)^(c-a-b) F(c-a, c-b; c; z) is summed
    instead where its terms do not cancel. Raises `ValueError` outside the domain.
    """
    if not (0 <= z < 1 and c > -1 and c != 0):
        raise ValueError(f"hyp2f1 is served for 0 <= z < 1 and c > -1 but 0; got c={c}, z={z}")
    if c < a + b and min(c - a, c - b) > _LEAST_TRANSFORMED:
        return exp((c - a - b) * log1p(-z)) * _series(c - a, c - b, c, z)
    return _series(a, b, c, z)


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a customer. The first purchase starts the clock and is not counted.

    `repeats` is the number of days with a purchase after the first; `recency` and `age` are weeks from the first
    purchase to the last one and to now; `mean_value` is the mean spent on a purchase day, `valued` of how many.
    """

    repeats: int
    recency: float
    age: float
    mean_value: float
    valued: int

    def __post_init__(self) -> None:
        ordered = 0 <= self.recency <= self.age and isfinite(self.age)
        if not ordered or self.repeats < 0 or self.valued < 0 or not isfinite(self.mean_value) or self.mean_value < 0:
            raise InferenceError("a purchase history needs 0 <= recency <= age, counts and a mean value of 0 or more")


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """BG/NBD (r, alpha, a, b) and Gamma-Gamma (p, q, v); `discount` is a year's rate of interest."""

    r: float
    alpha: float
    a: float
    b: float
    p: float
    q: float
    v: float
    discount: float = 0.10

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> LifetimeValue:
        """From the published numbers. Raises `InferenceError` when one is missing or not positive."""
        try:
            found = {name: float(parameters[name]) for name in ("r", "alpha", "a", "b", "p", "q", "v")}
            discount = float(parameters.get("discount", 0.10))
        except (KeyError, TypeError, ValueError) as error:
            raise InferenceError(f"the parameters of lifetime value are incomplete: {error!r}") from error
        wrong = [name for name, value in found.items() if not (isfinite(value) and value > 0)]
        if wrong or not (isfinite(discount) and discount > -1):
            raise InferenceError(f"parameters of lifetime value must be positive: {', '.join(wrong) or 'discount'}")
        return cls(**found, discount=discount)

    def probability_alive(self, history: History) -> float:
        """That the customer will ever buy again. Nobody leaves before a repeat purchase in this model: then 1."""
        if history.repeats == 0:
            return 1.0
        gone = log(self.a / (self.b + history.repeats - 1)) + (self.r + history.repeats) * log(
            (self.alpha + history.age) / (self.alpha + history.recency)
        )
        return 1 / (1 + exp(gone)) if gone < 0 else exp(-gone) / (1 + exp(-gone))

    def purchases(self, history: History, weeks: float) -> float:
        """Expected purchase days in the next `weeks`, equation 10 of the paper."""
        if abs(self.a - 1) < _SINGULAR:
            return (self._purchases(1 - _SINGULAR, history, weeks) + self._purchases(1 + _SINGULAR, history, weeks)) / 2
        return self._purchases(self.a, history, weeks)

    def _purchases(self, a: float, history: History, weeks: float) -> float:
        if weeks <= 0:
            return 0.0
        z = weeks / (self.alpha + history.age + weeks)
        c = a + self.b + history.repeats - 1
        if c == 0:  # Only at a + b = 1 without repeats: the limit from beside it.
            c = _SINGULAR
        # Euler's transformation takes the powers of 1 - z out of the paper's F(r+x, b+x; a+b+x-1; z): they cancel.
        unlikely = exp((a - 1) * log1p(-z)) * _series(a + self.b - 1 - self.r, a - 1, c, z)
        return max(0.0, c / (a - 1) * (1 - unlikely)) * self.probability_alive(history)

    def average_value(self, history: History) -> float:
        """Expected value of a purchase day: the customer's own mean drawn towards everybody's."""
        if history.valued == 0 and self.q <= 1:
            raise InferenceError("the mean of all customers is not finite: q must be above 1")
        return self.p * (self.v + history.valued * history.mean_value) / (self.p * history.valued + self.q - 1)

    def value(self, history: History, months: int = MONTHS) -> float:
        """Money expected in the next `months`, discounted by the middle of each month."""
        weeks = [WEEKS_PER_YEAR * month / MONTHS for month in range(months + 1)]
        bought = [self.purchases(history, until) for until in weeks]
        rate = log1p(self.discount) / MONTHS
        discounted = fsum((bought[month + 1] - bought[month]) * exp(-rate * (month + 0.5)) for month in range(months))
        return discounted * self.average_value(history)


def log_likelihood(model: LifetimeValue, history: History) -> float:
    """Of one customer's purchase times under BG/NBD: how unusual a history is for this model."""
    x, r, alpha, a, b = history.repeats, model.r, model.alpha, model.a, model.b
    shared = lgamma(r + x) - lgamma(r) + r * log(alpha) + lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x)
    staying = -(r + x) * log(alpha + history.age)
    if x == 0:
        return shared + staying
    leaving = log(a / (b + x - 1)) - (r + x) * log(alpha + history.recency)
    top = max(staying, leaving)
    return shared + top + log(exp(staying - top) + exp(leaving - top))
