"""spam_caller: what is counted of a number, a ceiling that is one, thresholds that hold, reasons that fit."""

from __future__ import annotations

import json
from datetime import date
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb
from hypothesis import given
from hypothesis import strategies as st
from rapport.customers.phone import read_number
from rapport.inference.booster import InferenceError
from rapport.inference.caller_features import (
    DAY_MS,
    FEATURES,
    HOUR_MS,
    WEEK_MS,
    PastCall,
    describe_number,
    observe,
)
from rapport.inference.spam_caller import GROUPS, NAME, load_spam_caller
from sklearn.metrics import brier_score_loss, roc_auc_score

from models import export
from models.data.callers import generate
from models.definition import Options
from models.evaluation import expected_calibration_error
from models.spam_caller import at_threshold, train
from models.spam_forest import threshold

NOW = 1_800_000_000_000
CALM = {
    "calls_1h": 0.0,
    "calls_24h": 0.0,
    "calls_7d": 1.0,
    "dialled_share_7d": 1.0,
    "answer_rate_7d": 1.0,
    "mean_duration_s": 200.0,
    "night_share_7d": 0.0,
    "gap_variation": nan,
    **describe_number(read_number("+819012345678"), "JP"),
    "neighbours_7d": 0.0,
    "agent_marks_30d": 0.0,
    "blocklist_hits": 0.0,
}
ROBOT = CALM | {
    "calls_1h": 20.0,
    "calls_24h": 45.0,
    "calls_7d": 80.0,
    "answer_rate_7d": 0.35,
    "mean_duration_s": 9.0,
    "night_share_7d": 0.3,
    "gap_variation": 0.2,
    "mobile": 0.0,
    "voip": 1.0,
    "neighbours_7d": 6.0,
    "agent_marks_30d": 3.0,
    "blocklist_hits": 1.0,
}


