"""Entry point of trends_counter: a batch of one shard of the intelligence stream."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from rapport.calls.gateway import SqsPoisonSink
from rapport.realtime.delivery import deliveries
from rapport.realtime.processor import Processor
from rapport.realtime.store import DynamoMeasures
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms
from rapport.trends.counting import PROCESSOR, Place, Tally, fold, places_of
from rapport.trends.counts_store import FAN_OUT, DynamoCounts
from rapport.trends.settings import TrendsCounterSettings

settings = TrendsCounterSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb", config=Config(max_pool_connections=FAN_OUT))
counts = DynamoCounts(dynamodb, settings.trends_table)
measures = DynamoMeasures(dynamodb, settings.realtime_table)
poison = SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again."""
    del context
    batch = deliveries(event)
    processor: Processor[Place, Tally, Tally] = Processor(
        PROCESSOR,
        # Lambda never mixes shards in a batch.
        keys_of=partial(places_of, shard=batch[0].shard),
        keeper=counts,
        fold=fold,
        poison=poison,
        measures=measures,
        clock=now_ms,
    )
    return batch_answer(processor.consume(batch))
