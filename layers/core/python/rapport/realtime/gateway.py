"""The intelligence stream in Kinesis, from the side that writes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from rapport.realtime.event import Event
from rapport.runtime.dynamodb import AwsClient, dependency

NAME = "the intelligence stream"
# Kinesis takes so many records, and so many bytes with their keys, in one request.
MOST_RECORDS, MOST_BYTES = 500, 4_500_000
ATTEMPTS = 4
FIRST_WAIT_S = 0.05


class KinesisEvents:
    """Implements `EventSink`. Kinesis may take some records of a request and refuse others: these are sent again."""

    def __init__(self, client: AwsClient, stream: str, wait: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._stream = stream
        self._wait = wait

    def put(self, events: Sequence[Event]) -> Collection[str]:
        """Put events, those of one partition in their order; returns the ids of those that the stream did not take."""
        left = [(event, event.encoded()) for event in events]
        for attempt in range(ATTEMPTS):
            if attempt:
                self._wait(FIRST_WAIT_S * 2**attempt * random.uniform(0.5, 1))  # noqa: S311 - no secret
            left = [refused for request in _requests(left) for refused in self._put(request)]
            if not left:
                break
        return {event.event_id for event, _ in left}

    def _put(self, request: Sequence[tuple[Event, bytes]]) -> list[tuple[Event, bytes]]:
        records = [{"Data": data, "PartitionKey": event.partition} for event, data in request]
        with dependency(NAME):
            answer = self._client.put_records(StreamName=self._stream, Records=records)
        return [each for each, told in zip(request, answer["Records"], strict=True) if told.get("ErrorCode")]


def _requests(events: Sequence[tuple[Event, bytes]]) -> Iterator[list[tuple[Event, bytes]]]:
    request: list[tuple[Event, bytes]] = []
    size = 0
    for event, data in events:
        weight = len(data) + len(event.partition)
        if request and (len(request) == MOST_RECORDS or size + weight > MOST_BYTES):
            yield request
            request, size = [], 0
        request.append((event, data))
        size += weight
    if request:
        yield request
