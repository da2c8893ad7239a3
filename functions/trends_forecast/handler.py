"""Entry point of trends_forecast: a run of the watch, on a schedule."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

import boto3
import rapport_inference
from aws_lambda_powertools.metrics import MetricUnit
from botocore.config import Config
from rapport.live.gateway import ApiGatewayPost
from rapport.live.store import LiveStore
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.event_bus import EventBus
from rapport.runtime.observability import logger, metrics
from rapport.trends.compose import outlooks_of
from rapport.trends.gateway import SOURCE, AlertEvents, CognitoAddresses, LiveAlerts, rooms_of
from rapport.trends.monitors_store import DynamoMonitors
from rapport.trends.notices import Teller
from rapport.trends.settings import TrendsForecastSettings
from rapport.trends.watch import Watch
from rapport.vendors.email import SesEmail

# Left for telling what was found.
RESERVE_MS = 45_000

settings = TrendsForecastSettings.from_environment(os.environ)
quick = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
dynamodb = boto3.client("dynamodb")
monitors = DynamoMonitors(dynamodb, settings.trends_table)
outlooks = outlooks_of(dynamodb, settings.trends_table, rapport_inference.ROOT / "models", settings.place)
teller = Teller(
    outbox=monitors,
    bus=AlertEvents(EventBus(boto3.client("events"), settings.event_bus, SOURCE)),
    live=LiveAlerts(
        LiveStore(dynamodb, settings.live_table),
        ApiGatewayPost(
            boto3.client("apigatewaymanagementapi", endpoint_url=settings.live_management_url, config=quick)
        ),
    ),
    mail=SesEmail(settings, boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1}))),
    address_of=CognitoAddresses(boto3.client("cognito-idp"), settings.user_pool_id).of,
    rooms_of=rooms_of,
    link=f"{settings.console_url}/trends",
)


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """What was done; what is left is done five minutes later."""
    del event
    now = now_ms()
    watch = Watch(outlooks, monitors, new_id, enough_time=lambda: context.get_remaining_time_in_millis() > RESERVE_MS)
    done = asdict(watch.run(now))
    done |= {f"told_{channel}": number for channel, number in teller.tell(now).items()}
    logger.info("watched", extra=done)
    metrics.add_metric(name="AlertsOpened", unit=MetricUnit.Count, value=done["opened"])
    return done
