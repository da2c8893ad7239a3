"""Recommendations are made from evidence when somebody looks, hold for a week, and end in one way."""

from __future__ import annotations

import pytest
from rapport.calls.model import LocalisedText
from rapport.customers.personal import ERASED_PHONE
from rapport.recommendations.model import (
    DismissalReason,
    ExperimentGroup,
    RecommendationSource,
    RecommendationState,
)
from rapport.recommendations.ports import Behaviour
from rapport.recommendations.service import HOLDS_MS
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import ConflictError, NotFoundError

from tests.builders.customers import customer
from tests.builders.recommendations import ANN, BOB, HOUR, NOBODY, NOON, Office, debtor, ended_call, oddity


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_debtor_gets_recommendations_with_reasons_evidence_and_the_probability_of_each(office: Office) -> None:
    first = office.until_the_policy_speaks()
    assert first.propensity is not None
    assert 0 < first.propensity <= 1
    assert {each.code for each in first.evidence} >= {"balance_due", "days_past_due", "churn"}
    assert first.reasons
    assert all(each.text.en and each.text.ja for each in (*first.reasons, *first.evidence))


def test_looking_again_changes_nothing(office: Office) -> None:
    before = office.open()
    head = office.store.head("C1")
    office.now += HOUR
    assert office.open() == before
    assert office.store.head("C1") == head


def test_the_policy_is_asked_once_a_day_at_most_so_that_nobody_can_fish_for_another_answer(office: Office) -> None:
    one = office.until_the_policy_speaks()
    for each in office.open():
        office.service.dismiss("C1", each.recommendation_id, by=ANN, reason=DismissalReason.OTHER, note="")
    office.now += HOUR
    office.open()
    assert sum(each.at == one.made_at for each in office.store.rounds.values()) == 1
    assert office.store.head("C1").round_at == one.made_at


def test_what_was_refused_is_not_offered_again_for_a_month(office: Office) -> None:
    refused = office.until_the_policy_speaks()
    office.service.dismiss("C1", refused.recommendation_id, by=ANN, reason=DismissalReason.OTHER, note="")
    until = office.now + 30 * DAY_MS
    while office.now + DAY_MS < until:
        office.now += DAY_MS
        assert refused.code not in {one.code for one in office.open()}
    office.now = until
    seen = set()
    for _ in range(40):
        office.now += DAY_MS
        seen |= {one.code for one in office.open()}
    assert refused.code in seen


def test_what_nobody_takes_up_in_a_week_was_ignored(office: Office) -> None:
    one = office.until_the_policy_speaks()
    office.now += HOLDS_MS
    office.open()
    after = office.store.load("C1", one.recommendation_id)
    assert (after.state, after.changes[-1].by) == (RecommendationState.IGNORED, "system")


def test_a_paid_debt_supersedes_the_reminder(office: Office) -> None:
    one = office.until_the_policy_speaks()
    office.people["C1"] = debtor(balance_due=0.0, days_past_due=0)
    office.open()
    assert office.store.load("C1", one.recommendation_id).state is RecommendationState.SUPERSEDED


def test_held_out_customers_get_nothing_of_the_policy_but_their_rounds_are_logged() -> None:
    office = Office(experiment=NOBODY)
    office.people["C1"] = debtor(days_past_due=70)
    for _ in range(10):
        assert {one.source for one in office.open()} == {RecommendationSource.RULE}
        office.now += DAY_MS
    rounds = list(office.store.rounds.values())
    assert len(rounds) == 10
    assert {each.group for each in rounds} == {ExperimentGroup.HELD_OUT}
    assert [each.first for each in rounds] == [True] + 9 * [False]


def test_help_for_customers_in_difficulties_is_a_rule_and_never_an_experiment(office: Office) -> None:
    office.people["C1"] = debtor(days_past_due=70)
    (advice,) = [one for one in office.open() if one.code == "advice_referral"]
    assert (advice.source, advice.propensity, advice.rank) == (RecommendationSource.RULE, None, 1)
    assert all("advice_referral" not in draw.probabilities for r in office.store.rounds.values() for draw in r.draws)


