"""Entry point of realtime_api: events in, and how the processors of the stream do."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, SkipValidation, model_validator
from rapport.callers.tokens import tokens_from
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.realtime.gateway import KinesisEvents
from rapport.realtime.ingestion import MOST_EVENTS, IncomingEvent, Ingested, Ingestion
from rapport.realtime.operation import Operation, ProcessorList, StreamMetrics
from rapport.realtime.settings import RealtimeApiSettings
from rapport.realtime.store import DynamoMeasures
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError
from rapport.runtime.http import Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.vendors.secrets import SecretStore

# 500 events of the size that attributes allow at most.
LARGEST_BODY = 4 * 1024 * 1024

settings = RealtimeApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
measures = DynamoMeasures(dynamodb, settings.realtime_table)
ingestion = Ingestion(
    sink=KinesisEvents(boto3.client("kinesis"), settings.intelligence_stream),
    token_of=lambda number: tokens_from(secrets).of(number),
    measures=measures,
    clock=now_ms,
)
operation = Operation(measures, now_ms)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

Window = Annotated[int, Query(alias="minutes", ge=1, le=360, description="How many minutes back")]


class EventBatch(Body):
    """Up to 500 events; one event may also be the body itself. Each is checked by itself."""

    events: Annotated[list[SkipValidation[IncomingEvent]], Field(min_length=1, max_length=MOST_EVENTS)]

    @model_validator(mode="before")
    @classmethod
    def _one(cls, given: Any) -> Any:
        return {"events": [given]} if isinstance(given, dict) and "events" not in given else given


def manager() -> Principal:
    """The caller, who must be a supervisor, an analyst or an administrator."""
    return require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


@app.post(
    "/api/realtime/events",
    tags=["realtime"],
    summary="Put one event, or up to 500, into the intelligence stream",
    operation_id="putEvents",
    status_code=202,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, accepted=Ingested),
)
def put_events(body: EventBatch) -> Response[Ingested]:
    caller = manager().username
    events: list[Any] = list(body.events)
    single = "events" not in app.current_event.json_body

    def take() -> dict[str, Any]:
        taken = ingestion.take(events)
        wrong = taken.events[0].problem
        if single and wrong is not None:
            raise InvalidInputError(wrong.detail, field=wrong.field)
        return taken.model_dump(mode="json")

    done = idempotency.run(
        headers=app.current_event.headers,
        caller=caller,
        route="realtime/events",
        body=events,
        context=app.lambda_context,
        operation=take,
    )
    answer = Ingested.model_validate(done)
    return Response(HTTPStatus.ACCEPTED.value, body=answer, content_type="application/json")


@app.get(
    "/api/realtime/metrics",
    tags=["realtime"],
    summary="The stream as a whole: what came in, how far behind, what failed",
    operation_id="getRealtimeMetrics",
    responses=problems(401, 403, 422, 429, 503, ok=StreamMetrics),
)
def get_metrics(minutes: Window = 60) -> StreamMetrics:
    manager()
    return operation.metrics(minutes)


@app.get(
    "/api/realtime/processors",
    tags=["realtime"],
    summary="Every processor of the stream: lag, throughput, errors by the minute",
    operation_id="listProcessors",
    responses=problems(401, 403, 422, 429, 503, ok=ProcessorList),
)
def list_processors(minutes: Window = 60) -> ProcessorList:
    manager()
    return operation.processors(minutes)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context, largest_body=LARGEST_BODY)
