"""Entry point of scoring_batch_finish: the last step of a batch, and what is done where a step failed."""

from __future__ import annotations

import os
from typing import Any

import boto3
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.scoring.batch_finish import Finisher
from rapport.scoring.batch_gateway import BatchFiles
from rapport.scoring.batch_model import BatchState
from rapport.scoring.batch_store import BatchStore
from rapport.scoring.settings import ScoringBatchFinishSettings

settings = ScoringBatchFinishSettings.from_environment(os.environ)
batches = BatchStore(boto3.client("dynamodb"), settings.models_table)
finisher = Finisher(batches, BatchFiles(boto3.client("s3"), settings.files_bucket), now_ms)


def handler(event: dict[str, Any], context: Any) -> None:
    """`step` is `join`, `give_up` (of a `chunk`, for an `error`) or `fail` (for an `error`)."""
    del context
    batch = batches.load(event["batch_id"])
    if batch is None or batch.state is not BatchState.RUNNING:
        return
    if event["step"] == "give_up":
        finisher.give_up(batch, int(event["chunk"]), event["error"])
        logger.error("chunk is given up", extra={"batch_id": batch.batch_id, "chunk": event["chunk"]})
        return
    ended = finisher.join(batch) if event["step"] == "join" else finisher.fail(batch, event["error"])
    logger.info("batch is over", extra={"batch_id": batch.batch_id, "state": ended.state if ended else "cancelled"})