def call(ago: int, **changed: object) -> PastCall:
    values = {"local_hour": 10, "dialled": "+81312345678", "answered": True, "duration_s": 60.0} | changed
    return PastCall(at=NOW - ago, **values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained() -> export.Exported:
    return train(Options(seed=3, customers=16_000))


@pytest.fixture(scope="module")
def folder(trained: export.Exported, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    export.write(trained, place / NAME, date(2026, 1, 1))
    return place


# -- features --


def test_calls_are_counted_in_the_hour_the_day_and_the_week_before() -> None:
    found = observe([call(1_000), call(HOUR_MS + 1), call(DAY_MS + 1), call(WEEK_MS + 1), call(-5)], NOW)
    assert (found["calls_1h"], found["calls_24h"], found["calls_7d"]) == (1.0, 2.0, 3.0)


def test_shares_are_of_the_calls_of_the_week() -> None:
    calls = [
        call(4_000, dialled="a", local_hour=23),
        call(3_000, dialled="b", local_hour=7),
        call(2_000, dialled="a", answered=False, duration_s=0.0),
        call(1_000, dialled="a", duration_s=20.0),
    ]
    found = observe(calls, NOW)
    assert (found["dialled_share_7d"], found["night_share_7d"]) == (0.5, 0.5)
    assert found["answer_rate_7d"] == 0.75
    assert found["mean_duration_s"] == pytest.approx(140 / 3)
    assert found["gap_variation"] == 0.0


@pytest.mark.parametrize(("hour", "night"), [(7, 1.0), (8, 0.0), (20, 0.0), (21, 1.0), (0, 1.0)])
def test_night_is_from_nine_in_the_evening_to_eight_in_the_morning_where_it_rings(hour: int, night: float) -> None:
    assert observe([call(1_000, local_hour=hour)], NOW)["night_share_7d"] == night


def test_a_first_call_has_counts_of_zero_and_nothing_else() -> None:
    found = observe([], NOW)
    assert found["calls_7d"] == 0.0
    assert all(isnan(value) for name, value in found.items() if not name.startswith("calls"))


@given(st.lists(st.tuples(st.integers(-WEEK_MS, 2 * WEEK_MS), st.integers(0, 23), st.booleans()), max_size=30))
def test_the_order_in_which_calls_are_told_does_not_matter_and_shares_are_shares(
    given_: list[tuple[int, int, bool]],
) -> None:
    calls = [call(ago, local_hour=hour, answered=answered) for ago, hour, answered in given_]
    found, turned = observe(calls, NOW), observe(calls[::-1], NOW)
    np.testing.assert_equal(found, turned)
    assert found["calls_1h"] <= found["calls_24h"] <= found["calls_7d"]
    for name in ("dialled_share_7d", "answer_rate_7d", "night_share_7d"):
        assert isnan(found[name]) or 0 <= found[name] <= 1


@pytest.mark.parametrize(
    ("number", "flags"),
    [
        ("+819012345678", {"mobile"}),
        ("anonymous", {"withheld"}),
        ("+815012345678", {"voip"}),
        ("+12025550143", {"foreign", "mobile"}),
        ("12", {"invalid"}),
    ],
)
def test_the_number_itself_says_what_it_is(number: str, flags: set[str]) -> None:
    assert {name for name, value in describe_number(read_number(number), "JP").items() if value} == flags


# -- the generator's ceiling --


def test_the_true_probability_is_calibrated_and_no_model_beats_it() -> None:
    callers = generate(11, 40_000)
    y = callers.spam.astype(float)
    assert expected_calibration_error(y, callers.truth) < 0.005
    bent = np.clip(callers.truth**1.3, 0, 1)
    assert brier_score_loss(y, callers.truth) < brier_score_loss(y, bent)


def test_the_ceiling_stands_above_every_scorer(trained: export.Exported) -> None:
    found = trained.splits[0]["figures"]
    for label, values in found.items():
        assert values["AUC"][0] <= found["Bayes ceiling"]["AUC"][0], label
    assert found[NAME]["AUC"][1] > found["rule: calls in 24 hours"]["AUC"][2]


# -- thresholds --


@given(st.lists(st.integers(0, 50), min_size=20, max_size=300), st.sampled_from([0.001, 0.01, 0.1]))
def test_a_threshold_loses_no_more_wanted_callers_than_allowed_ties_and_all(scores: list[int], rate: float) -> None:
    s = np.array(scores, dtype=float)
    spam = np.arange(len(s)) % 5 == 0
    assert (s[~spam] >= threshold(s, spam, rate)).mean() <= rate


def test_precision_and_recall_at_a_threshold_are_counted() -> None:
    scores, spam = np.array([0.9, 0.8, 0.7, 0.2, 0.1]), np.array([True, False, True, True, False])
    found = at_threshold(scores, spam, 0.5)
    assert (found.precision.value, found.recall.value, found.false_positive_rate.value) == (2 / 3, 2 / 3, 0.5)
    assert found.precision.low < 2 / 3 < found.precision.high


# -- served --


def test_the_served_probability_is_that_of_training(trained: export.Exported, folder: Path) -> None:
    scorer = load_spam_caller(folder)
    booster = xgb.Booster(model_file=bytearray(trained.data))
    slope, intercept = trained.metadata["calibration"]
    x = generate(4, 300).x
    margin = booster.predict(xgb.DMatrix(x, feature_names=list(FEATURES)), output_margin=True)
    for row, m in zip(x.tolist(), margin.tolist(), strict=True):
        found = scorer.score(dict(zip(FEATURES, row, strict=True)))
        assert found.probability == pytest.approx(1 / (1 + np.exp(-(slope * m + intercept))), abs=1e-6)
        assert found.warn >= found.block


def test_a_robot_is_blocked_with_reasons_and_a_customer_is_put_through(folder: Path) -> None:
    scorer = load_spam_caller(folder)
    robot, calm = scorer.score(ROBOT), scorer.score(CALM)
    assert robot.block
    assert not calm.warn
    assert calm.probability < 0.05 < 0.9 < robot.probability
    raised = {reason.code: reason.text for reason in robot.reasons if reason.direction == "raises"}
    assert len(raised) >= 3
    assert any(word in " ".join(text.en for text in raised.values()) for word in ("neighbouring", "Marked as spam"))


def test_more_marks_never_make_a_caller_less_suspicious(folder: Path) -> None:
    scorer = load_spam_caller(folder)
    for name in ("agent_marks_30d", "blocklist_hits", "neighbours_7d"):
        found = [scorer.score(CALM | {name: float(count)}).probability for count in range(6)]
        assert found == sorted(found)


@given(
    st.fixed_dictionaries(
        {n: st.one_of(st.just(nan), st.floats(0, 100)) for n in FEATURES if n not in ("mobile", "voip")}
    ),
    st.booleans(),
)
def test_every_group_speaks_both_languages_or_is_silent(values: dict[str, float], raises: bool) -> None:
    for group in GROUPS:
        words = group.words(values, raises)
        assert words is None or (words.en and not words.ja.isascii())


def test_the_groups_cover_every_feature_once() -> None:
    assert sorted(name for group in GROUPS for name in group.features) == sorted(FEATURES)


def test_a_model_of_other_features_or_with_other_bytes_is_refused(trained: export.Exported, tmp_path: Path) -> None:
    target = export.write(trained, tmp_path / NAME, date(2026, 1, 1))
    described = json.loads((target / "model.json").read_text())
    (target / "model.json").write_text(json.dumps(described | {"features": ["a"]}))
    with pytest.raises(InferenceError, match="disagree"):
        load_spam_caller(tmp_path)
    (target / "model.json").write_text(json.dumps(described))
    (target / "model.ubj").write_bytes(trained.data + b" ")
    with pytest.raises(InferenceError, match="describes"):
        load_spam_caller(tmp_path)


def test_the_same_seed_gives_the_same_model(trained: export.Exported) -> None:
    assert train(Options(seed=3, customers=16_000)).sha256 == trained.sha256
    assert roc_auc_score(generate(3, 500).spam, generate(3, 500).truth) > 0.9
