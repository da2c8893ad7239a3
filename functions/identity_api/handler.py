"""Entry point of identity_api: /api/auth/*."""

from __future__ import annotations

import base64
import json
import os
import time
from http import HTTPStatus
from typing import Annotated, Any, Literal

import boto3
import httpx
from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, StringConstraints
from rapport.audit.service import Trail
from rapport.audit.store import DynamoTrailStore
from rapport.identity.account_settings import IdentityApiSettings
from rapport.identity.account_store import DynamoCounters, DynamoPendings, DynamoSessions
from rapport.identity.codes import VerificationMeter, VonageCodes
from rapport.identity.directory import Tokens
from rapport.identity.gateway import CognitoDirectory
from rapport.identity.http import principal, session_id, visitor
from rapport.identity.limits import Floor, Limits, shortened
from rapport.identity.model import principal_of
from rapport.identity.registration import NewAccount, Registrations
from rapport.identity.sealing import AesSeal
from rapport.identity.sessions import Entered, SessionService
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import Body, create_app, serve
from rapport.vendors.secrets import SecretStore
from rapport.vendors.vonage import Vonage, vonage_http

# Longer than either answer takes by itself, so that the time does not tell one from the other.
REGISTER_FLOOR_S, REFUSAL_FLOOR_S = 1.2, 0.6

settings = IdentityApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
vendor_secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
directory = CognitoDirectory(boto3.client("cognito-idp"), settings.user_pool_id, settings.user_pool_client_id)
limits = Limits(
    DynamoCounters(dynamodb, settings.identity_table, now_ms), settings.caps(), settings.failures_per_address, now_ms
)
trail = Trail(DynamoTrailStore(dynamodb, settings.identity_table), now_ms, shortened, time.sleep)
registrations = Registrations(
    directory=directory,
    pendings=DynamoPendings(dynamodb, settings.identity_table, now_ms),
    codes=VonageCodes(
        Vonage(settings, vendor_secrets, vonage_http(httpx.Client(), vendor_secrets)), settings.bank_name[:18]
    ),
    limits=limits,
    trail=trail,
    meter=VerificationMeter(),
    countries=settings.countries(),
    floor=Floor(REGISTER_FLOOR_S, time.monotonic, time.sleep),
    now=now_ms,
)
sessions = SessionService(
    directory=directory,
    sessions=DynamoSessions(dynamodb, settings.identity_table),
    seal=AesSeal(),
    limits=limits,
    trail=trail,
    floor=Floor(REFUSAL_FLOOR_S, time.monotonic, time.sleep),
    now=now_ms,
)
app = create_app()

EMAIL = r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$"
Username = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Registration(Body):
    """A new customer's account."""

    username: Annotated[str, StringConstraints(min_length=3, max_length=64)]
    email: Annotated[
        str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$")
    ]
    password: Annotated[str, StringConstraints(min_length=12, max_length=256)]
    phone_number: Annotated[str, StringConstraints(min_length=8, max_length=20)]
    locale: Literal["en", "ja"] | None = None


class CodeDelivery(BaseModel):
    """Where the code was sent, masked: to a phone by SMS."""

    medium: str
    destination: str


class Registered(BaseModel):
    username: str
    delivery: CodeDelivery


class Verification(Body):
    """The code that was sent at registration."""

    username: Username
    code: Annotated[str, StringConstraints(min_length=6, max_length=6, pattern=r"^[0-9]+$")]


class Verified(BaseModel):
    username: str


class Login(Body):
    """User name or e-mail address, and password."""

    username: Username
    password: Password


class Refresh(Body):
    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=8192)]


class SignedInUser(BaseModel):
    """Who signed in, with roles and teams."""

    username: str
    roles: list[str]
    teams: list[str]
    locale: str | None = None


class Session(BaseModel):
    """Tokens of a session. The access token is the bearer token; `expires_in` is in seconds. The refresh token is used
    once: the next one comes with its answer.
    """

    access_token: str
    id_token: str
    refresh_token: str
    expires_in: int
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    user: SignedInUser


def _claims(token: str) -> dict[str, Any]:
    """Claims of a token that the user pool gave us just now: no signature to check."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _named(tokens: Tokens) -> tuple[str, str]:
    """User name and session of new tokens."""
    claims = _claims(tokens.access)
    return principal_of(claims).username, str(claims.get("origin_jti") or new_id())


def _session(entered: Entered) -> Session:
    tokens = entered.tokens
    who = principal_of(_claims(tokens.access))
    return Session(
        access_token=tokens.access,
        id_token=tokens.identity,
        refresh_token=entered.refresh,
        expires_in=tokens.expires_in,
        user=SignedInUser(
            username=who.username,
            roles=sorted(who.roles),
            teams=sorted(who.teams),
            locale=_claims(tokens.identity).get("locale"),
        ),
    )


@app.post(
    "/api/auth/register",
    tags=["auth"],
    summary="Register a customer",
    operation_id="register",
    status_code=201,
    responses=problems(400, 413, 415, 422, 429, 502, 503, created=Registered),
)
def register(body: Registration) -> Response[Registered]:
    """The answer is the same whether the user name is free or not. Registering again sends the code again."""
    new = NewAccount(
        username=body.username,
        email=body.email,
        password=body.password,
        phone_number=body.phone_number,
        locale=body.locale,
    )
    delivery = registrations.register(new, visitor(app).address)
    answer = Registered(
        username=body.username.lower(),
        delivery=CodeDelivery(medium=delivery.medium, destination=delivery.destination),
    )
    return Response(HTTPStatus.CREATED.value, body=answer, content_type="application/json")


@app.post(
    "/api/auth/verify",
    tags=["auth"],
    summary="Confirm a registration with the code that was sent",
    operation_id="verify",
    responses=problems(400, 409, 413, 415, 422, 429, 502, 503, ok=Verified),
)
def verify(body: Verification) -> Verified:
    registrations.verify(body.username, body.code, visitor(app).address)
    return Verified(username=body.username.lower())


@app.post(
    "/api/auth/login",
    tags=["auth"],
    summary="Sign in",
    operation_id="login",
    responses=problems(400, 401, 413, 415, 422, 429, 503, ok=Session),
)
def login(body: Login) -> Session:
    return _session(sessions.login(body.username.strip(), body.password, visitor(app), _named))


@app.post(
    "/api/auth/refresh",
    tags=["auth"],
    summary="Renew the tokens of a session; using a refresh token twice ends it",
    operation_id="refresh",
    responses=problems(400, 401, 413, 415, 422, 429, 503, ok=Session),
)
def refresh(body: Refresh) -> Session:
    return _session(sessions.refresh(body.refresh_token, visitor(app)))


@app.post(
    "/api/auth/logout",
    tags=["auth"],
    summary="End this session",
    operation_id="logout",
    status_code=204,
    responses=problems(401, 413, 415, 400, 429, 503, empty=True),
)
def logout() -> Response[None]:
    """Nothing can be renewed any more; the access token lives to its end."""
    sessions.revoke(principal(app).username, session_id(app), visitor(app))
    return Response(HTTPStatus.NO_CONTENT.value)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
