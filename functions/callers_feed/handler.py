"""Entry point of callers_feed: a call that began or ended."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.callers.feed import CallFeed
from rapport.callers.feed_store import DynamoTold, KinesisStream, StoredTalk
from rapport.callers.settings import FeedSettings
from rapport.callers.tokens import tokens_from
from rapport.calls.changes import CallChanged
from rapport.calls.store import DynamoCallStore
from rapport.runtime.clock import now_ms
from rapport.vendors.secrets import SecretStore

settings = FeedSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
told = DynamoTold(dynamodb, settings.callers_table, now_ms)
calls = DynamoCallStore(dynamodb, settings.calls_table)
talk = StoredTalk(calls)
stream = KinesisStream(boto3.client("kinesis"), settings.intelligence_stream)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Tell the stream of the call; a failure is tried again by Lambda, then kept."""
    del context
    stored = calls.load(CallChanged.model_validate(event["detail"]).contact_id)
    feed = CallFeed(tokens_from(secrets), told, talk, stream)
    return {"events": feed.feed(stored.call) if stored is not None else 0}
