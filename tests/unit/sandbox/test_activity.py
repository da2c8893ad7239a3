"""What customers of the demonstration tenant do before anybody looks: folded as the stream's processors fold it."""

from __future__ import annotations

from rapport.callers.watch import MemoryStore, Watch
from rapport.profiles.state import ProfileState

from sandbox.activity import HABITS, ROWS, TAKEN, burst, habits, ordered, taken
from tests.builders.callers import NOW, TOKENS


def test_every_habit_is_events_of_one_customer_in_the_past() -> None:
    made = habits(NOW)
    assert {event.user_id for event in made} == {habit.customer_id for habit in HABITS}
    assert all(event.at < NOW for event in [*made, *taken(NOW), *burst(TOKENS, NOW)])
    assert len({event.event_id for event in made}) == len(made)
    assert habits(NOW) == made


def test_the_account_that_was_tried_is_known_well_enough_to_be_judged() -> None:
    state = ProfileState()
    for event in ordered(habits(NOW)):
        if event.user_id == TAKEN:
            state.add(event)
    assert state.hours.total >= 20
    assert round(state.devices.estimate) == 1


def test_the_burst_is_a_campaign_by_the_rules_of_campaigns() -> None:
    watch = Watch(MemoryStore())
    found = [campaign for event in ordered(burst(TOKENS, NOW)) for campaign in watch.take([event]).campaigns]
    assert found
    # The first line of all is in it only once a later one has been found to belong.
    assert len(found[-1].members) >= sum(len(lines) for _, lines in ROWS) - 1
