"""What customers of the demonstration tenant do before anybody looks: folded as the stream's processors fold it."""

from __future__ import annotations

from rapport.callers import simhash
from rapport.callers.calls import CallerState, fact_of, fold
from rapport.callers.campaigns import Star
from rapport.callers.evidence import Place, Sighting, links, places, see, strangeness
from rapport.profiles.state import ProfileState

from sandbox.activity import HABITS, ROWS, SCRIPT, TAKEN, burst, habits, ordered, taken
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
    known: dict[str, Place] = {}
    stars = []
    for event in ordered(burst(TOKENS, NOW)):
        call = fact_of(event)
        assert call is not None
        assert event.caller is not None
        state = fold(CallerState(event.caller), [event])
        mine = Sighting(call.contact_id, state.token, call.at, strangeness(state, call), call.simhash)
        at = [known.get(key, Place(key)) for key in places(state, call)]
        stars.append(Star(state.token, call.at, tuple(links(mine, at))))
        known |= {place.key: see(place, mine) for place in at}
    assert len(stars) == sum(len(lines) for _, lines in ROWS)
    assert any(star.is_campaign() for star in stars)
    assert simhash.fingerprint(SCRIPT) is not None
