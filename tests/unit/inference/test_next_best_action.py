"""next_best_action as it is served: rules first, the same answer twice, propensities that are what they say."""

from __future__ import annotations

import json
import random
from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.inference.actions_catalogue import (
    ACTIONS,
    CODES,
    FEATURES,
    NO_ACTION,
    Context,
    eligible,
    features,
    words,
)
from rapport.inference.booster import InferenceError
from rapport.inference.next_best_action import Policy, pick, winning

WIDTH = len(FEATURES)
DEBTOR = Context(
    payment_risk=0.7,
    churn=0.2,
    value_12m=500.0,
    segment="at-risk",
    balance_due=300.0,
    days_past_due=20,
    fees_90d=30.0,
    best_hour=18,
    marketing_consent=True,
)

shares = st.one_of(st.just(nan), st.floats(0, 1))
contexts = st.builds(
    Context,
    payment_risk=shares,
    churn=shares,
    value_12m=st.one_of(st.just(nan), st.floats(0, 1e6)),
    segment=st.sampled_from(["", "champions", "at-risk", "hibernating"]),
    balance_due=st.sampled_from([0.0, 50.0, 5_000.0]),
    days_past_due=st.integers(0, 400),
    fees_90d=st.sampled_from([0.0, 20.0]),
    waivers_12m=st.integers(0, 2),
    contacts_7d=st.integers(0, 6),
    best_hour=st.one_of(st.none(), st.integers(0, 23)),
    has_plan=st.booleans(),
    marketing_consent=st.booleans(),
)


def parameters(floor: float = 0.1, spread: float = 0.01, **intercepts: float) -> dict[str, Any]:
    covariance = [[spread * (i == j) for j in range(WIDTH)] for i in range(WIDTH)]
    return {
        "floor": floor,
        "salt": "test",
        "posteriors": {
            code: {"mean": [intercepts.get(code, 0.0)] + [0.1 * i for i in range(1, WIDTH)], "covariance": covariance}
            for code in CODES
        },
    }


def policy(floor: float = 0.1, spread: float = 0.01, **intercepts: float) -> Policy:
    return Policy.from_parameters(parameters(floor, spread, **intercepts))


# -- rules --


@pytest.mark.parametrize(
    ("changed", "gone"),
    [
        ({"balance_due": 0.0}, {"payment_reminder", "instalment_plan"}),
        ({"has_plan": True}, {"instalment_plan"}),
        ({"days_past_due": 0}, {"instalment_plan"}),
        ({"days_past_due": 31}, {"retention_offer"}),
        ({"marketing_consent": False}, {"retention_offer"}),
        ({"waivers_12m": 1}, {"fee_waiver"}),
        ({"fees_90d": 0.0}, {"fee_waiver"}),
        ({"best_hour": None}, {"call_back"}),
        ({"contacts_7d": 3}, {"payment_reminder", "call_back", "retention_offer"}),
        ({"payment_risk": 0.1}, {"advice_referral"}),
        ({"payment_risk": nan}, {"advice_referral"}),
    ],
)
def test_a_rule_takes_its_actions_away(changed: dict[str, Any], gone: set[str]) -> None:
    values = {name: getattr(DEBTOR, name) for name in DEBTOR.__dataclass_fields__} | changed
    assert {action.code for action in eligible(DEBTOR)} == set(CODES)
    assert {action.code for action in eligible(Context(**values))} == set(CODES) - gone


@settings(max_examples=60, deadline=None)
@given(contexts, st.text(max_size=8), st.text(max_size=8))
def test_no_customer_gets_what_the_rules_forbid_and_every_eligible_action_keeps_its_floor(
    context: Context, customer: str, day: str
) -> None:
    served = policy(floor=0.14, retention_offer=3.0)
    found = served.decide(customer, day, context)
    allowed = {action.code for action in eligible(context)}
    assert found.action.code in allowed == set(found.probabilities)
    assert sum(found.probabilities.values()) == pytest.approx(1.0)
    assert min(found.probabilities.values()) >= 0.14 / len(allowed) - 1e-12
    assert found.propensity == found.probabilities[found.action.code]


@given(contexts)
def test_features_are_finite_and_about_zero_to_one(context: Context) -> None:
    found = features(context)
    assert len(found) == WIDTH
    assert all(0 <= value <= 1.5 for value in found)


# -- the draw --


def test_the_same_customer_gets_the_same_answer_all_day_and_perhaps_another_tomorrow() -> None:
    served = policy(floor=1.0)
    assert served.decide("C1", "2026-01-31", DEBTOR) == served.decide("C1", "2026-01-31", DEBTOR)
    days = {served.decide("C1", f"2026-01-{day:02d}", DEBTOR).action.code for day in range(1, 32)}
    assert len(days) > 3


def test_actions_are_taken_as_often_as_their_propensity_says() -> None:
    served = policy(floor=0.2, spread=0.02, instalment_plan=0.05)
    expected = served.probabilities(DEBTOR)
    taken = [served.decide(f"C{i}", "2026-01-31", DEBTOR).action.code for i in range(3_000)]
    for code in CODES:
        assert taken.count(code) / len(taken) == pytest.approx(expected[code], abs=0.03)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.2, 2)), min_size=1, max_size=7), st.integers(0, 99))
