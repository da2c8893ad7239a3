"""Events on Amazon EventBridge."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.runtime.dynamodb import AwsClient, dependency
from rapport.runtime.errors import DependencyUnavailableError
from rapport.vendors.webhooks import SOURCE, DetailType, VendorEvent


@dataclass(frozen=True, slots=True)
class EventBridgeBus:
    """Implements `Bus`."""

    client: AwsClient
    bus: str

    def publish(self, kind: DetailType, event: VendorEvent) -> None:
        entry = {
            "EventBusName": self.bus,
            "Source": SOURCE,
            "DetailType": kind.value,
            "Detail": event.model_dump_json(),
        }
        with dependency("EventBridge"):
            answer = self.client.put_events(Entries=[entry])
        # A status of 200 says nothing about the entry.
        if answer.get("FailedEntryCount"):
            raise DependencyUnavailableError("EventBridge did not take the event")
