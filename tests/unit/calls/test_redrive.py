"""What is put back on a stream, and what waits for a person."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from rapport.calls.redrive import redrive


class Queue:
    """A queue with one message."""

    def __init__(self, arn: str) -> None:
        body = {"stream_arn": arn, "sequence_number": "7", "reason": "r", "data": base64.b64encode(b"{}").decode()}
        self.messages: list[dict[str, Any]] = [
            {"Body": json.dumps(body), "ReceiptHandle": "h", "Attributes": {"SentTimestamp": "0"}}
        ]
        self.deleted: list[str] = []

    def receive_message(self, **_: Any) -> dict[str, Any]:
        found, self.messages = self.messages, []
        return {"Messages": found}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 - boto3's names
        self.deleted.append(ReceiptHandle)


class Stream:
    def __init__(self) -> None:
        self.put: list[str] = []

    def put_record(self, *, StreamName: str, **_: Any) -> None:  # noqa: N803
        self.put.append(StreamName)


@pytest.mark.parametrize("other", [None, "replaced"])
def test_a_record_goes_back_to_its_stream_or_to_the_one_that_replaced_it(other: str | None) -> None:
    queue, stream = Queue("arn:aws:kinesis:us-east-1:1:stream/segments"), Stream()
    (redriven,) = redrive(queue, stream, queue_url="q", stream=other)
    assert redriven.put_back
    assert (stream.put, queue.deleted) == ([other or "segments"], ["h"])


@pytest.mark.parametrize("other", [None, "replaced"])
def test_what_came_from_a_tables_own_stream_stays_in_the_queue(other: str | None) -> None:
    queue, stream = Queue("arn:aws:dynamodb:us-east-1:1:table/customers/stream/2026-01-01"), Stream()
    (redriven,) = redrive(queue, stream, queue_url="q", stream=other)
    assert not redriven.put_back
    assert (stream.put, queue.deleted) == ([], [])
