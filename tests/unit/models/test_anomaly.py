"""Anomalies: the served forest is scikit-learn's, its reasons name what is odd, and it beats chance by far."""

from __future__ import annotations

import json
import time
from functools import cache
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.anomaly import FEATURES, AnomalyScorer, Kind
from rapport.inference.booster import InferenceError
from rapport.inference.isolation_forest import IsolationForest
from rapport.runtime.errors import InvalidInputError
from sklearn.ensemble import IsolationForest as Reference

from models.anomaly import average_path_length, entered, fit, generate, parameters, precision_at, train
from models.definition import Options
from models.export import as_bytes

KINDS = list(Kind)


@cache
def trained(kind: Kind) -> tuple[Reference, AnomalyScorer, np.ndarray]:
    x = generate(kind, 5, 200, 4_000).x
    forest = fit(kind, x, 5)
    return forest, AnomalyScorer.from_parameters(kind, json.loads(as_bytes(parameters(kind, forest, x)))), x


def usual(kind: Kind) -> dict[str, float]:
    """An event that is typical in everything."""
    p = trained(kind)[1].forest.parameters
    return dict(zip(p.features, p.typical, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_served_score_is_scikit_learns_to_1e_9(kind: Kind) -> None:
    forest, scorer, x = trained(kind)
    fresh = generate(kind, 6, 50, 300).x
    columns = entered(kind, np.vstack([x[:200], fresh, fresh * 50]))
    theirs = -forest.score_samples(columns)
    ours = [scorer.forest.score(row) for row in columns.tolist()]
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=9, max_size=9))
def test_the_served_score_is_scikit_learns_for_any_row(row: list[float]) -> None:
    forest, scorer, _ = trained(Kind.TRANSACTION)
    assert scorer.forest.score(row) == pytest.approx(-float(forest.score_samples(np.array([row]))[0]), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_served_columns_are_those_of_training(kind: Kind) -> None:
    _, scorer, x = trained(kind)
    names = [feature.name for feature in FEATURES[kind]]
    for row, columns in zip(x[:50].tolist(), entered(kind, x[:50]).tolist(), strict=True):
        assert scorer.forest.row(dict(zip(names, row, strict=True))) == pytest.approx(columns, rel=1e-12)


def test_a_value_on_a_threshold_goes_left_and_values_are_32_bit_as_in_scikit_learn() -> None:
    tree = {"feature": [0, 0, 0], "value": [1.0, 1.0, 3.0], "right": [2, 0, 0]}
    served = IsolationForest.from_parameters(broken(tree=tree))
    left, right = 2 ** (-1 / 2), 2 ** (-3 / 2)
    assert [served.score([x]) for x in (1.0, 1.0 + 1e-9, 1.0 + 1e-6)] == [left, left, right]
    forest, scorer, _ = trained(Kind.LOGIN)
    near = [(e.tree_.threshold[0], int(e.tree_.feature[0])) for e in forest.estimators_ if e.tree_.feature[0] >= 0]
    rows = np.zeros((len(near), 6))
    for row, (threshold, feature) in zip(rows, near, strict=True):
        row[feature] = threshold + 1e-12
    ours = [scorer.forest.score(row) for row in rows.tolist()]
    np.testing.assert_allclose(ours, -forest.score_samples(rows), rtol=0, atol=1e-9)


def test_the_expected_depth_of_a_search_is_that_of_the_paper() -> None:
    assert [average_path_length(n) for n in (0, 1, 2)] == [0.0, 0.0, 1.0]
    assert average_path_length(256) == pytest.approx(10.2448, abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_that_is_typical_in_everything_is_not_unusual_and_has_no_reason(kind: Kind) -> None:
    found = trained(kind)[1].score(usual(kind))
    assert not found.unusual
    assert found.reasons == ()
    assert found.rarity > 0.1


@pytest.mark.parametrize(
    ("kind", "name", "value", "words"),
    [
        (Kind.TRANSACTION, "amount_ratio", 80.0, "80.0 times the customer's usual"),
        (Kind.TRANSACTION, "in_last_hour", 15.0, "15 transactions in the last hour (usually 0)"),
        (Kind.LOGIN, "travel_kmh", 2_000.0, "2,000 km/h"),
        (Kind.CALL, "duration_ratio", 40.0, "40.0 times"),
    ],
)
def test_the_feature_that_is_odd_is_the_first_reason(kind: Kind, name: str, value: float, words: str) -> None:
    found = trained(kind)[1].score(usual(kind) | {name: value})
    assert found.reasons[0].code == name
    assert words in found.reasons[0].text.en
    assert found.score > trained(kind)[1].score(usual(kind)).score


@pytest.mark.parametrize("kind", KINDS)
def test_every_feature_has_words_in_both_languages(kind: Kind) -> None:
    for feature in FEATURES[kind]:
        for value in (0.0, 1.0, 7.5):
            words = feature.words(value, 1.0)
            assert words.en
            assert not words.ja.isascii()


def test_what_is_unknown_is_no_reason_to_alarm() -> None:
    scorer = trained(Kind.LOGIN)[1]
    assert scorer.score({}) == scorer.score(usual(Kind.LOGIN)) == scorer.score(dict.fromkeys(usual(Kind.LOGIN), nan))


@pytest.mark.parametrize("bad", [inf, -inf, -1.0, 1e300])
def test_what_is_no_amount_is_refused_by_name(bad: float) -> None:
    with pytest.raises(InvalidInputError) as refused:
        trained(Kind.TRANSACTION)[1].score({"amount_ratio": bad})
    assert refused.value.field == "amount_ratio"


def test_the_rarity_is_the_share_of_training_rows_that_score_as_high() -> None:
    forest, scorer, x = trained(Kind.TRANSACTION)
    scores = -forest.score_samples(entered(Kind.TRANSACTION, x))
    for quantile in (0.1, 0.5, 0.9, 0.99):
        assert scorer.forest.rarity(float(np.quantile(scores, quantile))) == pytest.approx(1 - quantile, abs=0.015)
    assert scorer.forest.rarity(0.0) == 1.0
    assert scorer.forest.rarity(1.0) == pytest.approx(1 / 4_001)


def broken(**changed: Any) -> dict[str, Any]:
    tree = {"feature": [0, 0, 0], "value": [1.0, 1.0, 1.0], "right": [2, 0, 0]} | changed.pop("tree", {})
    return {
        "features": ["a"],
        "logarithmic": [False],
        "typical": [0.0],
        "normalisation": 2.0,
        "trees": [tree],
        "levels": [0.0, 0.9],
        "quantiles": [0.3, 0.6],
    } | changed


@pytest.mark.parametrize(
    "bad",
    [
        {"tree": {"right": [0, 0]}},
        {"tree": {"right": [9, 0, 0]}},
        {"tree": {"right": [2, 1, 0]}},
        {"tree": {"right": [1, 0, 0]}},
        {"tree": {"feature": [5, 0, 0]}},
        {"trees": []},
        {"typical": []},
        {"normalisation": 0.0},
        {"quantiles": [0.6, 0.3]},
    ],
)
def test_arrays_that_could_not_be_walked_are_refused(bad: dict[str, Any]) -> None:
    assert IsolationForest.from_parameters(broken()).score([0.0]) == 2 ** (-1 / 2)
    with pytest.raises(InferenceError):
        IsolationForest.from_parameters(broken(**bad))


def test_a_hundred_trees_take_less_than_two_milliseconds() -> None:
    _, scorer, x = trained(Kind.TRANSACTION)
    rows = entered(Kind.TRANSACTION, x[:200]).tolist()
    assert len(scorer.forest.parameters.trees) == 100
    taken = []
    for row in rows:
        began = time.perf_counter()
        scorer.forest.score(row)
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[len(taken) // 2] < 0.002


def test_injected_anomalies_are_found_far_beyond_chance_on_customers_held_out() -> None:
    split = train(Options(seed=3, customers=300, calls=8_000, resamples=20)).splits[0]
    (ours,) = (row for name, row in split["figures"].items() if name.startswith("anomaly_"))
    value, low, high = next(iter(ours.values()))
    assert low <= value <= high
    assert low > 20 * split["prevalence"]
    assert {"largest z-score", "sum of squared z-scores"} < set(split["figures"])


def test_precision_at_k_counts_the_highest_scores() -> None:
    assert precision_at(np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1]), 2) == 0.5
