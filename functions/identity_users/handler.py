"""Entry point of identity_users: /api/users/*, everything about oneself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, ConfigDict, StringConstraints
from rapport.ai.chat_store import DynamoChatStore
from rapport.ai.ledger_store import AiLedger
from rapport.ai.personal import AiHelp
from rapport.audit.service import Trail
from rapport.audit.store import DynamoTrailStore
from rapport.customers.model import Email
from rapport.customers.personal import Customers
from rapport.customers.store import CustomerStore
from rapport.documents.personal import Documents
from rapport.documents.store import BucketFiles, DynamoDocumentStore, DynamoValues
from rapport.identity.account_settings import IdentityUsersSettings
from rapport.identity.account_store import DynamoCounters, DynamoSessions
from rapport.identity.directory import Account
from rapport.identity.gateway import CognitoDirectory
from rapport.identity.http import principal, session_id, visitor
from rapport.identity.limits import Floor, Limits, shortened
from rapport.identity.model import Role
from rapport.identity.personal import Kept, Personal
from rapport.identity.sessions import NoSeal, SessionService
from rapport.identity.store import IdentityStore
from rapport.onboarding.personal import Applications
from rapport.onboarding.store import DynamoJournal
from rapport.profiles.personal import BehaviourProfiles
from rapport.profiles.store import DynamoProfiles
from rapport.recommendations.personal import CustomerRecommendations
from rapport.recommendations.store import DynamoRecommendationStore
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import NotFoundError
from rapport.runtime.http import Body, create_app, serve

REFUSAL_FLOOR_S = 0.6

settings = IdentityUsersSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
directory = CognitoDirectory(boto3.client("cognito-idp"), settings.user_pool_id, settings.user_pool_client_id)
names = DynamoTrailStore(dynamodb, settings.identity_table)
trail = Trail(names, now_ms, shortened, time.sleep)
kept_sessions = DynamoSessions(dynamodb, settings.identity_table)
sessions = SessionService(
    directory=directory,
    sessions=kept_sessions,
    seal=NoSeal(),
    limits=Limits(
        DynamoCounters(dynamodb, settings.identity_table, now_ms),
        settings.caps(),
        settings.failures_per_address,
        now_ms,
    ),
    trail=trail,
    floor=Floor(REFUSAL_FLOOR_S, time.monotonic, time.sleep),
    now=now_ms,
)
applications = Applications(DynamoJournal(dynamodb, settings.onboarding_table))


def customer_numbers(username: str) -> Iterator[str]:
    """The customers that a user became by applying."""
    return (each.customer_id for each in applications.of(username) if each.customer_id)


personal = Personal(
    directory=directory,
    sessions=kept_sessions,
    holders=(
        Documents(
            DynamoDocumentStore(dynamodb, settings.documents_table),
            DynamoValues(dynamodb, settings.documents_table, now_ms),
            BucketFiles(boto3.client("s3"), settings.files_bucket),
        ),
        Customers(CustomerStore(dynamodb, settings.customers_table), customer_numbers),
        AiHelp(DynamoChatStore(dynamodb, settings.ai_table), AiLedger(dynamodb, settings.ai_table)),
        CustomerRecommendations(DynamoRecommendationStore(dynamodb, settings.recommendations_table), customer_numbers),
        BehaviourProfiles(DynamoProfiles(dynamodb, settings.profiles_table), customer_numbers, now_ms),
        applications,
    ),
    trail=trail,
    names=names,
    profiles=IdentityStore(dynamodb, settings.identity_table),
    before_erasure=applications.refuse_running,
)
app = create_app()
SessionId = Annotated[str, Path(description="The session's id", pattern=r"^[A-Za-z0-9-]{1,64}$")]


class Profile(BaseModel):
    """The caller's account. The phone number was proven at registration; another one takes another registration."""

    username: str
    email: str
    phone_number: str | None
    locale: str | None
    roles: list[str]
    created_at: int


class ProfileChange(Body):
    """What may be changed; what is left out stays."""

    email: Email | None = None
    locale: Literal["en", "ja"] | None = None


