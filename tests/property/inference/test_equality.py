"""libxgboost by ctypes says what the xgboost package says, for the pair of versions in use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import isfinite, isnan, nan
from pathlib import Path

import numpy as np
import pytest
import rapport_inference
import xgboost as xgb
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.booster import Booster
from rapport.inference.caller_features import FEATURES as CALLER
from rapport.inference.payment_risk import MONOTONE

from tests.builders.inference import COLUMNS, UBJ, published, training_booster

ROOT = Path(__file__).resolve().parents[3]
LAYER = ROOT / ".build" / "local" / "layers" / "inference" / "python"
TOLERANCE = 1e-5

number = st.one_of(
    st.just(nan),
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 3.0, 30.0, 365.0]),
    st.floats(-1, 1, width=32),
    st.floats(-1e6, 1e6, width=32),
)
rows = st.lists(number, min_size=len(COLUMNS), max_size=len(COLUMNS))

ours = Booster(UBJ, len(COLUMNS))
theirs = training_booster()


def matrix(row: list[float]) -> xgb.DMatrix:
    return xgb.DMatrix(np.array([row], dtype=np.float32), feature_names=list(COLUMNS), nthread=1)


@settings(max_examples=300, deadline=None)
@given(rows)
def test_predictions_equal_the_package_on_any_row_with_gaps(row: list[float]) -> None:
    expected = float(theirs.predict(matrix(row), output_margin=True)[0])
    assert abs(ours.margin(row) - expected) <= TOLERANCE


@settings(max_examples=300, deadline=None)
@given(rows)
def test_contributions_equal_the_package_and_add_up_to_the_prediction(row: list[float]) -> None:
    found = ours.contributions(row)
    expected = theirs.predict(matrix(row), pred_contribs=True)[0]
    assert np.abs(np.array(found) - expected).max() <= TOLERANCE
    assert abs(sum(found) - ours.margin(row)) <= TOLERANCE


@pytest.mark.skipif(not (LAYER / "rapport_inference" / "lib").is_dir(), reason="the local inference layer is not built")
def test_the_library_of_the_built_layer_gives_the_same_answers_as_the_training_package() -> None:
    """The layer's release is newer than the training package's, so it runs in a process of its own."""
    rng = np.random.default_rng(11)
    table = (rng.normal(size=(300, len(COLUMNS))) * rng.choice([1, 30], size=len(COLUMNS))).astype(np.float32)
    table[rng.random(table.shape) < 0.25] = np.nan
    program = (
        "import json, sys; from pathlib import Path; from rapport.inference.booster import Booster, library\n"
        "rows = json.loads(sys.stdin.read()); b = Booster(Path(sys.argv[1]), len(rows[0]))\n"
        "print(json.dumps([library()._name, [b.margin(r) for r in rows], [b.contributions(r) for r in rows]]))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{LAYER}:{ROOT / 'layers' / 'core' / 'python'}"}
    answer = subprocess.run(
        [sys.executable, "-c", program, str(UBJ)],
        input=json.dumps(table.tolist()), env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    used, margins, contributions = json.loads(answer.stdout)
    data = xgb.DMatrix(table, feature_names=list(COLUMNS), nthread=1)
    assert Path(used).is_relative_to(LAYER), "the layer's own library was to be tested"
    assert np.abs(np.array(margins) - theirs.predict(data, output_margin=True)).max() <= TOLERANCE
    assert np.abs(np.array(contributions) - theirs.predict(data, pred_contribs=True)).max() <= TOLERANCE


SPAM = rapport_inference.ROOT / "models" / "spam_caller"
SPAM_UBJ = SPAM / (SPAM / "CURRENT").read_text().strip() / "model.ubj"
our_spam, their_spam = Booster(SPAM_UBJ, len(CALLER)), xgb.Booster({"nthread": 1}, model_file=SPAM_UBJ)


@settings(max_examples=200, deadline=None)
@given(st.lists(number, min_size=len(CALLER), max_size=len(CALLER)))
def test_the_forest_of_spam_callers_equals_the_package_on_any_row_with_gaps(row: list[float]) -> None:
    data = xgb.DMatrix(np.array([row], dtype=np.float32), feature_names=list(CALLER), nthread=1)
    assert abs(our_spam.margin(row) - float(their_spam.predict(data, output_margin=True)[0])) <= TOLERANCE
    contributions = their_spam.predict(data, pred_contribs=True)[0]
    assert np.abs(np.array(our_spam.contributions(row)) - contributions).max() <= TOLERANCE


@settings(max_examples=300, deadline=None)
@given(row=rows, name=st.sampled_from(sorted(MONOTONE)), step=st.floats(0, 1e4, width=32))
def test_the_risk_moves_only_the_way_each_monotone_feature_allows(row: list[float], name: str, step: float) -> None:
    position = COLUMNS.index(name)
    if isnan(row[position]):
        row[position] = 0.0
    moved = [*row]
    moved[position] += step
    change = ours.margin(moved) - ours.margin(row)
    assert change * MONOTONE[name] >= -TOLERANCE


@settings(max_examples=200, deadline=None)
@given(rows)
def test_a_score_is_a_probability_with_at_most_four_reasons_and_three_actions(row: list[float]) -> None:
    scorer = published()
    features = dict(zip(COLUMNS, row, strict=True))
    score = scorer.score(features)
    assert 0 <= score.probability <= 1
    assert isfinite(score.probability)
    assert score.value == scorer.value(features) == round(100 * scorer.probability(features))
    assert score.band is scorer.band_of(score.value)
    assert len(score.reasons) <= 4
    assert [action.priority for action in score.actions] == list(range(1, len(score.actions) + 1))
    assert len(score.actions) <= 3
    sizes = [abs(reason.contribution) for reason in score.reasons]
    assert sizes == sorted(sizes, reverse=True)
    assert all(reason.text.en and reason.text.ja for reason in score.reasons)
    assert all((reason.contribution > 0) == (reason.direction == "raises") for reason in score.reasons)
