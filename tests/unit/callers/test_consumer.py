"""The consumer tells what it did, puts poison away, and asks for a batch again that could not be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rapport.callers.calls import CallerState
from rapport.callers.consumer import NAME, CallerConsumer
from rapport.callers.evidence import Place
from rapport.callers.watch import MemoryStore, Watch
from rapport.calls.ports import RawRecord
from rapport.realtime.delivery import Delivery
from rapport.realtime.measures import Measures
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.callers import NOW, ended, row
from tests.builders.calls import PoisonBox


class Down(MemoryStore):
    def save(self, callers: Sequence[CallerState], places: Sequence[Place]) -> None:
        raise DependencyUnavailableError("the callers table did not answer")


@dataclass
class World:
    store: MemoryStore = field(default_factory=MemoryStore)
    poison: PoisonBox = field(default_factory=PoisonBox)
    told: list[Measures] = field(default_factory=list)

    def add(self, name: str, at: int, measures: Measures) -> None:
        assert name == NAME
        self.told.append(measures)

    def consume(self, *data: bytes) -> list[str]:
        batch = [Delivery(RawRecord(str(n), NOW - 100, each), "shard-1") for n, each in enumerate(data, 1)]
        consumer = CallerConsumer(watch=Watch(self.store), poison=self.poison, measures=self, clock=lambda: NOW)
        return consumer.consume(batch)


def test_calls_are_folded_and_measured() -> None:
    world = World()
    assert world.consume(*(event.encoded() for event in row(10))) == []
    assert len(world.store.states) == 10
    assert len(world.store.found) == 1
    assert (world.told[0].records, world.told[0].written, world.told[0].failures) == (10, 10, 0)


def test_poison_is_put_away_and_the_rest_goes_on() -> None:
    world = World()
    assert world.consume(b"{", ended().encoded()) == []
    assert len(world.poison.received) == 1
    assert (world.told[0].poison, world.told[0].written) == (1, 1)


def test_a_store_that_is_down_has_the_batch_delivered_again() -> None:
    world = World(store=Down())
    assert world.consume(ended().encoded(), ended(contact="c-2").encoded()) == ["1", "2"]
    assert world.told[0].failures == 2
