"""Has what the model sees, or what it says, changed? Thresholds follow from the sample sizes.

The population stability index between a reference of m values and a window of n values in B bins,
sum (q - p) ln(q / p), is without any drift about (1/n + 1/m) times chi-square with B - 1 degrees of freedom
(Yurdakul 2018, Statistical Properties of Population Stability Index, Western Michigan University). The customary
limits 0.1 and 0.25 alarm on noise in small windows and sleep in large ones: here they only grade a drift that
is beyond chance.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan, log, pi, sqrt
from statistics import NormalDist

from rapport.inference.statistics import chi_square_quantile, chi_square_tail, proportions_differ, wilson

LEVEL = 0.99
BINS = 10
# Neighbouring bins are joined until each expects this many in the smaller sample: the chi-square
# approximation of a logarithm of a count needs more than the usual five.
LEAST_EXPECTED = 10.0
MODERATE, MAJOR = 0.1, 0.25


class Severity(StrEnum):
    """How large a drift is that is beyond chance; NONE when it is not beyond chance."""

    NONE = "NONE"
    SLIGHT = "SLIGHT"
    MODERATE = "MODERATE"
    MAJOR = "MAJOR"


@dataclass(frozen=True, slots=True)
class Reference:
    """A feature as it was in training: `counts[i]` values lie in [edges[i-1], edges[i]); `missing` were NaN."""

    feature: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int = 0

    @classmethod
    def of(cls, feature: str, values: Iterable[float], bins: int = BINS) -> Reference:
        """Bins of about equal counts; a value that repeats is never divided between two."""
        given = list(values)
        known = sorted(value for value in given if not isnan(value))
        edges = sorted({known[len(known) * i // bins] for i in range(1, bins)} - {known[0]}) if known else []
        return cls(feature, tuple(edges), count(edges, known), len(given) - len(known))


@dataclass(frozen=True, slots=True)
class DriftFigure:
    """PSI of one feature. `threshold` is what chance exceeds in 1 % of windows of this size; `n` known values in
    the window, `m` in the reference, `bins` after joining, `p_value` of a PSI as large by chance."""

    feature: str
    psi: float
    threshold: float
    drifted: bool
    n: int
    m: int
    bins: int
    p_value: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class MissingFigure:
    """Share of missing values now and in the reference; `p_value` of a difference as large by chance."""

    feature: str
    share: float
    reference_share: float
    p_value: float
    drifted: bool
    n: int


@dataclass(frozen=True, slots=True)
class CalibrationFigure:
    """Predicted against observed rates once labels are there.

    `low` and `high` are Wilson's 95 % interval of the observed rate. `ece` is the expected calibration error,
    `ece_threshold` what chance exceeds in 1 % of samples of a calibrated model. `drifted` follows `p_value`,
    that of Hosmer and Lemeshow's statistic with as many degrees of freedom as bins (nothing was fitted here).
    """

    n: int
    predicted: float
    observed: float
    low: float
    high: float
    ece: float
    ece_expected: float
    ece_threshold: float
    statistic: float
    bins: int
    p_value: float
    drifted: bool


def count(edges: Sequence[float], known: Iterable[float]) -> tuple[int, ...]:
    """How many values lie in each of the len(edges) + 1 bins."""
    counts = [0] * (len(edges) + 1)
    for value in known:
        counts[bisect_right(edges, value)] += 1
    return tuple(counts)


def psi(reference: Sequence[int], window: Sequence[int]) -> float:
    """Population stability index of two histograms over the same bins; half a count is added to each bin."""
    n, m = sum(window) + len(window) / 2, sum(reference) + len(reference) / 2
    shares = (((b + 0.5) / m, (a + 0.5) / n) for b, a in zip(reference, window, strict=True))
    return sum((now - then) * log(now / then) for then, now in shares)


def psi_threshold(n: int, m: int, bins: int, level: float = LEVEL) -> float:
    """PSI that chance alone exceeds with probability 1 - `level`; infinite when nothing can be compared."""
    if bins < 2 or not n or not m:
        return float("inf")
    return chi_square_quantile(level, bins - 1) * (1 / n + 1 / m)


def _joined(reference: Sequence[int], window: Sequence[int]) -> tuple[list[int], list[int]]:
    """Neighbouring bins joined until each expects enough; by the pooled shares, so neither sample is favoured."""
    n, m = sum(window), sum(reference)
    share = min(n, m) / (n + m) if n + m else 0.0
    then: list[int] = []
    now: list[int] = []
    enough = True
    for b, a in zip(reference, window, strict=True):
        if enough:
            then.append(0)
            now.append(0)
        then[-1] += b
        now[-1] += a
        enough = (then[-1] + now[-1]) * share >= LEAST_EXPECTED
    if not enough and len(then) > 1:
        last_then, last_now = then.pop(), now.pop()
        then[-1] += last_then
        now[-1] += last_now
    return then, now


def feature_drift(reference: Reference, values: Iterable[float], level: float = LEVEL) -> DriftFigure:
    """PSI of the known `values` against the reference. Nothing drifts in a window too small to tell."""
    return histogram_drift(reference, count(reference.edges, (v for v in values if not isnan(v))), level)


def histogram_drift(reference: Reference, window: Sequence[int], level: float = LEVEL) -> DriftFigure:
    """The same from the window's counts in the reference's bins, as they add up while values arrive."""
    then, now = _joined(reference.counts, window)
    n, m, bins = sum(now), sum(then), len(now)
    found = psi(then, now) if n and m else 0.0
    threshold = psi_threshold(n, m, bins, level)
    p_value = chi_square_tail(found / (1 / n + 1 / m), bins - 1) if bins > 1 and n and m else 1.0
    drifted = found > threshold
    return DriftFigure(reference.feature, found, threshold, drifted, n, m, bins, p_value, _severity(found, drifted))


def _severity(found: float, drifted: bool) -> Severity:
    if not drifted:
        return Severity.NONE
    return Severity.MAJOR if found >= MAJOR else Severity.MODERATE if found >= MODERATE else Severity.SLIGHT


def missing_drift(reference: Reference, values: Iterable[float], level: float = LEVEL) -> MissingFigure:
    """Whether values are missing more or less often than in the reference: a test of two proportions."""
    absent = [isnan(value) for value in values]
    n, m = len(absent), sum(reference.counts) + reference.missing
    p_value = proportions_differ(sum(absent), n, reference.missing, m)
    share, before = sum(absent) / n if n else 0.0, reference.missing / m if m else 0.0
    return MissingFigure(reference.feature, share, before, p_value, p_value < 1 - level, n)


def table_drift(
    references: Sequence[Reference], rows: Sequence[Mapping[str, float]], level: float = LEVEL
) -> tuple[tuple[DriftFigure, MissingFigure], ...]:
    """Every feature of a window of rows. A feature that a row does not name is missing in it.

    `level` holds for all tests together (Bonferroni): 75 features at 1 % each would alarm every other time.
    """
    each = 1 - (1 - level) / max(1, 2 * len(references))
    columns = ((r, [row.get(r.feature, float("nan")) for row in rows]) for r in references)
    return tuple((feature_drift(r, column, each), missing_drift(r, column, each)) for r, column in columns)


def calibration_drift(
    probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = BINS, level: float = LEVEL
) -> CalibrationFigure:
    """Whether outcomes still follow the predicted probabilities, 0 to 1, one outcome for each."""
    pairs = sorted(zip(probabilities, outcomes, strict=True), key=lambda pair: pair[0])
    n = len(pairs)
    statistic = gap = expected = variance = 0.0
    groups = _probability_bins(pairs, bins)
    for group in groups:
        difference = sum(p for p, _ in group) - sum(y for _, y in group)
        spread = max(sum(p * (1 - p) for p, _ in group), 1e-12)
        # Where one outcome is rare the count is visibly discrete: Yates's correction.
        beyond = abs(difference) if spread >= 5 else max(0.0, abs(difference) - 0.5)
        statistic += beyond * beyond / spread
        gap += abs(difference)
        # |difference| of a calibrated model is half-normal: mean sqrt(2 v / pi), variance v (1 - 2 / pi).
        expected += sqrt(2 * spread / pi)
        variance += spread * (1 - 2 / pi)
    positives, divisor = sum(outcomes), max(n, 1)
    low, high = wilson(positives, n)
    p_value = chi_square_tail(statistic, len(groups)) if groups else 1.0
    return CalibrationFigure(
        n=n,
        predicted=sum(probabilities) / divisor,
        observed=positives / divisor,
        low=low,
        high=high,
        ece=gap / divisor,
        ece_expected=expected / divisor,
        ece_threshold=(expected + NormalDist().inv_cdf(level) * sqrt(variance)) / divisor,
        statistic=statistic,
        bins=len(groups),
        p_value=p_value,
        drifted=p_value < 1 - level,
    )


def _probability_bins(pairs: Sequence[tuple[float, bool]], bins: int) -> list[Sequence[tuple[float, bool]]]:
    """Equal-count bins of sorted pairs, joined until each expects five of either outcome."""
    groups: list[list[tuple[float, bool]]] = []
    enough = True
    for i in range(bins):
        part = pairs[len(pairs) * i // bins : len(pairs) * (i + 1) // bins]
        if enough:
            groups.append([])
        groups[-1] += part
        sure = sum(p for p, _ in groups[-1])
        enough = min(sure, len(groups[-1]) - sure) >= 5
    if not enough and len(groups) > 1:
        last = groups.pop()
        groups[-1] += last
    return [group for group in groups if group]
