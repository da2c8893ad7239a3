"""Entry point of scoring_batch_plan: the first step of a batch."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.registry.compose import compose
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.scoring.batch_columns import BatchColumns
from rapport.scoring.batch_gateway import BatchFiles
from rapport.scoring.batch_model import BatchState
from rapport.scoring.batch_store import BatchStore
from rapport.scoring.batches import plan
from rapport.scoring.settings import ScoringBatchPlanSettings

settings = ScoringBatchPlanSettings.from_environment(os.environ)
dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
MODELS = rapport_inference.ROOT / "models"
host = compose(layer=MODELS, dynamodb=dynamodb, s3=s3, table=settings.models_table, bucket=settings.files_bucket).host
columns = BatchColumns(host, MODELS)
batches = BatchStore(dynamodb, settings.models_table)
files = BatchFiles(s3, settings.files_bucket)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """How many chunks there are, and where the list of them lies; none for a batch that is over or refused."""
    del context
    batch = batches.load(event["batch_id"])
    if batch is None or batch.state is not BatchState.RUNNING:
        return {"chunks": 0, "manifest": ""}
    version = columns.version(batch.model)
    found = plan(batch, version, files, columns)
    if found.error is not None:
        batches.finish(batch.batch_id, BatchState.FAILED, now_ms(), errors=(found.error,))
    else:
        batches.planned(batch.batch_id, version, found)
    logger.info("batch is planned", extra={"batch_id": batch.batch_id, "rows": found.rows, "chunks": found.chunks})
    return {"chunks": found.chunks, "manifest": batch.manifest_key}