def test_an_unusual_login_asks_for_the_customers_identity_at_once(office: Office) -> None:
    office.open()
    office.now += HOUR
    office.behaviours["C1"] = Behaviour(oddities=(oddity(office.now),))
    first = office.open()[0]
    assert (first.code, first.evidence[0].text.en) == ("verify_identity", "Login from a new country")
    office.behaviours["C1"] = Behaviour(oddities=(oddity(rarity=0.5), oddity(kind="call")))
    office.open()
    assert office.store.load("C1", first.recommendation_id).state is RecommendationState.SUPERSEDED


def test_a_risky_profile_asks_for_the_identity_with_the_profiles_reasons(office: Office) -> None:
    reason = LocalisedText(en="Five failed logins", ja="ログイン失敗5回")
    office.behaviours["C1"] = Behaviour(risk=0.8, risk_reasons=(reason,))
    (one,) = [each for each in office.open() if each.code == "verify_identity"]
    assert one.reasons[0].text == reason


@pytest.mark.parametrize(
    ("mood", "escalated", "expected"), [(-0.8, False, True), (0.1, True, True), (0.1, False, False)]
)
def test_a_call_that_ended_badly_is_followed_up(office: Office, mood: float, escalated: bool, expected: bool) -> None:
    office.calls["C1"] = [ended_call(mood=mood, escalated=escalated)]
    assert ("follow_up" in {one.code for one in office.open()}) is expected


def test_when_and_how_to_reach_the_customer_comes_from_the_profile(office: Office) -> None:
    office.calls["C1"] = [ended_call(mood=-0.9)]
    office.behaviours["C1"] = Behaviour(preferred_channel="sms", best_hour_of_week=24 + 18)
    (one,) = [each for each in office.open() if each.code == "follow_up"]
    assert one.how == LocalisedText(en="By SMS, best on Tuesday 18:00–19:00 UTC", ja="SMS、火曜18時台（UTC）が最適")


def test_a_customer_about_whom_there_is_nothing_to_do_gets_nothing(office: Office) -> None:
    office.people["C2"] = customer("C2")
    assert office.open("C2") == []
    assert office.store.head("C2") is None


def test_nobody_knows_this_customer(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.service.refresh("C9")


def test_an_erased_customer_gets_nothing(office: Office) -> None:
    office.people["C1"] = debtor(phone=ERASED_PHONE)
    assert office.open() == []


def test_doing_it_twice_does_it_once_and_undoing_is_a_conflict(office: Office) -> None:
    one = office.until_the_policy_speaks()
    done = office.service.implement("C1", one.recommendation_id, by=ANN, note="paid by card")
    assert done.state is RecommendationState.IMPLEMENTED
    assert office.service.implement("C1", one.recommendation_id, by=BOB, note="") == done
    with pytest.raises(ConflictError, match="implemented already"):
        office.service.dismiss("C1", one.recommendation_id, by=BOB, reason=DismissalReason.OTHER, note="")
    assert office.store.counts[one.code]["implemented"] == 1


def test_the_last_word_of_a_person_counts_whatever_the_state(office: Office) -> None:
    one = office.until_the_policy_speaks()
    office.service.feedback("C1", one.recommendation_id, by=ANN, helpful=True, text="")
    office.service.implement("C1", one.recommendation_id, by=ANN, note="")
    office.service.feedback("C1", one.recommendation_id, by=BOB, helpful=False, text="too early")
    after = office.service.feedback("C1", one.recommendation_id, by=ANN, helpful=False, text="")
    assert [(each.by, each.helpful) for each in after.feedback] == [(BOB, False), (ANN, False)]
    counts = office.store.counts[one.code]
    assert (counts["helpful"], counts["unhelpful"]) == (0, 2)
    assert office.service.feedback("C1", one.recommendation_id, by=ANN, helpful=False, text="") == after


def test_there_is_no_such_recommendation(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.service.implement("C1", f"{NOON:013d}-1", by=ANN, note="")