class OpenSession(BaseModel):
    """Where somebody is signed in. Times are epoch milliseconds, the address is shortened."""

    session_id: str
    created_at: int
    seen_at: int
    device: str
    address: str
    current: bool


class OpenSessions(BaseModel):
    items: list[OpenSession]
    next_cursor: None = None


class Export(BaseModel):
    """Everything that is held about the caller, by context. What fraud rules found is left out, as the law allows."""

    model_config = ConfigDict(extra="allow")

    exported_at: int
    profile: dict[str, Any]
    sessions: list[dict[str, Any]]


class Farewell(Body):
    """The password once more: an erasure cannot be undone."""

    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Erased(BaseModel):
    """What the law keeps of somebody who was erased."""

    erased: Literal[True] = True
    kept: list[Kept]


def _profile(found: Account) -> Profile:
    return Profile(
        username=found.username,
        email=found.attributes.get("email", ""),
        phone_number=found.attributes.get("phone_number"),
        locale=found.attributes.get("locale"),
        roles=sorted(principal(app).roles),
        created_at=found.created_at,
    )


@app.get(
    "/api/users/profile",
    tags=["users"],
    summary="The caller's profile",
    operation_id="getProfile",
    responses=problems(401, 404, 429, 503, ok=Profile),
)
def profile() -> Profile:
    return _profile(personal.profile(principal(app).username))


@app.put(
    "/api/users/profile",
    tags=["users"],
    summary="Change the caller's profile",
    operation_id="putProfile",
    responses=problems(400, 401, 404, 413, 415, 422, 429, 503, ok=Profile),
)
def change(body: ProfileChange) -> Profile:
    wanted = body.model_dump(exclude_none=True)
    return _profile(personal.change(principal(app).username, wanted, visitor(app).address))


@app.get(
    "/api/users/sessions",
    tags=["users"],
    summary="Where the caller is signed in",
    operation_id="getSessions",
    responses=problems(401, 429, 503, ok=OpenSessions),
)
def list_sessions() -> OpenSessions:
    mine = session_id(app)
    return OpenSessions(
        items=[
            OpenSession(
                session_id=each.session_id,
                created_at=each.created_at,
                seen_at=each.seen_at,
                device=each.device,
                address=each.address,
                current=each.session_id == mine,
            )
            for each in sessions.of(principal(app).username)
        ]
    )


@app.delete(
    "/api/users/sessions",
    tags=["users"],
    summary="Sign out everywhere",
    operation_id="deleteSessions",
    status_code=204,
    responses=problems(401, 429, 503, empty=True),
)
def revoke_all() -> Response[None]:
    sessions.revoke_all(principal(app).username, visitor(app))
    return Response(HTTPStatus.NO_CONTENT.value)


@app.delete(
    "/api/users/sessions/<session_id>",
    tags=["users"],
    summary="End a session; its access token lives to its end",
    operation_id="deleteSession",
    status_code=204,
    responses=problems(401, 404, 422, 429, 503, empty=True),
)
def revoke(session_id: SessionId) -> Response[None]:
    if not sessions.revoke(principal(app).username, session_id, visitor(app)):
        raise NotFoundError("there is no such session")
    return Response(HTTPStatus.NO_CONTENT.value)


@app.get(
    "/api/users/export",
    tags=["users"],
    summary="Everything that is held about the caller",
    operation_id="exportMe",
    responses=problems(401, 404, 429, 503, ok=Export),
)
def export() -> Export:
    return Export(exported_at=now_ms(), **personal.export(principal(app).username, visitor(app).address))


@app.delete(
    "/api/users/me",
    tags=["users"],
    summary="Erase the caller",
    operation_id="deleteMe",
    responses=problems(400, 401, 409, 413, 415, 422, 429, 503, ok=Erased),
)
def erase(body: Farewell) -> Erased:
    who = principal(app)
    sessions.authenticate(who.username, body.password, visitor(app))
    kept = personal.erase(who.username, visitor(app).address, staff=bool(who.roles - {Role.CUSTOMER}))
    return Erased(kept=kept)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
