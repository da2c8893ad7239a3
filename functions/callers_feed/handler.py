"""Entry point of callers_feed: a batch of the calls table's stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.callers.feed import CallFeed
from rapport.callers.feed_store import DynamoTold, KinesisStream, StoredTalk
from rapport.callers.settings import FeedSettings
from rapport.callers.tokens import tokens_from
from rapport.calls.kinesis import batch_answer
from rapport.calls.model import CallEvent
from rapport.calls.store import DynamoCallStore
from rapport.runtime.clock import now_ms
from rapport.vendors.secrets import SecretStore

settings = FeedSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
told = DynamoTold(dynamodb, settings.callers_table, now_ms)
talk = StoredTalk(DynamoCallStore(dynamodb, settings.calls_table))
stream = KinesisStream(boto3.client("kinesis"), settings.intelligence_stream)


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
    return batch_answer(CallFeed(tokens_from(secrets), told, talk, stream).feed(events))
