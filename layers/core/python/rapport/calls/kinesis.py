"""What Lambda hands over of Connect's streams and of the calls table's."""

from __future__ import annotations

import base64
from typing import Any

from rapport.calls.model import CallEvent
from rapport.calls.ports import RawRecord


def raw_records(event: dict[str, Any]) -> list[RawRecord]:
    """The records of a batch, in the order of the shard."""
    return [
        RawRecord(
            sequence_number=record["kinesis"]["sequenceNumber"],
            arrival_ms=int(float(record["kinesis"]["approximateArrivalTimestamp"]) * 1000),
            data=base64.b64decode(record["kinesis"]["data"]),
            source_arn=record["eventSourceARN"],
        )
        for record in event["Records"]
    ]


def stored_events(event: dict[str, Any]) -> list[tuple[str, CallEvent]]:
    """The events in a batch of the calls table's stream, each with its sequence number."""
    return [
        (
            record["dynamodb"]["SequenceNumber"],
            CallEvent.model_validate_json(record["dynamodb"]["NewImage"]["event"]["S"]),
        )
        for record in event["Records"]
    ]
