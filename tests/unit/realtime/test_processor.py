"""The processor runtime: one write per key and batch, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Sequence

from rapport.realtime.delivery import Delivered
from rapport.realtime.processor import Folded, Processor

from tests.builders.realtime import NOW, MeasureBox, MemoryKeeper, PoisonBox, delivered, delivery, event

State = frozenset[str]


def fold(key: str, state: State | None, events: Sequence[Delivered]) -> Folded[State]:
    """The ids of a user's events; those named late-* came too late."""
    del key
    known = state or frozenset()
    late = [each for each in events if each.event.event_id.startswith("late")]
    fresh = {each.event.event_id for each in events if each not in late} - known
    return Folded(known | fresh if fresh else None, len(events) - len(late) - len(fresh), late)


class Bench:
    def __init__(self, keeper: MemoryKeeper[State] | None = None) -> None:
        self.keeper = keeper or MemoryKeeper()
        self.poison, self.measures = PoisonBox(), MeasureBox()
        self.processor: Processor[str, State, State] = Processor(
            "counting",
            keys_of=lambda event: [event.user_id] if event.user_id else [],
            keeper=self.keeper,
            fold=fold,
            poison=self.poison,
            measures=self.measures,
            clock=lambda: NOW + 300,
        )


def test_a_batch_writes_every_key_once() -> None:
    bench = Bench()

    failed = bench.processor.consume(delivered([event(f"e{i}", user_id=f"C{i % 2}") for i in range(6)]))

    assert failed == []
    assert bench.keeper.writes == 2
    assert bench.keeper.states == {"C0": {"e0", "e2", "e4"}, "C1": {"e1", "e3", "e5"}}


def test_an_unreadable_record_is_put_away_with_its_reason_and_holds_up_nothing() -> None:
    bench = Bench()
    batch = [delivery(b"{", 1), delivery(b'{"event_id": "a b"}', 2), delivery(event("good"), 3)]

    assert bench.processor.consume(batch) == []

    assert bench.keeper.states == {"C1": {"good"}}
    assert len(bench.poison.reasons) == 2
    assert bench.poison.reasons[1].startswith("event_id:")


def test_who_loses_against_another_writer_reads_again() -> None:
    bench = Bench(MemoryKeeper(lose={"C1"}))

    assert bench.processor.consume(delivered([event("e1"), event("e2", user_id="C2")])) == []

    assert bench.keeper.states == {"C1": {"e1"}, "C2": {"e2"}}
    assert bench.measures.all_of("counting").conflicts == 1


def test_a_table_that_stops_to_answer_half_way_gets_the_rest_when_the_batch_comes_again() -> None:
    bench = Bench(MemoryKeeper(fail_after=1))
    batch = delivered([event("e1", user_id="C1"), event("e2", user_id="C2"), event("e3", user_id="C2")])

    assert bench.processor.consume(batch) == ["1", "2", "3"]
    assert bench.processor.consume(batch) == []

    assert bench.keeper.states == {"C1": {"e1"}, "C2": {"e2", "e3"}}
    assert bench.measures.all_of("counting").duplicates == 1


def test_an_event_after_the_horizon_is_put_away_and_counted() -> None:
    bench = Bench()

    assert bench.processor.consume(delivered([event("late-1"), event("e2")])) == []

    assert bench.poison.reasons == [f"late: page.viewed of {NOW}"]
    assert bench.measures.all_of("counting").late == 1


def test_what_cannot_be_put_away_is_delivered_again() -> None:
    bench = Bench()
    bench.poison.out_of_order = True

    assert bench.processor.consume([delivery(b"{", 7), delivery(event("e1"), 8)]) == ["7"]


def test_measures_say_how_much_came_and_how_long_it_waited() -> None:
    bench = Bench()
    bench.processor.consume([delivery(event("e1"), 1, arrival_ms=NOW), delivery(event("e2"), 2, arrival_ms=NOW - 700)])

    found = bench.measures.all_of("counting")

    assert (found.batches, found.records, found.failures, found.written) == (1, 2, 0, 1)
    assert found.lag_ms == 300 + 1_000
    assert (found.lag_quantile_ms(0.5), found.lag_quantile_ms(0.95)) == (500, 1_000)


def test_an_event_without_a_key_is_counted_and_left_alone() -> None:
    bench = Bench()

    assert bench.processor.consume([delivery(event("e1", user_id=None))]) == []
    assert bench.keeper.writes == 0
