"""The consumer of the intelligence stream that follows callers: a batch at a time, measured as every processor is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Protocol

from rapport.callers.watch import Watched
from rapport.calls.ports import Clock, PoisonSink
from rapport.realtime.delivery import Delivery, event_of
from rapport.realtime.event import Event
from rapport.realtime.measures import Measures, MeasureSink
from rapport.runtime.errors import DependencyUnavailableError, PoisonRecordError
from rapport.runtime.observability import logger

# As the stream's operation asks for it.
NAME = "callers_campaigns"


class Watching(Protocol):
    """`rapport.callers.watch.Watch`."""

    def take(self, events: Sequence[Event]) -> Watched: ...


@dataclass(frozen=True, slots=True)
class CallerConsumer:
    """Links cross keys, so a batch is folded as a whole and, if the store fails, delivered again as a whole."""

    watch: Watching
    poison: PoisonSink
    measures: MeasureSink
    clock: Clock

    def consume(self, batch: Sequence[Delivery]) -> list[str]:
        """Fold a batch; returns the sequence numbers to deliver again."""
        began, worked = perf_counter(), process_time()
        measured = Measures(batches=1, records=len(batch))
        failed, events = self._readable(batch, measured)
        try:
            watched = self.watch.take(events)
            measured.written = watched.calls
            for campaign in watched.campaigns:
                logger.info("campaign", extra={"campaign": campaign.campaign_id, "numbers": campaign.numbers})
        except DependencyUnavailableError as error:
            logger.warning("delivered again", extra={"processor": NAME, "detail": error.detail})
            failed = {delivery.record.sequence_number for delivery in batch}
        now = self.clock()
        measured.failures = len(failed)
        measured.waited(now - delivery.record.arrival_ms for delivery in batch)
        measured.busy_ms = round((perf_counter() - began) * 1000)
        measured.own_ms = round((process_time() - worked) * 1000)
        try:
            self.measures.add(NAME, now, measured)
        except DependencyUnavailableError as error:
            logger.warning("measures lost", extra={"processor": NAME, "detail": error.detail})
        return sorted(failed, key=int)

    def _readable(self, batch: Sequence[Delivery], measured: Measures) -> tuple[set[str], list[Event]]:
        failed: set[str] = set()
        events = []
        for delivery in batch:
            try:
                events.append(event_of(delivery))
            except PoisonRecordError as error:
                measured.poison += 1
                try:
                    self.poison.send(delivery.record, error.detail)
                except DependencyUnavailableError:
                    failed.add(delivery.record.sequence_number)
        return failed, events
