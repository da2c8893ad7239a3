"""payment_risk: what it declares, what it refuses to load, what it tells people."""

from __future__ import annotations

import json
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from rapport.calls.features import CONVERSATION_FEATURES
from rapport.calls.model import Band
from rapport.customers.model import FEATURES as CUSTOMER_FEATURES
from rapport.inference.actions import RULES, recommend
from rapport.inference.booster import InferenceError
from rapport.inference.payment_risk import FEATURES, GROUPS, HISTORY_FEATURES, NAME
from rapport.inference.service import Bands, load_payment_risk

from tests.builders.inference import published, small_model, stranger, values

WORDS = {group.code: group.words for group in GROUPS}


def test_the_declared_features_are_those_that_the_calls_and_customers_contexts_compute() -> None:
    assert FEATURES == CONVERSATION_FEATURES + CUSTOMER_FEATURES


def test_every_feature_belongs_to_exactly_one_group() -> None:
    assert sorted(name for group in GROUPS for name in group.features) == sorted((*FEATURES, *HISTORY_FEATURES))


# -- loading --


def test_a_folder_without_a_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InferenceError, match="no readable payment_risk"):
        load_payment_risk(tmp_path, Bands())


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        pytest.param({"sha256": "0" * 64}, "not the file that model.json describes", id="another file"),
        pytest.param({"name": "churn"}, "describes churn", id="another model"),
        pytest.param({"version": "1.0.0"}, "describes payment_risk 1.0.0", id="another version"),
        pytest.param({"features": list(FEATURES[:-1])}, "calls_90d", id="a feature too few"),
        pytest.param({"features": [*FEATURES, "tx_amount"]}, "tx_amount", id="a feature of a transaction"),
        pytest.param({"features": [*FEATURES, "shoe_size"]}, "shoe_size", id="a feature too many"),
        pytest.param({"features": [*FEATURES, FEATURES[0]]}, "named twice", id="a feature twice"),
        pytest.param({"features": list(reversed(FEATURES))}, "different orders", id="other order than the model"),
        pytest.param({"calibration": [0.0, 1.0]}, "no readable", id="flat calibration"),
        pytest.param({"calibration": [-1.0, 0.0]}, "no readable", id="calibration upside down"),
        pytest.param({"calibration": [nan, 0.0]}, "no readable", id="calibration not a number"),
        pytest.param({"calibration": [1.0, inf]}, "no readable", id="calibration infinite"),
        pytest.param({"calibration": [1.0]}, "no readable", id="half a calibration"),
        pytest.param({"synthetic": None}, "no readable", id="silent about synthetic data"),
    ],
)
def test_metadata_that_does_not_fit_the_model_is_refused(tmp_path: Path, metadata: Any, message: str) -> None:
    with pytest.raises(InferenceError, match=message):
        load_payment_risk(small_model(tmp_path, **metadata), Bands())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"name": "payment_risk"}'])
def test_metadata_that_cannot_be_read_is_refused(tmp_path: Path, content: str) -> None:
    small_model(tmp_path)
    (tmp_path / NAME / "9.9.9" / "model.json").write_text(content)
    with pytest.raises(InferenceError, match="no readable"):
        load_payment_risk(tmp_path, Bands())


def test_a_model_whose_columns_stand_in_another_order_is_fed_by_name(tmp_path: Path) -> None:
    scorer = load_payment_risk(small_model(tmp_path, tuple(reversed(FEATURES))), Bands())
    assert scorer.probability({"calls_90d": 3.0}) > scorer.probability({"calls_90d": -3.0})


def test_calibration_is_applied_to_the_margin(tmp_path: Path) -> None:
    plain = load_payment_risk(small_model(tmp_path / "a"), Bands())
    shifted = load_payment_risk(small_model(tmp_path / "b", calibration=[1.0, -40.0]), Bands())
    assert plain.probability(values()) > 0.01
    assert shifted.probability(values()) < 1e-12


# -- the score --


@pytest.mark.parametrize(
    ("value", "band"), [(0, Band.LOW), (39, Band.LOW), (40, Band.MEDIUM), (69, Band.MEDIUM), (70, Band.HIGH)]
)
def test_the_default_bands_start_at_40_and_70(value: int, band: Band) -> None:
    assert published().band_of(value) is band


