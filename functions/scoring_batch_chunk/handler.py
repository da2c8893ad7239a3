"""Entry point of scoring_batch_chunk: one child execution of the batch's map."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.registry.compose import compose
from rapport.runtime.observability import logger
from rapport.scoring.batch_gateway import BatchFiles
from rapport.scoring.batch_model import BatchState
from rapport.scoring.batch_scorer import BatchScorer
from rapport.scoring.batch_store import BatchStore
from rapport.scoring.batches import score_chunk
from rapport.scoring.history import CustomerHistory
from rapport.scoring.settings import ScoringBatchChunkSettings
from rapport.scoring.words import say

settings = ScoringBatchChunkSettings.from_environment(os.environ)
dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
MODELS = rapport_inference.ROOT / "models"
host = compose(
    layer=MODELS, dynamodb=dynamodb, s3=s3, table=settings.models_table, bucket=settings.files_bucket, words=say
).host
batches = BatchStore(dynamodb, settings.models_table)
files = BatchFiles(s3, settings.files_bucket)


def history() -> CustomerHistory:
    return CustomerHistory(
        CustomerStore(dynamodb, settings.customers_table), Ledger(dynamodb, settings.customers_table)
    )


scorer = BatchScorer(host, history, MODELS)


def handler(event: dict[str, Any], context: Any) -> None:
    """Score the chunk and count it. A batch that was cancelled meanwhile is left as it is."""
    del context
    batch, chunk = batches.load(event["batch_id"]), int(event["chunk"])
    if batch is None or batch.state is not BatchState.RUNNING:
        return
    counted = score_chunk(batch, chunk, files, scorer)
    batches.chunk_done(batch.batch_id, chunk, counted)
    logger.info("chunk is scored", extra={"batch_id": batch.batch_id, "chunk": chunk, "failed": counted.failed})
