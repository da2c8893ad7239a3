"""Whatever people, time and evidence do: counters add up, states end once, the policy is asked once a day."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from rapport.recommendations.model import DismissalReason, Recommendation, RecommendationSource, RecommendationState
from rapport.recommendations.ports import Behaviour
from rapport.runtime.clock import DAY_MS, day_of
from rapport.runtime.errors import ConflictError

from tests.builders.recommendations import ANN, BOB, HOUR, Office, debtor, ended_call, oddity

STEPS = ("look", "hours", "days", "implement", "dismiss", "feedback", "paid", "late", "odd", "calm", "upset")
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 12)), max_size=40)


def take(office: Office, step: str, number: int) -> None:
    """One step of somebody, of time, or of the customer."""
    known: list[Recommendation] = office.store.past("C1", 0)
    one = known[number % len(known)] if known else None
    if step == "hours":
        office.now += number * HOUR
    elif step == "days":
        office.now += number * DAY_MS
    elif step == "paid":
        office.people["C1"] = debtor(balance_due=0.0, days_past_due=0)
    elif step == "late":
        office.people["C1"] = debtor(days_past_due=10 * number)
    elif step == "odd":
        office.behaviours["C1"] = Behaviour(best_hour_of_week=number, oddities=(oddity(office.now),))
    elif step == "calm":
        office.behaviours.clear()
    elif step == "upset":
        office.calls["C1"] = [ended_call(office.now, mood=-0.9, risk=number / 12)]
    elif step == "look":
        office.service.refresh("C1")
    elif one is not None:
        _act(office, step, one)


def _act(office: Office, step: str, one: Recommendation) -> None:
    try:
        if step == "implement":
            office.service.implement("C1", one.recommendation_id, by=ANN, note="")
        elif step == "dismiss":
            office.service.dismiss("C1", one.recommendation_id, by=BOB, reason=DismissalReason.OTHER, note="")
        else:
            office.service.feedback("C1", one.recommendation_id, by=ANN, helpful=one.rank == 1, text="")
    except ConflictError:
        assert one.state is not RecommendationState.OPEN


@given(steps)
def test_any_life_of_recommendations_is_sound(taken: list[tuple[str, int]]) -> None:
    office = Office()
    ended: dict[str, RecommendationState] = {}
    for step, number in taken:
        take(office, step, number)
        for one in office.store.past("C1", 0):
            if one.state is not RecommendationState.OPEN:
                assert ended.setdefault(one.recommendation_id, one.state) is one.state
    found = office.store.past("C1", 0)
    standing = [one for one in found if one.state is RecommendationState.OPEN]
    assert len({one.code for one in standing}) == len(standing)
    days = Counter(each.day for each in office.store.rounds.values())
    assert all(count == 1 for count in days.values())
    for code, counts in office.store.counts.items():
        mine = Counter(one.state for one in found if one.code == code)
        assert counts["made"] == sum(mine.values())
        assert all(counts[state] == mine[state] for state in RecommendationState if state != "open")
    for one in found:
        assert (one.source is RecommendationSource.POLICY) is (one.round_id is not None)
        if one.round_id is not None:
            drawn = office.store.rounds["C1", one.round_id]
            assert drawn.day == day_of(one.made_at)
            assert round(next(d.propensity for d in drawn.draws if d.code == one.code), 6) == one.propensity


@given(steps)
def test_the_same_life_twice_is_the_same(taken: list[tuple[str, int]]) -> None:
    first, second = Office(), Office()
    for office in (first, second):
        for step, number in taken:
            take(office, step, number)
    assert first.store.kept == second.store.kept
    assert first.store.rounds == second.store.rounds


@given(steps)
def test_looking_twice_is_looking_once(taken: list[tuple[str, int]]) -> None:
    office = Office()
    for step, number in taken:
        take(office, step, number)
    office.service.refresh("C1")
    before = dict(office.store.kept), office.store.head("C1")
    office.service.refresh("C1")
    assert (dict(office.store.kept), office.store.head("C1")) == before
