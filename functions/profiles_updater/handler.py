"""Entry point of profiles_updater: a batch of the intelligence stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.calls.gateway import SqsPoisonSink
from rapport.profiles.settings import ProcessorSettings
from rapport.profiles.store import DynamoProfiles
from rapport.profiles.updater import NAME, fold, keys_of
from rapport.realtime.delivery import deliveries
from rapport.realtime.processor import Processor
from rapport.realtime.store import DynamoMeasures
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms

settings = ProcessorSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
processor = Processor(
    NAME,
    keys_of=keys_of,
    keeper=DynamoProfiles(dynamodb, settings.profiles_table),
    fold=fold,
    poison=SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url),
    measures=DynamoMeasures(dynamodb, settings.realtime_table),
    clock=now_ms,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again (partial batch response)."""
    del context
    return batch_answer(processor.consume(deliveries(event)))
