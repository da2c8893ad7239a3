"""Entry point of callers_campaigns: a batch of the intelligence stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from botocore.config import Config
from rapport.callers.consumer import CallerConsumer
from rapport.callers.settings import CampaignSettings
from rapport.callers.store import FAN_OUT, DynamoWatch
from rapport.callers.watch import Watch
from rapport.calls.gateway import SqsPoisonSink
from rapport.realtime.delivery import deliveries
from rapport.realtime.store import DynamoMeasures
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms

settings = CampaignSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=FAN_OUT))
consumer = CallerConsumer(
    watch=Watch(DynamoWatch(dynamodb, settings.callers_table, now_ms)),
    poison=SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url),
    measures=DynamoMeasures(dynamodb, settings.realtime_table),
    clock=now_ms,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again (partial batch response)."""
    del context
    return batch_answer(consumer.consume(deliveries(event)))