def test_the_bands_are_configurable() -> None:
    assert published(high=90, medium=10).band_of(89) is Band.MEDIUM


def test_a_score_says_that_its_model_is_synthetic() -> None:
    assert published().score(values()).model.synthetic is True


def test_trouble_and_arrears_raise_the_risk_and_a_promise_lowers_it() -> None:
    scorer = published()
    calm = scorer.probability(values())
    troubled = scorer.probability(values(payment_trouble_count=3, hardship_intent=1, customer_negative_share=0.5))
    assert troubled > calm + 0.05
    assert scorer.probability(values(days_past_due=60, missed_payments_12m=4)) > calm + 0.15
    assert scorer.probability(stranger(promise_to_pay_count=3)) < scorer.probability(stranger())


def test_a_caller_is_scored_before_the_first_word_from_the_account_alone() -> None:
    scorer = published()
    good = scorer.probability({"days_past_due": 0.0, "missed_payments_12m": 0.0, "promises_kept_share": 0.95})
    bad = scorer.probability({"days_past_due": 60.0, "missed_payments_12m": 5.0, "promises_kept_share": 0.1})
    assert bad > good + 0.3


def test_features_nobody_named_count_as_missing() -> None:
    scorer = published()
    assert scorer.probability({}) == scorer.probability(dict.fromkeys(FEATURES, nan))


def test_a_distressed_call_is_explained_in_concrete_words_in_both_languages() -> None:
    score = published().score(
        values(payment_trouble_count=3, hardship_intent=1, customer_negative_share=0.5, days_past_due=45)
    )
    told = {reason.code: reason.text for reason in score.reasons}
    assert told["payment-trouble"].en == "Mentioned trouble paying 3 times"
    assert told["payment-trouble"].ja == "支払いが難しいという発言が3回"
    assert told["arrears"].en == "45 days past due"


@pytest.mark.parametrize(
    ("group", "facts", "raises", "english"),
    [
        ("payment-trouble", {"payment_trouble_count": 1}, True, "Mentioned trouble paying once"),
        ("payment-trouble", {"payment_trouble_count": 2}, True, "Mentioned trouble paying twice"),
        ("payment-trouble", {}, False, "Has not mentioned trouble paying"),
        ("promise-to-pay", {"promise_to_pay_count": 1}, False, "Promised to pay once in this call"),
        ("promise-to-pay", {}, True, "Has not promised a payment"),
        ("resistance", {"refusal_count": 1}, True, "Refused to pay once"),
        ("resistance", {"dispute_count": 2}, False, "Disputed the amount or the debt twice"),
        ("mood", {"customer_sentiment_trend": -0.5}, True, "The customer's mood is getting worse"),
        ("mood", {"customer_negative_share": 0.5}, True, "50 % of the customer's turns are negative"),
        ("mood", {"customer_sentiment_mean": 0.4}, False, "The customer sounds positive"),
        ("flow", {"silence_share": 0.5}, True, "Silence takes 50 % of the call"),
        ("arrears", {"days_past_due": 1}, True, "1 day past due"),
        ("arrears", {"days_past_due": 3}, False, "Only 3 days past due"),
        ("arrears", {"missed_payments_12m": 1}, True, "1 payment missed in the last 12 months"),
        ("arrears", {"days_past_due": nan, "missed_payments_12m": nan}, True, "Past payments are not known"),
        ("promises-kept", {"promises_kept_share": 0.25}, True, "Kept 25 % of earlier promises"),
        ("debt", {"credit_utilisation": nan}, True, "The balance due is 500"),
        ("relationship", {"calls_90d": 4}, True, "Called 4 times in 90 days"),
    ],
)
def test_a_group_says_its_fact(group: str, facts: dict[str, float], raises: bool, english: str) -> None:
    told = WORDS[group](values(**facts), raises)
    assert told is not None
    assert told.en == english


