"""Entry point of calls_changes: a batch of the calls table's stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.calls.changes import SOURCE, tell_changes
from rapport.calls.counting import count_events
from rapport.calls.counts_store import CallCountStore
from rapport.calls.kinesis import stored_events
from rapport.calls.settings import ChangesSettings
from rapport.runtime.batch import batch_answer
from rapport.runtime.event_bus import EventBus

settings = ChangesSettings.from_environment(os.environ)
counts = CallCountStore(boto3.client("dynamodb"), settings.calls_table)
bus = EventBus(boto3.client("events"), settings.event_bus, SOURCE)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again: counted and told twice, a call changes nothing."""
    del context
    events = stored_events(event)
    # Counted first: when the bus does not answer, the whole batch comes again.
    failed = count_events(counts, events)
    return batch_answer({*failed, *tell_changes(bus, events)})
