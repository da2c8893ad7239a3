"""The few distributions that a served decision needs, in the standard library: chi-square, Wilson, Fisher."""

from __future__ import annotations

from math import comb, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

_TINY = 1e-300
_EPSILON = 1e-15
_EXACT_BELOW = 1_000


def chi_square_tail(x: float, degrees: int) -> float:
    """P(X > x) for X chi-square with `degrees` >= 1 degrees of freedom: 1 - P(degrees/2, x/2).

    Series below the mean and Lentz's continued fraction above (Numerical Recipes, section 6.2).
    """
    if x <= 0:
        return 1.0
    if x == inf:
        return 0.0
    a, z = degrees / 2, x / 2
    front = exp(a * log(z) - z - lgamma(a))
    if z < a + 1:
        term = total = 1 / a
        n = a
        while term > total * _EPSILON:
            n += 1
            term *= z / n
            total += term
        return max(0.0, 1 - front * total)
    b = z + 1 - a
    c, d = 1 / _TINY, 1 / b
    fraction = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b or _TINY)
        c = b + an / c or _TINY
        fraction *= d * c
        if abs(d * c - 1) < _EPSILON:
            break
    return front * fraction


def chi_square_quantile(level: float, degrees: int) -> float:
    """x with P(X <= x) = `level` (0 to 1, exclusive), by bisection to 1e-10 relative."""
    low, high = 0.0, float(degrees + 10)
    while chi_square_tail(high, degrees) > 1 - level:
        high *= 2
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        if chi_square_tail(middle, degrees) > 1 - level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def wilson(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = successes / trials
    centre = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def proportions_differ(a: int, n: int, b: int, m: int) -> float:
    """Two-sided p-value that `a` of `n` and `b` of `m` come from one share.

    Pooled z-test; Fisher's exact test where an expected count is below 5, so that rare things do not alarm.
    Both tests say 1 when either sample is empty or the pooled share is 0 or 1.
    """
    if not n or not m or not 0 < a + b < n + m:
        return 1.0
    share = (a + b) / (n + m)
    if min(n, m) * min(share, 1 - share) < 5:
        return _fisher(a, n, b, m)
    z = (a / n - b / m) / sqrt(share * (1 - share) * (1 / n + 1 / m))
    return 2 * NormalDist().cdf(-abs(z))


def _log_comb(n: int, k: int) -> float:
    if n < _EXACT_BELOW:
        return log(comb(n, k))
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _fisher(a: int, n: int, b: int, m: int) -> float:
    """Sum of the hypergeometric probabilities that are no greater than that of the table seen."""
    drawn = a + b
    rare = min(drawn, n + m - drawn)
    if rare != drawn:
        a, b = n - a, m - b
        drawn = rare
    whole = _log_comb(n + m, drawn)
    seen = _log_comb(n, a) + _log_comb(m, b) - whole
    total = 0.0
    for k in range(max(0, drawn - m), min(n, drawn) + 1):
        chance = _log_comb(n, k) + _log_comb(m, drawn - k) - whole
        if chance <= seen + 1e-9:
            total += exp(chance)
    return min(1.0, total)