@pytest.mark.parametrize(
    ("group", "facts", "raises"),
    [
        pytest.param("payment-trouble", {"payment_trouble_count": 2}, False, id="trouble does not reassure"),
        pytest.param("payment-trouble", {}, True, id="no trouble does not alarm"),
        pytest.param("promise-to-pay", {"promise_to_pay_count": 1}, True, id="a promise does not alarm"),
        pytest.param("resistance", {"refusal_count": 1}, False, id="a refusal does not reassure"),
        pytest.param("mood", {"customer_sentiment_mean": -0.6}, False, id="a bad mood does not reassure"),
        pytest.param("mood", {"customer_sentiment_mean": nan}, True, id="nobody has spoken"),
        pytest.param("arrears", {}, True, id="paying on time does not alarm"),
        pytest.param("flow", {"customer_turns": 0}, False, id="no flow before the customer speaks"),
    ],
)
def test_a_group_is_silent_where_its_fact_would_read_against_its_arrow(
    group: str, facts: dict[str, float], raises: bool
) -> None:
    assert WORDS[group](values(**facts), raises) is None


# -- the customer's transactions --


def test_a_model_may_take_any_of_the_65_features_of_the_transactions(tmp_path: Path) -> None:
    scorer = load_payment_risk(small_model(tmp_path, ("spend_30d", *FEATURES, "night_share_90d")), Bands())
    assert scorer.probability({"spend_30d": 900.0}) > scorer.probability({"spend_30d": -900.0})
    assert scorer.columns == ("spend_30d", *FEATURES, "night_share_90d")


def test_a_reason_names_the_feature_of_its_group_that_weighs_most_in_both_languages(tmp_path: Path) -> None:
    scorer = load_payment_risk(small_model(tmp_path, ("spend_30d", "spend_7d", *FEATURES)), Bands())
    score = scorer.score(values(spend_30d=1234.0, spend_7d=3.0))
    told = {reason.code: reason.text for reason in score.reasons}
    assert told["spending"].en == "Spending, 30 days: 1,234"
    assert told["spending"].ja == "支出額（30日）：1,234"


def test_a_feature_that_is_not_known_is_no_reason(tmp_path: Path) -> None:
    scorer = load_payment_risk(small_model(tmp_path, ("spend_30d", *FEATURES)), Bands())
    assert "spending" not in {reason.code for reason in scorer.score(values(spend_30d=nan)).reasons}


# -- recommended actions --


def codes(band: Band, **facts: float) -> list[str]:
    return [action.code for action in recommend(band, values(**facts))]


@pytest.mark.parametrize(
    ("band", "facts", "expected"),
    [
        (Band.LOW, {}, []),
        (Band.MEDIUM, {}, ["ask-ability"]),
        (Band.HIGH, {"payment_trouble_count": 2}, ["hardship-team", "offer-instalments", "ask-ability"]),
        (Band.MEDIUM, {"payment_trouble_count": 2}, ["offer-instalments", "ask-ability"]),
        (Band.LOW, {"payment_trouble_count": 1}, []),
        (Band.LOW, {"promise_to_pay_count": 1}, ["confirm-promise"]),
        (Band.HIGH, {"dispute_count": 1}, ["verify-dispute"]),
        (Band.LOW, {"customer_sentiment_trend": -0.5}, ["de-escalate"]),
        (Band.LOW, {"customer_sentiment_trend": nan}, []),
        (Band.LOW, {"refusal_count": 1}, ["explain-options"]),
        (Band.LOW, {"cancel_intent": 1}, ["retain"]),
        (Band.LOW, {"payment_arrangement_intent": 1}, ["offer-instalments"]),
    ],
)
def test_only_actions_that_the_facts_warrant_are_recommended(
    band: Band, facts: dict[str, float], expected: list[str]
) -> None:
    assert codes(band, **facts) == expected


def test_at_most_three_actions_are_recommended_the_most_urgent_first() -> None:
    everything = dict.fromkeys([name for name in FEATURES if name.endswith(("_count", "_intent"))], 1.0)
    assert codes(Band.HIGH, **everything) == [rule.code for rule in RULES[:3]]


def test_every_action_speaks_both_languages() -> None:
    assert all(rule.text.en and rule.text.ja for rule in RULES)


def test_the_published_metadata_carries_everything_a_reader_needs() -> None:
    from tests.builders.inference import PUBLISHED, VERSION

    described = json.loads((PUBLISHED / NAME / VERSION / "model.json").read_text())
    assert described["trained_on"].startswith("SYNTHETIC")
    assert {"name", "version", "features", "calibration", "synthetic", "trained_on", "created", "sha256"} <= set(
        described
    )
