"""Entry point of health_api."""

from __future__ import annotations

import os
import time
from http import HTTPStatus
from typing import Any, Literal

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponseContentSchema
from botocore.config import Config
from pydantic import BaseModel
from rapport.health.service import Probe, examine, exposition
from rapport.health.settings import HealthSettings
from rapport.identity.http import require
from rapport.identity.model import Role
from rapport.runtime.documented import problems
from rapport.runtime.errors import DependencyUnavailableError
from rapport.runtime.http import create_app, serve

settings = HealthSettings.from_environment(os.environ)
# A probe must answer long before the gateway gives up.
quick = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
dynamodb = boto3.client("dynamodb", config=quick)
kinesis = boto3.client("kinesis", config=quick)
cognito = boto3.client("cognito-idp", config=quick)
app = create_app()
TEXT: OpenAPIResponseContentSchema = {"schema": {"type": "string"}}
STARTED = time.monotonic()
served = {"requests": 0}


class Health(BaseModel):
    status: Literal["ok"] = "ok"


class Dependency(BaseModel):
    """One dependency: whether it answered, and after how many milliseconds."""

    name: str
    healthy: bool
    latency_ms: float
    error: str | None = None


class DetailedHealth(BaseModel):
    """`degraded` when a dependency does not answer."""

    status: Literal["ok", "degraded"]
    dependencies: list[Dependency]


def table_probe(table: str) -> Probe:
    """Reads a key that nothing has."""
    key = {"pk": {"S": "HEALTH"}, "sk": {"S": "HEALTH"}}
    return lambda: dynamodb.get_item(TableName=table, Key=key) and None


def probes() -> dict[str, Probe]:
    return {
        "calls-table": table_probe(settings.calls_table),
        "customers-table": table_probe(settings.customers_table),
        "identity-table": table_probe(settings.identity_table),
        "live-table": table_probe(settings.live_table),
        "segment-stream": lambda: kinesis.describe_stream_summary(StreamName=settings.segment_stream) and None,
        "user-pool": lambda: (
            cognito.describe_user_pool_client(UserPoolId=settings.user_pool_id, ClientId=settings.user_pool_client_id)
            and None
        ),
    }


@app.get(
    "/api/health", tags=["health"], summary="Whether the API answers", operation_id="getHealth",
    responses=problems(429, ok=Health), security=[],
)  # fmt: skip
def health() -> Health:
    return Health()


@app.get(
    "/api/live", tags=["health"], summary="Liveness", operation_id="getLive",
    responses=problems(429, ok=Health), security=[],
)  # fmt: skip
def live() -> Health:
    return Health()


@app.get(
    "/api/ready", tags=["health"], summary="Readiness: every dependency answers", operation_id="getReady",
    responses=problems(429, 503, ok=Health), security=[],
)  # fmt: skip
def ready() -> Health:
    failing = [finding.name for finding in examine(probes()) if not finding.healthy]
    if failing:
        raise DependencyUnavailableError(f"no answer from {', '.join(failing)}")
    return Health()


@app.get(
    "/api/health/detailed",
    tags=["health"],
    summary="Every dependency with its latency",
    operation_id="getDetailedHealth",
    responses=problems(401, 403, 429, ok=DetailedHealth),
)
def detailed() -> DetailedHealth:
    require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    found = examine(probes())
    return DetailedHealth(
        status="ok" if all(finding.healthy for finding in found) else "degraded",
        dependencies=[
            Dependency(name=f.name, healthy=f.healthy, latency_ms=f.latency_ms, error=f.error) for f in found
        ],
    )


@app.get(
    "/api/metrics",
    tags=["health"],
    summary="Prometheus text of the dependencies and this environment",
    operation_id="getMetrics",
    responses={200: {"description": "Prometheus text", "content": {"text/plain": TEXT}}, **problems(429)},
    security=[],
)  # fmt: skip
def prometheus() -> Response[str]:
    text = exposition(examine(probes()), time.monotonic() - STARTED, served["requests"])
    return Response(HTTPStatus.OK.value, content_type="text/plain; version=0.0.4; charset=utf-8", body=text)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    served["requests"] += 1
    return serve(app, event, context)
