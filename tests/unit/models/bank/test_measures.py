"""Figures for rare outcomes agree with their definitions, ties and weights included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from models import evaluation
from models.evaluation import TooLittleDataError
from models.tasks.measures import Ranked, figures

_ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 3)), min_size=4, max_size=80)


@settings(max_examples=200, deadline=None)
@given(rows=_ROWS)
def test_a_weight_is_as_good_as_a_repeated_row(rows: list[tuple[bool, int, int]]) -> None:
    y, score, weight = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    times = weight.astype(int)
    repeated, scores = np.repeat(y, times), np.repeat(score, times)
    assume(0 < repeated.sum() < len(repeated))
    found = Ranked.of(y, score).measures(weight)
    assert found["AUC"] == pytest.approx(roc_auc_score(repeated, scores))
    assert found["AP"] == pytest.approx(average_precision_score(repeated, scores))
    fpr, tpr, _ = roc_curve(repeated, scores, drop_intermediate=False)
    assert found["recall at 0.5 % FPR"] == pytest.approx(tpr[fpr <= 0.005].max())


def test_the_lift_of_a_perfect_score_is_ten_and_of_no_score_one() -> None:
    y = np.zeros(1_000)
    y[:50] = 1
    assert Ranked.of(y, y).measures(np.ones(1_000))["lift in the top decile"] == pytest.approx(10)
    assert Ranked.of(y, np.zeros(1_000)).measures(np.ones(1_000))["lift in the top decile"] == pytest.approx(1)


def test_precision_a_day_looks_at_the_highest_scores_of_each_day() -> None:
    rng = np.random.default_rng(1)
    day = np.repeat(np.arange(4), 300)
    y = (rng.random(1_200) < 0.2).astype(np.float64)
    score = rng.random(1_200) + 0.3 * y
    by_hand = [y[day == d][np.argsort(-score[day == d])[:100]].mean() for d in range(4)]
    order = rng.permutation(1_200)
    found = Ranked.of(y[order], score[order], day[order]).measures(np.ones(1_200))
    assert found["precision@100 a day"] == pytest.approx(np.mean(by_hand))


def test_intervals_are_those_of_resampled_customers() -> None:
    """The same bootstrap as `models.evaluation`, up to the luck of the draw."""
    rng = np.random.default_rng(3)
    customer = np.array([f"C{number:03d}" for number in rng.integers(0, 150, 800)])
    y = (rng.random(800) < 0.3).astype(np.float64)
    score = np.clip(0.3 + 0.2 * (y - 0.3) + rng.normal(0, 0.2, 800), 0.01, 0.99)
    ours, theirs = figures(y, score, customer)["AUC"], evaluation.figures(y, score, customer)["AUC"]
    assert ours.value == pytest.approx(theirs.value)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_too_few_outcomes_carry_no_figure() -> None:
    with pytest.raises(TooLittleDataError, match="9 positive"):
        figures(np.r_[np.ones(9), np.zeros(50)], np.arange(59.0), np.arange(59).astype(str))
