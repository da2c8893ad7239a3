"""Entry point of assist_api: the profile assistant beside a Genesys conversation."""

from __future__ import annotations

import os
from typing import Annotated, Any

import boto3
import httpx
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from botocore.config import Config
from botocore.session import Session
from pydantic import BaseModel, StringConstraints, model_validator
from rapport.assist.identity import NUMBER, Subject
from rapport.assist.model import AssistProfile
from rapport.assist.service import Assistant, Connected, Owner, Started
from rapport.assist.settings import AssistApiSettings
from rapport.assist.store import AssistStore
from rapport.customers.store import CustomerStore
from rapport.identity.http import require, session_id
from rapport.identity.model import Role
from rapport.runtime.documented import problems
from rapport.runtime.http import Body, create_app, serve
from rapport.vendors.aws_identity_gateway import AwsCallerIdentity
from rapport.vendors.bigquery import BigQuery, bigquery_http, google_http
from rapport.vendors.genesys import CONVERSATION_ID, Genesys, genesys_http
from rapport.vendors.google_identity import GoogleIdentity
from rapport.vendors.secrets import SecretStore

STAFF = (Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)

settings = AssistApiSettings.from_environment(os.environ)
# Panels use it side by side, and a panel has seconds only.
dynamodb = boto3.client(
    "dynamodb",
    config=Config(max_pool_connections=16, connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2}),
)
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
client = httpx.Client()
identity = GoogleIdentity(
    settings,
    secrets,
    google_http(client, secrets),
    AwsCallerIdentity(Session(), os.environ.get("AWS_REGION", "us-east-1")),
)
store = AssistStore(dynamodb, settings.assist_table)
assistant = Assistant(
    genesys=Genesys(settings, secrets, genesys_http(client, secrets)),
    sessions=store,
    cache=store,
    warehouse=BigQuery(settings, secrets, bigquery_http(client, identity.forget), identity),
    customers=CustomerStore(dynamodb, settings.customers_table),
)
app = create_app()

ConversationId = Annotated[str, Path(description="The conversation's id in Genesys", pattern=CONVERSATION_ID)]
Opaque = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,4096}$")]


class NewAssistSession(Body):
    """Empty to begin a sign-in, or `code` and `state` as they came back from Genesys to finish it.

    `region` is the domain of a Genesys region, as an embedded page is told it; it must be our organisation's own.
    `conversation_id` is kept and given back at the end, so that the page finds its way.
    """

    code: Opaque | None = None
    state: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,200}$")] | None = None
    region: Annotated[str, StringConstraints(max_length=100)] | None = None
    conversation_id: Annotated[str, StringConstraints(pattern=CONVERSATION_ID)] | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> NewAssistSession:
        if (self.code is None) != (self.state is None):
            raise ValueError("send code and state together, or neither")
        return self


class SessionAnswer(BaseModel):
    """`started` when a sign-in was begun, `connected` when one was finished."""

    started: Started | None = None
    connected: Connected | None = None


def owner() -> Owner:
    """The caller, who must work here, and the session that they work in."""
    caller = require(app, *STAFF)
    return Owner(username=caller.username, session=session_id(app) or "-")


@app.post(
    "/api/assist/session",
    tags=["assist"],
    summary="Sign in to Genesys with PKCE: begin without a body's fields, finish with code and state",
    description="Nothing is created that a repetition could create twice: a state and a code work once.",
    operation_id="openAssistSession",
    responses=problems(400, 401, 403, 413, 415, 422, 429, 503, ok=SessionAnswer),
)
def open_session(body: NewAssistSession) -> SessionAnswer:
    whose = owner()
    if body.code is None or body.state is None:
        return SessionAnswer(started=assistant.start(whose, body.region, body.conversation_id))
    return SessionAnswer(connected=assistant.finish(whose, body.state, body.code))


@app.get(
    "/api/assist/conversations/<conversation_id>",
    tags=["assist"],
    summary="Whom a Genesys conversation is about, and what the bank knows of them",
    description=(
        "409 `genesys-sign-in-needed` without a token of Genesys. A customer number that the customer typed opens "
        "nothing: it is a candidate, which the agent confirms by sending it back as `pcin` and `bcin`. Each panel says "
        "how old its data are; a source that is down costs its own panel only."
    ),
    operation_id="getAssistConversation",
    responses=problems(401, 403, 404, 409, 422, 429, 503, ok=AssistProfile),
)
def get_conversation(
    conversation_id: ConversationId,
    pcin: Annotated[str | None, Query(pattern=NUMBER, description="The person that the agent confirms")] = None,
    bcin: Annotated[str | None, Query(pattern=NUMBER, description="The business that the agent confirms")] = None,
) -> AssistProfile:
    whose = owner()
    chosen = Subject(pcin=pcin, bcin=bcin)
    return assistant.profile(whose, conversation_id, chosen if chosen else None)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    return serve(app, event, context)