def test_the_chance_to_win_is_that_of_drawing_from_the_posteriors(
    beliefs: list[tuple[float, float]], seed: int
) -> None:
    rng = random.Random(seed)
    wins = [0] * len(beliefs)
    for _ in range(3_000):
        drawn = [rng.gauss(mean, deviation) for mean, deviation in beliefs]
        wins[drawn.index(max(drawn))] += 1
    for computed, counted in zip(winning(beliefs), wins, strict=True):
        assert computed == pytest.approx(counted / 3_000, abs=0.05)


def test_two_normals_win_as_the_formula_for_two_says() -> None:
    assert winning([(0.3, 0.4), (0.0, 0.3)])[0] == pytest.approx(0.7257468822, abs=1e-6)  # Phi(0.3 / 0.5)


def test_certain_beliefs_leave_nothing_to_explore_and_ties_share() -> None:
    assert winning([(1.0, 0.0), (2.0, 0.0)]) == [0.0, 1.0]
    assert winning([(2.0, 0.0), (2.0, 0.0)]) == [0.5, 0.5]
    assert winning([(5.0, 0.0), (0.0, 1.0)])[0] == pytest.approx(1.0, abs=1e-4)


@given(st.floats(0, 1, exclude_max=True))
def test_a_share_picks_the_action_in_whose_stretch_it_falls(share: float) -> None:
    assert pick({"a": 0.2, "b": 0.0, "c": 0.8}, share) == ("a" if share < 0.2 else "c")


# -- what is told --


def test_the_log_holds_what_another_policy_can_be_judged_on_and_is_json() -> None:
    found = policy().decide("C1", "2026-01-31", DEBTOR)
    kept = json.loads(json.dumps(found.log()))
    assert kept["propensity"] == kept["probabilities"][kept["action"]] == found.propensity
    assert kept["context"]["payment_risk"] == 0.7
    assert set(kept) == {"customer_id", "day", "action", "propensity", "probabilities", "explored", "context"}


def test_an_exploring_answer_says_so_and_any_other_says_why() -> None:
    served = policy(floor=0.5, spread=1e-6, instalment_plan=2.0)
    found = [served.decide(f"C{i}", "2026-01-31", DEBTOR) for i in range(60)]
    assert {decision.action.code == "instalment_plan" for decision in found} == {True, False}
    for decision in found:
        explored = decision.action.code != "instalment_plan"
        assert decision.explored == explored
        assert (decision.reasons[:1] != () and decision.reasons[0].code == "exploration") == explored


def test_the_reasons_are_the_features_that_speak_most_for_the_action() -> None:
    given_ = parameters(floor=0.0, spread=1e-9)
    given_["posteriors"]["instalment_plan"]["mean"][FEATURES.index("owing_risk")] += 3.0
    given_["posteriors"]["instalment_plan"]["mean"][FEATURES.index("past_due")] += 1.0
    found = Policy.from_parameters(given_).decide("C1", "2026-01-31", DEBTOR)
    assert found.action.code == "instalment_plan"
    assert [reason.text.en for reason in found.reasons] == ["Owes money, and may not pay: 70 %", "20 days past due"]
    assert sum(reason.contribution for reason in found.reasons) == pytest.approx(found.expected_gain, abs=1e-5)


@given(contexts)
def test_every_feature_speaks_both_languages_or_is_silent(context: Context) -> None:
    for name in FEATURES:
        said = words(name, context)
        assert said is None or (said.en and "nan" not in said.en and not said.ja.isascii())


def test_what_is_not_known_is_not_said() -> None:
    assert all(words(name, Context()) is None for name in FEATURES)


def test_every_action_has_a_name_in_both_languages_and_nothing_comes_first() -> None:
    assert CODES[0] == NO_ACTION
    assert len(set(CODES)) == len(CODES)
    assert all(action.text.en.isascii() and not action.text.ja.isascii() for action in ACTIONS)


@pytest.mark.parametrize("bad", ["floor", "missing", "width", "covariance", "unknown"])
def test_parameters_that_do_not_fit_this_code_are_refused(bad: str) -> None:
    given_ = parameters()
    if bad == "floor":
        given_["floor"] = 1.5
    elif bad == "missing":
        del given_["posteriors"][NO_ACTION]
    elif bad == "width":
        given_["posteriors"][NO_ACTION]["mean"].pop()
    elif bad == "covariance":
        given_["posteriors"][NO_ACTION]["covariance"][0].pop()
    else:
        given_["posteriors"]["shout"] = given_["posteriors"][NO_ACTION]
    with pytest.raises(InferenceError):
        Policy.from_parameters(given_)


@given(contexts, st.sets(st.sampled_from(CODES)))
def test_what_is_left_out_is_never_chosen_and_the_rest_shares_its_probability(
    context: Context, without: set[str]
) -> None:
    decision = Policy.from_parameters(parameters()).decide("C1", "2026-01-31", context, without)
    left = {action.code for action in eligible(context)} - (without - {NO_ACTION})
    assert decision.action.code in set(decision.probabilities) == left
    assert sum(decision.probabilities.values()) == pytest.approx(1)
    assert decision.propensity == decision.probabilities[decision.action.code]
