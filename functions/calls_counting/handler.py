"""Entry point of calls_counting: a batch of the calls table's stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.calls.counting import count_events
from rapport.calls.counts_store import CallCountStore
from rapport.calls.kinesis import batch_answer
from rapport.calls.model import CallEvent
from rapport.calls.settings import CountingSettings

settings = CountingSettings.from_environment(os.environ)
counts = CallCountStore(boto3.client("dynamodb"), settings.calls_table)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again."""
    del context
    events = [
        (
            record["dynamodb"]["SequenceNumber"],
            CallEvent.model_validate_json(record["dynamodb"]["NewImage"]["event"]["S"]),
        )
        for record in event["Records"]
    ]
    return batch_answer(count_events(counts, events))
