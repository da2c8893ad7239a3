"""Puts what is in the poison queue back on its stream. Processing is idempotent, so twice does no harm."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapport.runtime.dynamodb import AwsClient


@dataclass(frozen=True, slots=True)
class Redriven:
    """One message: why it was poison, and whether it is on its stream again."""

    reason: str
    sequence_number: str
    put_back: bool


def redrive(queue: AwsClient, kinesis: AwsClient, *, queue_url: str, stream: str | None = None) -> Iterator[Redriven]:
    """Redrive what is in the queue now; a message is deleted only after its record was put.

    What comes back meanwhile, because it is still unreadable, waits for the next time. `stream` overrides
    the stream the record came from, e.g. after that stream was replaced.
    """
    began_ms = time.time_ns() // 1_000_000
    while True:
        answer = queue.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=60,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        messages = []
        for message in answer.get("Messages", []):
            if int(message["Attributes"]["SentTimestamp"]) <= began_ms:
                messages.append(message)
            else:
                # Came back while we worked: let the next reader see it at once.
                queue.change_message_visibility(
                    QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        if not messages:
            return
        for message in messages:
            body: dict[str, Any] = json.loads(message["Body"])
            # A table's own stream takes nothing from outside: what came from one waits for a person.
            arn = str(body["stream_arn"])
            name = "" if ":dynamodb:" in arn else stream or arn.rpartition("/")[2]
            put_back = bool(name)
            if put_back:
                key = str(body["sequence_number"])[-64:] or "redriven"
                kinesis.put_record(StreamName=name, Data=base64.b64decode(body["data"]), PartitionKey=key)
                queue.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield Redriven(str(body["reason"]), str(body["sequence_number"]), put_back)
