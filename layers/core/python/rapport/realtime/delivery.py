"""Records of the intelligence stream as Lambda delivers them, and the events in them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rapport.calls.ports import RawRecord
from rapport.realtime.event import Event
from rapport.runtime.errors import PoisonRecordError


@dataclass(frozen=True, slots=True)
class Delivery:
    """A record with where it stands: sequence numbers (decimal, of one shard) grow with the arrival."""

    record: RawRecord
    shard: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event with the record that carried it."""

    event: Event
    delivery: Delivery

    @property
    def sequence(self) -> int:
        """Its place in the shard; later is greater."""
        return int(self.delivery.record.sequence_number)


def deliveries(invocation: Mapping[str, Any]) -> list[Delivery]:
    """The records of a batch, in the order of the shard."""
    return [
        Delivery(
            RawRecord(
                sequence_number=record["kinesis"]["sequenceNumber"],
                arrival_ms=int(float(record["kinesis"]["approximateArrivalTimestamp"]) * 1000),
                data=base64.b64decode(record["kinesis"]["data"]),
                source_arn=record["eventSourceARN"],
            ),
            shard=str(record.get("eventID", "")).partition(":")[0],
        )
        for record in invocation["Records"]
    ]


def event_of(delivery: Delivery) -> Event:
    """The event in a record; `PoisonRecordError` names the field that cannot be read."""
    try:
        return Event.model_validate_json(delivery.record.data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PoisonRecordError(f"{field or 'record'}: {first['msg']}"[:300], field=field or None) from None
