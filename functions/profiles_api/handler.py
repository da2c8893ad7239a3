"""Entry point of profiles_api: what is normal for a user, and what is not."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, Field
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.profiles.model import AnomalyFound, Patterns, TimelineEvent, UserProfile
from rapport.profiles.service import Profiles
from rapport.profiles.settings import ProfilesApiSettings
from rapport.profiles.store import DynamoProfiles
from rapport.realtime.event import MOST_ATTRIBUTES, Attribute, AttributeName, EventId, EventKind, EventName, UserId
from rapport.realtime.gateway import KinesisEvents
from rapport.realtime.ingestion import Ingestion
from rapport.realtime.store import DynamoMeasures
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.runtime.http import Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit

settings = ProfilesApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
profiles = Profiles(DynamoProfiles(dynamodb, settings.profiles_table), now_ms)
ingestion = Ingestion(
    sink=KinesisEvents(boto3.client("kinesis"), settings.intelligence_stream),
    measures=DynamoMeasures(dynamodb, settings.realtime_table),
    clock=now_ms,
)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

User = Annotated[str, Path(description="The customer's id", pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
READ = (401, 403, 404, 422, 429, 503)
Found = TypeVar("Found")


class UserAnomalyPage(BaseModel):
    """What was unusual, newest first."""

    items: list[AnomalyFound]
    next_cursor: str | None


class UserTimeline(BaseModel):
    """The user's latest events, at most 32, newest first."""

    items: list[TimelineEvent]


class UserInteraction(Body):
    """Something between a user and us, outside of calls: a page, a message, an answer. `at` is now unless told.

    `message.sent` and `message.answered` with the attribute `channel` make the user's answer rates.
    """

    user_id: UserId
    name: EventName
    event_id: EventId | None = None
    at: int | None = Field(default=None, ge=0, lt=2**42)
    attributes: dict[AttributeName, Attribute] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)


class InteractionTaken(BaseModel):
    """The interaction is in the stream; the profile has it within seconds."""

    event_id: str
    at: int


def staff() -> Principal:
    """The caller, who must work here."""
    return require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def known(found: Found | None) -> Found:
    if found is None:
        raise NotFoundError("nothing is known of this user")
    return found


@app.post(
    "/api/profiles/interactions",
    tags=["profiles"],
    summary="Tell of an interaction with a user",
    operation_id="addInteraction",
    status_code=202,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, accepted=InteractionTaken),
)
def add_interaction(body: UserInteraction) -> Response[InteractionTaken]:
    caller = staff().username

    def take() -> InteractionTaken:
        taken = InteractionTaken(event_id=body.event_id or new_id(), at=now_ms() if body.at is None else body.at)
        event = body.model_dump() | taken.model_dump() | {"kind": EventKind.INTERACTION.value}
        wrong = ingestion.take([event]).events[0].problem
        if wrong is not None:
            raise InvalidInputError(wrong.detail, field=wrong.field)
        return taken

    done = idempotency.once(app, caller, "profiles/interactions", body, take)
    answer = InteractionTaken.model_validate(done)
    return Response(HTTPStatus.ACCEPTED.value, body=answer, content_type="application/json")


@app.get(
    "/api/profiles/<user_id>",
    tags=["profiles"],
    summary="A user's profile: preferences, channels, risk, anomalies, allow-list strategy",
    operation_id="getUserProfile",
    responses=problems(*READ, ok=UserProfile),
)
def get_profile(user_id: User) -> UserProfile:
    staff()
    return known(profiles.profile(user_id))


@app.get(
    "/api/profiles/<user_id>/patterns",
    tags=["profiles"],
    summary="How a user behaves: hours of the week, gaps, durations, amounts",
    operation_id="getUserPatterns",
    responses=problems(*READ, ok=Patterns),
)
def get_patterns(user_id: User) -> Patterns:
    staff()
    return known(profiles.patterns(user_id))


@app.get(
    "/api/profiles/<user_id>/anomalies",
    tags=["profiles"],
    summary="What was unusual for a user, with the reasons",
    operation_id="listUserAnomalies",
    responses=problems(*READ, ok=UserAnomalyPage),
)
def list_anomalies(user_id: User, cursor: Cursor = None, limit: Limit = 20) -> UserAnomalyPage:
    staff()
    items, following = profiles.anomalies(user_id, limit=limit, cursor=cursor)
    return UserAnomalyPage(items=items, next_cursor=following)


@app.get(
    "/api/profiles/<user_id>/timeline",
    tags=["profiles"],
    summary="A user's latest events",
    operation_id="getUserTimeline",
    responses=problems(*READ, ok=UserTimeline),
)
def get_timeline(user_id: User) -> UserTimeline:
    staff()
    return UserTimeline(items=list(known(profiles.timeline(user_id))))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
