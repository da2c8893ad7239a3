"""Entry point of calls_push: a batch of the calls table's stream."""

from __future__ import annotations

import os
from typing import Any

import boto3
from botocore.config import Config
from rapport.calls.kinesis import stored_events
from rapport.live.gateway import ApiGatewayPost
from rapport.live.service import FAN_OUT, Push
from rapport.live.settings import PushSettings
from rapport.live.store import LiveStore
from rapport.runtime.batch import batch_answer
from rapport.runtime.observability import logger

settings = PushSettings.from_environment(os.environ)
# One slow connection must not hold up a batch: short time-outs, one retry, a pool as wide as the fan-out.
quick = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2}, max_pool_connections=FAN_OUT)
pusher = Push(
    connections=LiveStore(boto3.client("dynamodb", config=quick), settings.live_table),
    post=ApiGatewayPost(
        boto3.client("apigatewaymanagementapi", endpoint_url=settings.live_management_url, config=quick)
    ),
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the records that must be delivered again."""
    del context
    events = stored_events(event)
    failed = pusher.push(events)
    logger.info("events pushed", extra={"events": len(events), "failed": len(failed)})
    return batch_answer(failed)
