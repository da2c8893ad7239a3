"""Entry point of scoring_snapshots: the day's round through all customers, or a few who are named."""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.customers.ledger import Ledger
from rapport.customers.search import CustomerSearch
from rapport.customers.snapshot_store import SnapshotStore
from rapport.customers.store import CustomerStore
from rapport.registry.compose import compose
from rapport.runtime.clock import now_ms
from rapport.runtime.observability import logger
from rapport.scoring.history import CustomerHistory
from rapport.scoring.service import Scoring
from rapport.scoring.settings import SnapshotsSettings
from rapport.scoring.snapshots import Snapshotter
from rapport.scoring.snapshots_store import RoundStore
from rapport.scoring.words import say

# What a page of customers may take: a run stops before the platform stops it.
LEAST_LEFT_MS = 60_000

settings = SnapshotsSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
MODELS = rapport_inference.ROOT / "models"
history = CustomerHistory(CustomerStore(dynamodb, settings.customers_table), Ledger(dynamodb, settings.customers_table))
snapshotter = Snapshotter(
    scoring=Scoring(
        host=compose(
            layer=MODELS,
            dynamodb=dynamodb,
            s3=boto3.client("s3"),
            table=settings.models_table,
            bucket=settings.files_bucket,
            words=say,
        ).host,
        history=history,
        models=MODELS,
        clock=now_ms,
    ),
    history=history,
    snapshots=SnapshotStore(dynamodb, settings.customers_table),
    clock=now_ms,
)
search = CustomerSearch(dynamodb, settings.customers_table)
rounds = RoundStore(dynamodb, settings.customers_table)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"customer_ids": [...]}` takes those; anything else, such as the schedule, goes on with the day's round."""
    if wanted := event.get("customer_ids"):
        return {"taken": snapshotter.refresh([str(customer_id) for customer_id in wanted])}
    progress = snapshotter.go_on(search, rounds, in_time=lambda: context.get_remaining_time_in_millis() > LEAST_LEFT_MS)
    logger.info("round of snapshots", extra=progress.model_dump())
    return progress.model_dump()
