"""The order of a slate is the policy's, and its probabilities are what is logged."""

from __future__ import annotations

import json
from collections import Counter
from math import isnan

import pytest
from rapport.inference.actions_catalogue import NO_ACTION, Context
from rapport.recommendations.model import RecommendationState
from rapport.recommendations.rules import PROTECTIVE
from rapport.recommendations.slate import MOST, context_from, drawn, logged, paused
from rapport.runtime.clock import DAY_MS

from tests.builders.recommendations import NOON, facts, recommendation, shipped_policy

OWES = Context(balance_due=900.0, days_past_due=20, best_hour=18, churn=0.3)


def test_how_often_each_action_comes_first_is_its_propensity() -> None:
    policy = shipped_policy()
    slates = [drawn(policy, f"C{number}", "2026-01-31", OWES) for number in range(4_000)]
    first = Counter(slate[0].draw.code for slate in slates)
    for code, probability in slates[0][0].draw.probabilities.items():
        assert first[code] / len(slates) == pytest.approx(probability, abs=0.03)


def test_what_comes_second_is_drawn_from_what_is_left() -> None:
    policy = shipped_policy()
    slates = [drawn(policy, f"C{number}", "2026-01-31", OWES) for number in range(4_000)]
    after = [slate[1].draw for slate in slates if slate[0].draw.code == "payment_reminder"]
    assert after
    assert all("payment_reminder" not in draw.probabilities for draw in after)
    second = Counter(draw.code for draw in after)
    for code, probability in after[0].probabilities.items():
        assert second[code] / len(after) == pytest.approx(probability, abs=0.05)


def test_a_slate_ends_with_nothing_or_when_it_is_full() -> None:
    for number in range(200):
        codes = [each.draw.code for each in drawn(shipped_policy(), f"C{number}", "2026-01-31", OWES)]
        assert len(codes) == len(set(codes)) <= MOST
        assert NO_ACTION not in codes[:-1]
        assert len(codes) == MOST or codes[-1] == NO_ACTION
        assert not PROTECTIVE & set(codes)


def test_a_context_is_kept_as_json_and_comes_back() -> None:
    kept = json.loads(json.dumps(logged(OWES), allow_nan=False))
    back = context_from(kept)
    assert isnan(back.payment_risk)
    assert (back.churn, back.balance_due, back.best_hour, back.has_plan) == (0.3, 900.0, 18, False)


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [
        (RecommendationState.DISMISSED, 29, True),
        (RecommendationState.DISMISSED, 31, False),
        (RecommendationState.IMPLEMENTED, 13, True),
        (RecommendationState.IMPLEMENTED, 15, False),
        (RecommendationState.IGNORED, 1, False),
    ],
)
def test_what_was_refused_or_done_pauses(state: RecommendationState, days: int, expected: bool) -> None:
    at = NOON - days * DAY_MS
    one = recommendation(at=at, state=state, changes=({"at": at, "by": "ann.lee", "state": state},))
    assert (one.code in paused(facts(past=(one,)))) is expected
