"""The evidence: splits that keep customers together, figures that know their noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from models.evaluation import expected_calibration_error, figures, platt, split_by_group


@settings(max_examples=100, deadline=None)
@given(owners=st.lists(st.integers(0, 40), min_size=5, max_size=200), seed=st.integers(0, 1000))
def test_no_customer_is_in_two_parts_and_no_row_is_lost(owners: list[int], seed: int) -> None:
    groups = np.array([f"C{number}" for number in owners])
    parts = split_by_group(groups, (0.6, 0.2, 0.2), seed=seed)
    people = [set(groups[part]) for part in parts]
    assert len(set.union(*people)) == sum(len(part) for part in people)
    assert sorted(int(row) for part in parts for row in part) == list(range(len(groups)))


def test_the_bootstrap_resamples_customers_so_that_repeated_rows_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(5)
    y = rng.integers(0, 2, 150).astype(float)
    p = np.clip(0.5 + 0.2 * (y - 0.5) + rng.normal(0, 0.3, 150), 0.01, 0.99)
    customers = np.array([f"C{number:03d}" for number in range(150)])
    once = figures(y, p, customers, rounds=200)["AUC"]
    tenfold = figures(np.repeat(y, 10), np.repeat(p, 10), np.repeat(customers, 10), rounds=200)["AUC"]
    assert tenfold.high - tenfold.low == pytest.approx(once.high - once.low, rel=0.05)
    as_if_independent = figures(np.repeat(y, 10), np.repeat(p, 10), np.arange(1500).astype(str), rounds=200)["AUC"]
    assert as_if_independent.high - as_if_independent.low < 0.5 * (tenfold.high - tenfold.low)


def test_the_calibration_error_is_zero_for_the_truth_and_the_gap_for_a_shift() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.1, 0.7, 200_000)
    y = (rng.random(200_000) < p).astype(float)
    assert expected_calibration_error(y, p) < 0.01
    assert expected_calibration_error(y, p + 0.2) == pytest.approx(0.2, abs=0.01)


def test_platt_scaling_is_the_logistic_regression_on_the_margin() -> None:
    rng = np.random.default_rng(2)
    margin = rng.normal(0, 2, 5_000)
    y = (rng.random(5_000) < 1 / (1 + np.exp(-(0.6 * margin - 0.4)))).astype(float)
    slope, intercept = platt(y, margin)
    reference = LogisticRegression(C=1e9).fit(margin[:, None], y)
    assert slope == pytest.approx(float(reference.coef_[0, 0]), abs=0.01)
    assert intercept == pytest.approx(float(reference.intercept_[0]), abs=0.01)
