"""Entry point of calls_segments: a batch of the segment stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.calls.gateway import SqsPoisonSink
from rapport.calls.kinesis import raw_records
from rapport.calls.service import CallFolder, SegmentConsumer
from rapport.calls.settings import SegmentsSettings
from rapport.calls.store import DynamoCallStore
from rapport.customers.feature_store import FeatureStore
from rapport.customers.ledger import Ledger
from rapport.inference.intent import PublishedIntents
from rapport.inference.service import Bands, load_payment_risk
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger


def compose(settings: SegmentsSettings) -> SegmentConsumer:
    """The consumer on the real stores, queue and model."""
    dynamodb = boto3.client("dynamodb")
    bands = Bands(high=settings.band_high, medium=settings.band_medium)
    folder = CallFolder(
        store=DynamoCallStore(dynamodb, settings.calls_table),
        scorer=load_payment_risk(rapport_inference.ROOT / "models", bands),
        customers=FeatureStore(dynamodb, settings.customers_table, Ledger(dynamodb, settings.customers_table)),
        clock=now_ms,
        wanted=PublishedIntents(rapport_inference.ROOT / "models"),
    )
    return SegmentConsumer(folder=folder, poison=SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url))


consumer = compose(SegmentsSettings.from_environment(os.environ))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again (partial batch response)."""
    del context
    batch = raw_records(event)
    failed = consumer.consume(batch)
    logger.info("batch consumed", extra={"records": len(batch), "failed": len(failed)})
    return batch_answer(failed)
