"""Entry point of scoring_batch_start: one uploaded file, told by EventBridge."""

from __future__ import annotations

import os
import re
from typing import Any

import boto3
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.scoring.batch_gateway import Executions
from rapport.scoring.batch_model import BatchState
from rapport.scoring.batch_store import BatchStore
from rapport.scoring.settings import ScoringBatchStartSettings

settings = ScoringBatchStartSettings.from_environment(os.environ)
batches = BatchStore(boto3.client("dynamodb"), settings.models_table)
executions = Executions(boto3.client("stepfunctions"), settings.scoring_batch_workflow)
_KEY = re.compile(r"batches/uploads/([A-Za-z0-9-]{1,128})/input\.[a-z]+")


def handler(event: dict[str, Any], context: Any) -> None:
    """Begin the batch of the object. Raising makes Lambda try again; a file that comes again begins nothing."""
    del context
    key = event["detail"]["object"]["key"]
    matched = _KEY.fullmatch(key)
    batch = batches.load(matched.group(1)) if matched else None
    if batch is None or batch.upload_key != key or batch.state.over:
        logger.info("nothing to begin")
        return
    if batch.state is BatchState.AWAITING_UPLOAD:
        batches.begin(batch.batch_id, now_ms())
    # Also where it has begun already: an attempt may have failed between the two.
    executions.start(batch.batch_id)
    logger.info("batch has begun", extra={"batch_id": batch.batch_id})
