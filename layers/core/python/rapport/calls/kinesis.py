"""Lambda's Kinesis events, in and out."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

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


def batch_answer(failed: Iterable[str]) -> dict[str, Any]:
    """The partial batch response; the shard is read again from the lowest number named."""
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
