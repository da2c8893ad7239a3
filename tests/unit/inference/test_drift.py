"""Drift: alarms at the rate they promise, whatever the window's size, and finds what has really moved."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from rapport.inference.drift import (
    Reference,
    Severity,
    calibration_drift,
    count,
    feature_drift,
    histogram_drift,
    missing_drift,
    psi,
    psi_threshold,
    table_drift,
)
from rapport.inference.statistics import chi_square_quantile, chi_square_tail, proportions_differ, wilson
from scipy import stats

RUNS = 400
# Of 400 windows at 1 % each, more than 12 or none at all of an unlucky generator: P(X > 12) = 0.0003.
MOST_ALARMS = 12
REFERENCE = Reference.of("age", np.random.default_rng(1).normal(0, 1, 20_000).tolist())


@pytest.mark.parametrize("degrees", [1, 2, 3, 9, 30, 200])
def test_chi_square_is_scipys(degrees: int) -> None:
    for level in (0.01, 0.5, 0.9, 0.99, 0.9999):
        assert chi_square_quantile(level, degrees) == pytest.approx(stats.chi2.ppf(level, degrees), rel=1e-8)
    for x in (0.0, 0.1, degrees, 3.0 * degrees, 500.0):
        assert chi_square_tail(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-9, abs=1e-15)
    assert chi_square_tail(inf, degrees) == 0.0


def test_the_exact_test_of_two_rare_proportions_is_scipys() -> None:
    for a, n, b, m in ((0, 50, 3, 900), (3, 50, 3, 900), (4, 9, 0, 11), (50, 50, 895, 900), (2, 2_000, 9, 1_500)):
        expected = stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue
        assert proportions_differ(a, n, b, m) == pytest.approx(expected, rel=1e-6)


def test_the_pooled_test_of_two_common_proportions_is_the_chi_square_test() -> None:
    expected = stats.chi2_contingency([[60, 140], [240, 760]], correction=False).pvalue
    assert proportions_differ(60, 200, 240, 1_000) == pytest.approx(expected, rel=1e-9)


def test_proportions_of_nothing_do_not_differ() -> None:
    assert proportions_differ(0, 0, 5, 10) == proportions_differ(0, 10, 0, 10) == proportions_differ(9, 9, 5, 5) == 1.0


def test_the_interval_of_a_share_is_wilsons() -> None:
    expected = stats.binomtest(7, 50).proportion_ci(method="wilson")
    assert wilson(7, 50) == pytest.approx((expected.low, expected.high))
    assert wilson(0, 0) == (0.0, 1.0)


EVEN = (0.1,) * 10
# As of a count that is nearly always nothing: most bins expect less than one in a small window.
RARE = (0.7, 0.2, 0.06, 0.02, 0.008, 0.004, 0.003, 0.002, 0.002, 0.001)


@pytest.mark.parametrize("shares", [EVEN, RARE])
def test_one_window_in_a_hundred_alarms_without_drift_whatever_its_size(shares: tuple[float, ...]) -> None:
    alarms = {}
    for n in (50, 100, 500, 5_000, 50_000):
        rng = np.random.default_rng(n)
        references = (
            Reference("f", tuple(float(e) for e in range(1, 10)), tuple(rng.multinomial(2_000, shares).tolist()))
            for _ in range(1_500)
        )
        alarms[n] = [histogram_drift(r, rng.multinomial(n, shares).tolist()).drifted for r in references]
    # Standard error of one size's rate: 0.26 %; of all together: 0.11 %.
    assert all(np.mean(found) < 0.018 for found in alarms.values())
    assert 0.0075 < np.mean(list(alarms.values())) < 0.0125


def test_values_and_their_counts_are_the_same_window() -> None:
    values = np.random.default_rng(9).normal(0.2, 1, 400).tolist()
    assert feature_drift(REFERENCE, values) == histogram_drift(REFERENCE, count(REFERENCE.edges, values))


def test_a_customary_limit_of_a_tenth_would_alarm_on_noise_in_a_small_window() -> None:
    rng = np.random.default_rng(2)
    figures = [feature_drift(REFERENCE, rng.normal(0, 1, 60).tolist()) for _ in range(200)]
    assert (
        np.mean(
            [
                psi(REFERENCE.counts, np.bincount(rng.integers(0, 10, 60), minlength=10).tolist()) > 0.1
                for _ in range(200)
            ]
        )
        > 0.5
    )
    assert np.mean([figure.drifted for figure in figures]) < 0.04


@pytest.mark.parametrize(("n", "shift"), [(100, 1.0), (500, 0.4), (5_000, 0.12)])
def test_a_real_shift_is_found_in_a_window_that_can_show_it(n: int, shift: float) -> None:
    rng = np.random.default_rng(3)
    found = [feature_drift(REFERENCE, rng.normal(shift, 1, n).tolist()).drifted for _ in range(40)]
    assert np.mean(found) > 0.9


def test_a_tiny_drift_in_a_large_window_is_drift_but_slight() -> None:
    rng = np.random.default_rng(4)
    figure = feature_drift(REFERENCE, rng.normal(0.1, 1, 50_000).tolist())
    assert figure.drifted
    assert figure.severity is Severity.SLIGHT
    assert feature_drift(REFERENCE, rng.normal(2, 1, 500).tolist()).severity is Severity.MAJOR


def test_the_p_value_and_the_threshold_say_the_same() -> None:
    rng = np.random.default_rng(5)
    for shift in (0.0, 0.1, 0.3):
        for _ in range(30):
            figure = feature_drift(REFERENCE, rng.normal(shift, 1, 300).tolist())
            assert figure.drifted == (figure.p_value < 0.01)


def test_an_empty_window_and_a_constant_feature_do_not_drift() -> None:
    assert not feature_drift(REFERENCE, []).drifted
    assert not feature_drift(REFERENCE, [nan, nan]).drifted
    constant = Reference.of("c", [3.0] * 100)
    assert not feature_drift(constant, [3.0] * 50).drifted
    assert not feature_drift(Reference.of("nothing", []), [1.0]).drifted
    assert psi_threshold(0, 10, 10) == inf


def test_a_value_below_all_that_was_seen_counts_in_the_first_bin_and_one_above_in_the_last() -> None:
    figure = feature_drift(REFERENCE, [-99.0] * 100 + [99.0] * 100)
    assert figure.n == 200
    assert figure.severity is Severity.MAJOR


def test_a_count_feature_with_few_values_gets_few_bins() -> None:
    reference = Reference.of("calls", [0.0] * 600 + [1.0] * 300 + [2.0] * 100)
    assert reference.edges == (1.0, 2.0)
    assert reference.counts == (600, 300, 100)


def test_missing_values_alarm_when_they_become_frequent_and_not_by_chance() -> None:
    rng = np.random.default_rng(6)
    reference = Reference.of("f", np.where(rng.random(5_000) < 0.02, nan, 1.0).tolist())
    alarms = [missing_drift(reference, np.where(rng.random(80) < 0.02, nan, 1.0).tolist()).drifted for _ in range(RUNS)]
    assert sum(alarms) <= MOST_ALARMS
    figure = missing_drift(reference, [nan] * 15 + [1.0] * 65)
    assert figure.drifted
    assert figure.share == 15 / 80


def test_many_features_together_alarm_no_oftener_than_one() -> None:
    rng = np.random.default_rng(7)
    names = [f"f{i}" for i in range(20)]
    references = [Reference.of(name, rng.normal(0, 1, 1_000).tolist()) for name in names]
    alarms = 0
    for _ in range(60):
        rows = [dict(zip(names, row, strict=True)) for row in rng.normal(0, 1, (100, 20)).tolist()]
        alarms += any(drift.drifted or missing.drifted for drift, missing in table_drift(references, rows))
    assert alarms <= 4
    rows = [{"f0": float(x)} for x in rng.normal(0, 1, 100)]
    found = table_drift(references[:2], rows)
    assert [missing.drifted for _, missing in found] == [False, True]


@pytest.mark.parametrize(("n", "top"), [(60, 0.5), (500, 0.9), (5_000, 0.2), (300, 0.01)])
def test_a_calibrated_model_alarms_as_rarely_as_promised(n: int, top: float) -> None:
    rng = np.random.default_rng(n)
    alarms = ece = 0
    for _ in range(RUNS):
        p = rng.uniform(0, top, n)
        figure = calibration_drift(p.tolist(), (rng.random(n) < p).tolist())
        alarms += figure.drifted
        ece += figure.ece > figure.ece_threshold
    assert alarms <= MOST_ALARMS
    assert ece <= 2 * MOST_ALARMS


def test_a_model_that_promises_too_much_is_found_and_the_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(100):
        p = rng.uniform(0, 0.5, 1_000)
        figure = calibration_drift(p.tolist(), (rng.random(1_000) < 0.6 * p).tolist())
        assert figure.drifted
        assert figure.ece > figure.ece_threshold > figure.ece_expected > 0
        assert figure.high < figure.predicted
        held += figure.low < 0.15 < figure.high
    assert held >= 88  # 95 promised; below 88 by chance in one of 500


def test_without_labels_nothing_is_said() -> None:
    figure = calibration_drift([], [])
    assert not figure.drifted
    assert (figure.n, figure.low, figure.high) == (0, 0.0, 1.0)
