"""The poison queue: unreadable records with their reason and their original bytes (docs/adr/0006)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from rapport.calls.ports import RawRecord
from rapport.runtime.dynamodb import AwsClient, dependency

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class SqsPoisonSink:
    """Implements `PoisonSink`."""

    client: AwsClient
    queue_url: str

    def send(self, record: RawRecord, reason: str) -> None:
        body = {
            "schema_version": SCHEMA_VERSION,
            "reason": reason,
            "stream_arn": record.source_arn,
            "sequence_number": record.sequence_number,
            "arrived_ms": record.arrival_ms,
            "data": base64.b64encode(record.data).decode(),
        }
        with dependency("the poison queue"):
            self.client.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(body))
