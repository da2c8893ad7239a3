"""Entry point of identity_api: /api/auth/*."""

from __future__ import annotations

import base64
import json
import os
from http import HTTPStatus
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict, StringConstraints
from rapport.identity.gateway import CognitoDirectory
from rapport.identity.model import principal_of
from rapport.identity.service import IdentityService, Tokens
from rapport.identity.settings import IdentityApiSettings
from rapport.runtime.documented import problems
from rapport.runtime.http import create_app, serve

settings = IdentityApiSettings.from_environment(os.environ)
service = IdentityService(
    CognitoDirectory(boto3.client("cognito-idp"), settings.user_pool_id, settings.user_pool_client_id)
)
app = create_app()

EMAIL = r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$"
Username = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


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
    """Where the code was sent, masked."""

    medium: str
    destination: str


class Registered(BaseModel):
    username: str
    delivery: CodeDelivery


class Verification(Body):
    """The code that was sent at registration."""

    username: Username
    code: Annotated[str, StringConstraints(min_length=4, max_length=12, pattern=r"^[0-9]+$")]


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
    """Tokens of a session. The access token is the bearer token; `expires_in` is in seconds."""

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


def _session(tokens: Tokens, refresh_token: str) -> Session:
    principal = principal_of(_claims(tokens.access))
    return Session(
        access_token=tokens.access,
        id_token=tokens.identity,
        refresh_token=tokens.refresh or refresh_token,
        expires_in=tokens.expires_in,
        user=SignedInUser(
            username=principal.username,
            roles=sorted(principal.roles),
            teams=sorted(principal.teams),
            locale=_claims(tokens.identity).get("locale"),
        ),
    )


@app.post(
    "/api/auth/register",
    tags=["auth"],
    summary="Register a customer",
    operation_id="register",
    status_code=201,
    responses=problems(400, 409, 413, 415, 422, 429, 503, created=Registered),
)
def register(body: Registration) -> Response[Registered]:
    delivery = service.register(
        username=body.username,
        email=body.email,
        password=body.password,
        phone_number=body.phone_number,
        locale=body.locale,
    )
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
    responses=problems(400, 409, 413, 415, 422, 429, 503, ok=Verified),
)
def verify(body: Verification) -> Verified:
    service.verify(body.username, body.code)
    return Verified(username=body.username.lower())


@app.post(
    "/api/auth/login",
    tags=["auth"],
    summary="Sign in",
    operation_id="login",
    responses=problems(400, 401, 413, 415, 422, 429, 503, ok=Session),
)
def login(body: Login) -> Session:
    return _session(service.login(body.username, body.password), "")


@app.post(
    "/api/auth/refresh",
    tags=["auth"],
    summary="Renew the tokens of a session",
    operation_id="refresh",
    responses=problems(400, 401, 413, 415, 422, 429, 503, ok=Session),
)
def refresh(body: Refresh) -> Session:
    return _session(service.refresh(body.refresh_token), body.refresh_token)


@app.post(
    "/api/auth/logout",
    tags=["auth"],
    summary="End all sessions of the caller",
    operation_id="logout",
    status_code=204,
    responses=problems(401, 413, 415, 400, 429, 503, empty=True),
)
def logout() -> Response[None]:
    service.logout(app.current_event.headers["authorization"].split(" ", 1)[1])
    return Response(HTTPStatus.NO_CONTENT.value)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
