"""Events on Amazon EventBridge."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.runtime.event_bus import BusEvent, EventBus
from rapport.vendors.webhooks import DetailType, VendorEvent


@dataclass(frozen=True, slots=True)
class VendorEvents:
    """Implements `Bus`."""

    bus: EventBus

    def publish(self, kind: DetailType, event: VendorEvent) -> None:
        self.bus.put_all([BusEvent(kind.value, event.model_dump_json())])
