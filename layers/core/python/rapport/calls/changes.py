"""Which calls have changed, told on the event bus: whoever is interested reads the call.

The table's stream carries two readers well (docs/adr/0007): live pushes, and this. The event names the call and
nothing that is in it, so the bus holds nothing personal, and whoever is late reads the call as it is by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rapport.calls.model import CallEvent, CallStatus, Model
from rapport.runtime.event_bus import BusEvent

SOURCE = "rapport.calls"
DETAIL_TYPE = "Call Changed"


class CallChanged(Model):
    """`detail` of the event. The call was at `seq`, or is past it by now."""

    contact_id: str
    seq: int


class Bus(Protocol):
    """The event bus; returns the places of the events that it did not take."""

    def put(self, events: list[BusEvent]) -> set[int]: ...


def worth_telling(change: CallEvent) -> bool:
    """Before anybody speaks and from the end on: what lies between concerns only who looks on."""
    call = change.call
    return call is not None and (call.status is CallStatus.ENDED or call.insights.segment_count == 0)


def tell_changes(bus: Bus, batch: Iterable[tuple[str, CallEvent]]) -> list[str]:
    """Tell of each call once a batch, as it was last; returns the sequence numbers to be delivered again."""
    latest: dict[str, tuple[str, CallChanged]] = {}
    for number, change in batch:
        if worth_telling(change):
            latest[change.contact_id] = number, CallChanged(contact_id=change.contact_id, seq=change.seq)
    told = list(latest.values())
    refused = bus.put([BusEvent(DETAIL_TYPE, changed.model_dump_json()) for _, changed in told])
    return [told[place][0] for place in sorted(refused)]
