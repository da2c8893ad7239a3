"""Entry point of cases_intake: a batch of the customers table's stream, transactions only."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.calls.gateway import SqsPoisonSink
from rapport.calls.ports import RawRecord
from rapport.calls.stream import apply_each
from rapport.cases.compose import compose
from rapport.cases.intake import image_bytes
from rapport.cases.settings import CasesIntakeSettings
from rapport.cases.workflow import FourEyes
from rapport.runtime.batch import batch_answer
from rapport.runtime.observability import logger

settings = CasesIntakeSettings.from_environment(os.environ)


class Nobody:
    """The intake assigns no case."""

    def names(self) -> frozenset[str]:
        return frozenset()


intake = compose(
    settings,
    models=rapport_inference.ROOT / "models",
    dynamodb=boto3.client("dynamodb"),
    s3=boto3.client("s3"),
    staff=Nobody(),
    four_eyes=FourEyes({}),
).intake
poison = SqsPoisonSink(boto3.client("sqs"), settings.poison_queue_url)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again (partial batch response)."""
    del context
    batch = [
        RawRecord(
            sequence_number=record["dynamodb"]["SequenceNumber"],
            arrival_ms=int(float(record["dynamodb"].get("ApproximateCreationDateTime", 0)) * 1000),
            data=image_bytes(record),
            source_arn=record["eventSourceARN"],
        )
        for record in event["Records"]
    ]
    failed = apply_each(batch, intake.consider_item, poison)
    logger.info("transactions considered", extra={"records": len(batch), "failed": len(failed)})
    return batch_answer(failed)
