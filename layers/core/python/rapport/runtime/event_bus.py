"""Events on the EventBridge bus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.runtime.dynamodb import AwsClient, dependency
from rapport.runtime.errors import DependencyUnavailableError

# EventBridge takes so many entries a request.
MOST_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class BusEvent:
    """`detail_type` is what rules select by, `detail` a JSON object."""

    detail_type: str
    detail: str


@dataclass(frozen=True, slots=True)
class EventBus:
    """Puts events of one `source` on a bus."""

    client: AwsClient
    bus: str
    source: str

    def put(self, events: Sequence[BusEvent]) -> set[int]:
        """Put events; returns the places, from 0, of those that were not taken. `DependencyUnavailableError`."""
        refused: set[int] = set()
        for start in range(0, len(events), MOST_ENTRIES):
            entries = [
                {
                    "EventBusName": self.bus,
                    "Source": self.source,
                    "DetailType": event.detail_type,
                    "Detail": event.detail,
                }
                for event in events[start : start + MOST_ENTRIES]
            ]
            with dependency("EventBridge"):
                answer = self.client.put_events(Entries=entries)
            # A status of 200 says nothing about the entries.
            if answer.get("FailedEntryCount"):
                refused |= {start + place for place, entry in enumerate(answer["Entries"]) if entry.get("ErrorCode")}
        return refused

    def put_all(self, events: Sequence[BusEvent]) -> None:
        """The same, where some are not enough: `DependencyUnavailableError` when one was not taken."""
        if self.put(events):
            raise DependencyUnavailableError("EventBridge did not take every event")
