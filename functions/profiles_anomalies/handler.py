"""Entry point of profiles_anomalies: a batch of the intelligence stream."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import boto3
import rapport_inference
from rapport.calls.gateway import SqsPoisonSink
from rapport.inference.asking.scores import load_anomaly
from rapport.profiles.anomalies import NAME, Findings, Judge, keys_of
from rapport.profiles.settings import ProcessorSettings
from rapport.profiles.store import DynamoProfiles
from rapport.realtime.delivery import deliveries
from rapport.realtime.processor import Processor
from rapport.realtime.store import DynamoMeasures
from rapport.runtime.batch import batch_answer
from rapport.runtime.clock import now_ms

settings = ProcessorSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
judge = Judge(partial(load_anomaly, rapport_inference.ROOT / "models"))
processor = Processor(
    NAME,
    keys_of=keys_of,
    keeper=Findings(DynamoProfiles(dynamodb, settings.profiles_table)),
    fold=judge.fold,
    poison=SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url),
    measures=DynamoMeasures(dynamodb, settings.realtime_table),
    clock=now_ms,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again (partial batch response)."""
    del context
    return batch_answer(processor.consume(deliveries(event)))
