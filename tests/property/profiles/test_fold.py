"""Whatever becomes of the delivery, a profile is the same: byte for byte."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from rapport.profiles.updater import NAME, StoredProfile, fold, keys_of
from rapport.realtime.event import Event
from rapport.realtime.processor import Processor

from tests.builders.realtime import NOW, MeasureBox, MemoryKeeper, PoisonBox, delivered, event

HOUR_MS = 3_600_000
NAMES = (
    *(("interaction", name) for name in ("page.viewed", "message.sent", "message.answered", "payment.made")),
    *(("security", name) for name in ("login.succeeded", "login.failed")),
    *(("call", name) for name in ("call.started", "call.ended")),
    # More names than a profile counts by themselves.
    *(("system", "sync." + chr(97 + number // 26) + chr(97 + number % 26)) for number in range(60)),
)
attributes = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["voice", "sms", "email", "fax"]),
        "direction": st.sampled_from(["inbound", "outbound"]),
        "answered": st.booleans(),
        "duration_s": st.floats(0, 5000),
        "sentiment": st.floats(-1, 1),
        "amount": st.floats(0, 1e6),
        "device": st.integers(0, 90).map(str),
        "address_country": st.sampled_from(["JP", "US", "DE"]),
    },
)


@st.composite
def events_of_two_days(draw: st.DrawFn) -> list[Event]:
    """Events of three users within the two days in which they may come in any order."""
    made = []
    for number in range(draw(st.integers(1, 60))):
        kind, name = draw(st.sampled_from(NAMES))
        at = NOW + draw(st.integers(0, 47 * HOUR_MS))
        caller = draw(st.sampled_from([None, "n_" + "a" * 26, "n_" + "b" * 26]))
        user = draw(st.sampled_from(["C1", "C2", "C3"]))
        made.append(
            event(f"e{number}", kind=kind, name=name, at=at, caller=caller, user_id=user, attributes=draw(attributes))
        )
    return made


class Consumer:
    """The updater over profiles in memory."""

    def __init__(self, *, fail_after: int | None = None, lose: set[str] | None = None) -> None:
        self.keeper: MemoryKeeper[StoredProfile] = MemoryKeeper(fail_after=fail_after, lose=lose or set())
        self.poison = PoisonBox()
        self.processor = Processor(
            NAME,
            keys_of=keys_of,
            keeper=self.keeper,
            fold=fold,
            poison=self.poison,
            measures=MeasureBox(),
            clock=lambda: NOW,
        )

    def run(self, events: Sequence[Event], size: int) -> None:
        """Deliver in batches of this size, each until it is done."""
        for start in range(0, len(events), size):
            batch = delivered(events[start : start + size])
            while self.processor.consume(batch):
                pass

    @property
    def profiles(self) -> dict[str, bytes]:
        return {user: stored.data for user, stored in self.keeper.states.items()}


def clean(events: Sequence[Event]) -> dict[str, bytes]:
    consumer = Consumer()
    consumer.run(events, max(len(events), 1))
    return consumer.profiles


@given(events_of_two_days(), st.randoms(), st.integers(1, 25))
def test_shuffled_and_cut_differently(events: list[Event], rng: random.Random, size: int) -> None:
    shuffled = [*events]
    rng.shuffle(shuffled)
    consumer = Consumer()
    consumer.run(shuffled, size)

    assert consumer.profiles == clean(events)
    assert consumer.poison.reasons == []


@given(events_of_two_days(), st.randoms(), st.integers(1, 25))
def test_repeated(events: list[Event], rng: random.Random, size: int) -> None:
    repeated = [*events, *rng.sample(events, len(events) // 2)]
    rng.shuffle(repeated)
    consumer = Consumer()
    consumer.run(repeated, size)

    assert consumer.profiles == clean(events)


@given(events_of_two_days(), st.integers(1, 25), st.integers(0, 20))
def test_killed_in_the_middle_of_a_batch(events: list[Event], size: int, writes: int) -> None:
    consumer = Consumer(fail_after=writes)
    consumer.run(events, size)

    assert consumer.profiles == clean(events)


@given(events_of_two_days(), st.integers(1, 25))
def test_two_writers_at_once(events: list[Event], size: int) -> None:
    consumer = Consumer(lose={"C1", "C2", "C3"})
    consumer.run(events, size)

    assert consumer.profiles == clean(events)


@given(events_of_two_days(), st.integers(1, 40), st.integers(1, 25))
def test_a_stream_of_many_days_replayed_from_its_beginning(events: list[Event], days: int, size: int) -> None:
    stretched = [
        each.model_copy(update={"at": NOW + (each.at - NOW) * days}) for each in sorted(events, key=lambda e: e.at)
    ]
    consumer = Consumer()
    consumer.run(stretched, size)
    before = consumer.profiles

    consumer.run(stretched, size)

    assert consumer.profiles == before


@given(events_of_two_days())
def test_the_bytes_read_back(events: list[Event]) -> None:
    for stored in clean(events).values():
        state = StoredProfile(stored).state()
        assert state.to_bytes() == stored
        assert sum(state.names.values()) + state.other_names == state.events
        assert len(state.names) <= 32
