"""Whatever the stream does to the calls of a number, what is kept is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapport.callers import minhash
from rapport.callers.calls import MOST_CALLS, CallerState, fold, joined
from rapport.callers.evidence import MOST_SIGHTINGS, MOST_SPOKEN, Place, Sighting, links, see
from rapport.callers.lists import DAY_MS, Lists, Mark, learn
from rapport.callers.watch import MemoryStore, Watch
from rapport.realtime.event import Event

from tests.builders.callers import MINUTE, NOW, SCRIPT, STRANGER, TOKENS, ended, started

TOKEN = TOKENS.of(STRANGER)
SKETCHES = [None, *(minhash.sketch(" ".join([SCRIPT, *SCRIPT.split()[:cut][::-1]])) for cut in (0, 8, 24))]
numbers = st.integers(10, 18).map(lambda line: f"+8150312345{line}")


@st.composite
def calls(draw: st.DrawFn, number: str | None = None) -> list[Event]:
    """The beginning, the end, or both of some calls."""
    events = []
    for place in range(draw(st.integers(1, 25))):
        whose, at = number or draw(numbers), NOW + place * MINUTE
        begin = started(whose, f"c-{place}", at, user=draw(st.sampled_from([None, None, "C1"])))
        end = ended(
            whose, f"c-{place}", at + 5000, answered=draw(st.booleans()), sentiment=draw(st.none() | st.floats(-1, 1))
        )
        events += draw(st.sampled_from([[begin], [end], [begin, end]]))
    return events


@given(events=calls(STRANGER), data=st.data())
def test_order_and_repetition_do_not_change_a_number(events: list[Event], data: st.DataObject) -> None:
    clean = fold(CallerState(TOKEN), events)
    shuffled = data.draw(st.permutations([*events, *events[: len(events) // 2]]))
    assert fold(CallerState(TOKEN), shuffled) == clean
    cut = data.draw(st.integers(0, len(events)))
    assert fold(fold(CallerState(TOKEN), events[:cut]), [*events[:cut], *events[cut:]]) == clean


@given(events=calls(), data=st.data())
def test_a_batch_that_is_cut_and_delivered_again_leaves_the_same_places_and_numbers(
    events: list[Event], data: st.DataObject
) -> None:
    clean, cut = MemoryStore(), MemoryStore()
    Watch(clean).take(events)
    Watch(cut).take(events[: data.draw(st.integers(0, len(events)))])
    Watch(cut).take(events)
    assert cut.states == clean.states
    assert {frozenset(c.members) for c in cut.found.values()} == {frozenset(c.members) for c in clean.found.values()}


@given(extra=st.integers(1, 60))
def test_a_number_keeps_its_newest_calls_and_counts_all(extra: int) -> None:
    count = MOST_CALLS + extra
    events = [ended(contact=f"c-{n}", at=NOW + n * MINUTE) for n in range(count)]
    state = fold(CallerState(TOKEN), events)
    assert (len(state.calls), state.total) == (MOST_CALLS, count)
    assert fold(state, events) == state
    assert state.first_seen == NOW - 5000


@given(count=st.integers(1, 300), data=st.data())
def test_a_place_is_bounded_and_a_replay_changes_nothing(count: int, data: st.DataObject) -> None:
    place = Place(data.draw(st.sampled_from(["block:x", "text:x"])))
    most = MOST_SPOKEN if place.key == "text:x" else MOST_SIGHTINGS
    seen = [Sighting(f"c-{n}", f"t-{n % 7}", NOW + n, 1.0, sketch="A" * 64) for n in range(count)]
    for sighting in seen:
        place = see(place, sighting)
    assert len(place.sightings) == min(count, most)
    assert see(place, data.draw(st.sampled_from(seen))) == place


@given(
    seen=st.lists(
        st.builds(
            Sighting,
            contact_id=st.integers(0, 30).map(lambda n: f"c-{n}"),
            token=st.integers(0, 9).map(lambda n: f"n-{n}"),
            at=st.integers(0, 20).map(lambda n: NOW + n * 30 * MINUTE),
            strange=st.sampled_from([0.05, 0.09, 0.3, 1.0]),
            sketch=st.sampled_from(SKETCHES),
        ),
        min_size=1,
        max_size=30,
    ),
    least=st.floats(0, 1),
)
def test_leaving_weak_links_out_leaves_out_no_others(seen: list[Sighting], least: float) -> None:
    here = [Place("text:x"), Place("text:y"), Place("block:x"), Place("customer:x")]
    for sighting in seen:
        here = [see(place, sighting) for place in here]
    found = {(link.other, link.evidence): link for link in links(seen[0], here) if link.weight >= least}
    assert {(link.other, link.evidence): link for link in links(seen[0], here, least)} == found


@given(events=calls(STRANGER))
def test_joining_two_tellings_does_not_depend_on_their_order(events: list[Event]) -> None:
    facts = list(fold(CallerState(TOKEN), events).calls.values())
    for one in facts:
        for other in facts:
            assert joined(one, other) == joined(other, one)


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_has_a_sketch_or_none_and_is_like_itself(text: str, other: str) -> None:
    found, another = minhash.sketch(text), minhash.sketch(other)
    if found is None:
        assert len(minhash.words_of(text)) < minhash.LEAST_WORDS
        return
    assert len(found) == 64
    assert minhash.likeness(found, found) == 1.0
    assert len(set(minhash.bands(found))) <= minhash.BANDS
    if another is not None:
        assert 0.0 <= minhash.likeness(found, another) == minhash.likeness(another, found) <= 1.0


@given(st.lists(st.text("abcde", min_size=1, max_size=6), min_size=20, max_size=60))
def test_a_sketch_is_of_a_set_so_what_is_said_twice_changes_nothing(words: list[str]) -> None:
    # Said again from the beginning, but for the one pair where the two meet.
    again = minhash.sketch(" ".join([*words, *words]))
    joint = minhash.sketch(" ".join([*words, words[0]]))
    assert again == joint


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans(), st.integers(0, 40)), max_size=12), st.booleans())
def test_lists_never_hold_a_customer_by_counting_nor_both_ways(
    said: list[tuple[str, bool, int]], customer: bool
) -> None:
    lists, marks = Lists(), {}
    for day, (agent, spam, _) in enumerate(said):
        now = NOW + day * DAY_MS
        marks[agent] = Mark(agent, spam, now)
        lists = learn(lists, TOKEN, list(marks.values()), now, customer=customer)
        assert not (customer and lists.block)
        assert not (lists.blocked(now) and lists.allowed(now))
