"""A processor: a consumer of the intelligence stream that folds events into states by key.

Each one is a function of its own with its own retries, bisect and dead letters, so that one that fails holds up none
of the others. Delivery is at least once, and out of order where a batch is delivered again: a fold must give the same
state whatever it is delivered, how often, and in which order. Every key that a batch touches is read once and written
once, on condition that nobody wrote it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Generic, Protocol, TypeVar

from rapport.calls.ports import Clock, PoisonSink
from rapport.realtime.delivery import Delivered, Delivery, event_of
from rapport.realtime.event import Event
from rapport.realtime.measures import Measures, MeasureSink
from rapport.runtime.errors import DependencyUnavailableError, PoisonRecordError
from rapport.runtime.observability import logger

Key = TypeVar("Key")
State = TypeVar("State")
Change = TypeVar("Change")
State_co = TypeVar("State_co", covariant=True)
Change_contra = TypeVar("Change_contra", contravariant=True)
# Another shard's batch may hold the same key; who loses reads again.
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Folded(Generic[Change]):
    """What a fold makes of a key's events: the change to write (None: nothing changed), how many events the state
    knew already, and those that came after its horizon.
    """

    change: Change | None
    duplicates: int = 0
    late: Sequence[Delivered] = ()


class Keeper(Protocol[Key, State_co, Change_contra]):
    """Where the states of a processor are kept."""

    def load(self, keys: Collection[Key]) -> Mapping[Key, State_co]:
        """The states of these keys, consistently read; a key without one is absent."""
        ...

    def save(self, changes: Mapping[Key, Change_contra]) -> Collection[Key]:
        """Write each on condition that its state is as it was loaded; returns the keys that somebody else wrote."""
        ...


class Processor(Generic[Key, State, Change]):
    """`keys_of(event)` names the states an event belongs to; `fold(key, state, events)` is pure.

    `state` is None where there is none yet. `fold` gets the events of one key in the order of the shard.
    """

    def __init__(
        self,
        name: str,
        *,
        keys_of: Callable[[Event], Iterable[Key]],
        keeper: Keeper[Key, State, Change],
        fold: Callable[[Key, State | None, Sequence[Delivered]], Folded[Change]],
        poison: PoisonSink,
        measures: MeasureSink,
        clock: Clock,
    ) -> None:
        self.name = name
        self._keys_of = keys_of
        self._keeper = keeper
        self._fold = fold
        self._poison = poison
        self._sink = measures
        self._clock = clock

    def consume(self, batch: Sequence[Delivery]) -> list[str]:
        """Fold a batch; returns the sequence numbers to deliver again."""
        began, worked = perf_counter(), process_time()
        measured = Measures(batches=1, records=len(batch))
        failed: set[str] = set()
        waiting = self._by_key(batch, measured, failed)
        try:
            for _ in range(ATTEMPTS):
                if not waiting:
                    break
                waiting = self._fold_once(waiting, measured, failed)
        except DependencyUnavailableError as error:
            # Some of them may have been written: then they are duplicates when they come again.
            logger.warning("delivered again", extra={"processor": self.name, "detail": error.detail})
        failed |= {one.delivery.record.sequence_number for events in waiting.values() for one in events}
        now = self._clock()
        measured.failures = len(failed)
        measured.waited(now - delivery.record.arrival_ms for delivery in batch)
        measured.busy_ms = round((perf_counter() - began) * 1000)
        measured.own_ms = round((process_time() - worked) * 1000)
        self._tell(now, measured)
        return sorted(failed, key=int)

    def _tell(self, now: int, measured: Measures) -> None:
        """What cannot be told is lost: delivering the batch again for it would be worse."""
        try:
            self._sink.add(self.name, now, measured)
        except DependencyUnavailableError as error:
            logger.warning("measures lost", extra={"processor": self.name, "detail": error.detail})

    def _by_key(self, batch: Sequence[Delivery], measured: Measures, failed: set[str]) -> dict[Key, list[Delivered]]:
        found: dict[Key, list[Delivered]] = {}
        for delivery in batch:
            try:
                delivered = Delivered(event_of(delivery), delivery)
            except PoisonRecordError as error:
                measured.poison += 1
                self._put_away(delivery, error.detail, failed)
                continue
            for key in self._keys_of(delivered.event):
                found.setdefault(key, []).append(delivered)
        return found

    def _fold_once(
        self, waiting: Mapping[Key, list[Delivered]], measured: Measures, failed: set[str]
    ) -> dict[Key, list[Delivered]]:
        """Read, fold and write every key; returns the keys that have to be done again."""
        states = self._keeper.load(waiting.keys())
        folded = {key: self._fold(key, states.get(key), events) for key, events in waiting.items()}
        changes = {key: each.change for key, each in folded.items() if each.change is not None}
        lost = set(self._keeper.save(changes)) if changes else set()
        for key, each in folded.items():
            if key not in lost:
                measured.duplicates += each.duplicates
                measured.late += len(each.late)
                for late in each.late:
                    self._put_away(late.delivery, f"late: {late.event.name} of {late.event.at}", failed)
        measured.written += len(changes) - len(lost)
        measured.conflicts += len(lost)
        return {key: waiting[key] for key in lost}

    def _put_away(self, delivery: Delivery, reason: str, failed: set[str]) -> None:
        try:
            self._poison.send(delivery.record, reason)
        except DependencyUnavailableError:
            failed.add(delivery.record.sequence_number)
