"""Entry point of callers_feed: calls that began or ended."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import boto3
from rapport.callers.feed import CallFeed
from rapport.callers.feed_store import DynamoTold, KinesisStream, StoredTalk
from rapport.callers.settings import FeedSettings
from rapport.callers.tokens import tokens_from
from rapport.calls.changes import CallChanged
from rapport.calls.store import DynamoCallStore
from rapport.runtime.clock import now_ms
from rapport.runtime.queue import each_event
from rapport.vendors.secrets import SecretStore

settings = FeedSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
told = DynamoTold(dynamodb, settings.callers_table, now_ms)
calls = DynamoCallStore(dynamodb, settings.calls_table)
talk = StoredTalk(calls)
stream = KinesisStream(boto3.client("kinesis"), settings.intelligence_stream)


def feed(detail: Mapping[str, Any]) -> None:
    stored = calls.load(CallChanged.model_validate(detail).contact_id)
    if stored is not None:
        CallFeed(tokens_from(secrets), told, talk, stream).feed(stored.call)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Tell the stream of each call; what fails comes again."""
    del context
    return each_event(event, feed)
