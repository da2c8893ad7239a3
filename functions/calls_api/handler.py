"""Entry point of calls_api: live calls over HTTP."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any, Literal

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field, StringConstraints
from rapport.calls.desk import CallDesk
from rapport.calls.keys import Index
from rapport.calls.model import ActionKind, ActionTaken, Call, Channel, Note, Role, Sentiment, TimelineEntry
from rapport.calls.records import Turn
from rapport.calls.service import CallFolder
from rapport.calls.settings import CallsApiSettings
from rapport.calls.store import DynamoCallStore
from rapport.customers.feature_store import FeatureStore
from rapport.customers.ledger import Ledger
from rapport.customers.store import CustomerStore
from rapport.identity.http import require
from rapport.identity.model import Principal
from rapport.identity.model import Role as UserRole
from rapport.inference.intent import PublishedIntents
from rapport.inference.service import Bands, load_payment_risk
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit

settings = CallsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
store = DynamoCallStore(dynamodb, settings.calls_table)
customers = CustomerStore(dynamodb, settings.customers_table)
bands = Bands(high=settings.band_high, medium=settings.band_medium)
desk = CallDesk(
    store=store,
    folder=CallFolder(
        store=store,
        scorer=load_payment_risk(rapport_inference.ROOT / "models", bands),
        customers=FeatureStore(dynamodb, settings.customers_table, Ledger(dynamodb, settings.customers_table)),
        clock=now_ms,
        wanted=PublishedIntents(rapport_inference.ROOT / "models"),
    ),
    clock=now_ms,
    new_id=new_id,
)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

ID = r"^[A-Za-z0-9._:-]{1,128}$"
Identifier = Annotated[str, StringConstraints(pattern=ID)]
ContactId = Annotated[str, Path(description="The contact's id", pattern=ID)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Millis = Annotated[int, Field(ge=0, lt=10**13)]


class StartCall(Body):
    """A call that the caller takes. Without `contact_id` a new one is made."""

    contact_id: Identifier | None = None
    channel: AsWord[Channel] = Channel.VOICE
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en-US"
    customer_id: Identifier | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+[0-9]{6,15}$")] | None = None
    queue: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None


class UtteranceIn(Body):
    """A finished turn. Offsets are milliseconds from the start of the contact."""

    id: Identifier
    role: Literal["AGENT", "CUSTOMER", "SYSTEM"]
    content: Annotated[str, StringConstraints(max_length=8000)]
    begin_offset_millis: Millis
    end_offset_millis: Millis
    sentiment: AsWord[Sentiment] | None = None


class ScoreCustomer(Body):
    """Turns to add before scoring; those known already are not added again."""

    contact_id: Identifier
    utterances: Annotated[list[UtteranceIn], Field(max_length=100)]


class EndCall(Body):
    contact_id: Identifier
    outcome: Literal["PAID", "PROMISED", "REFUSED", "CALLBACK", "RESOLVED", "OTHER"] | None = None


class NewNote(Body):
    text: Text


class NewAction(Body):
    kind: AsWord[ActionKind]
    recommendation: Identifier | None = None
    comment: Annotated[str, StringConstraints(max_length=2000)] = ""


class CallPage(BaseModel):
    """A page of calls, newest first."""

    items: list[Call]
    next_cursor: str | None


class TimelinePage(BaseModel):
    """A page of the timeline in the order of speech."""

    items: list[TimelineEntry]
    next_cursor: str | None


class NoteList(BaseModel):
    items: list[Note]


class ActionList(BaseModel):
    items: list[ActionTaken]


def staff() -> Principal:
    """The caller, who must work here."""
    return require(app, UserRole.AGENT, UserRole.SUPERVISOR, UserRole.ANALYST, UserRole.ADMIN)


@app.post(
    "/api/start_call",
    tags=["calls"],
    summary="Start a call, or take one that Amazon Connect started",
    operation_id="startCall",
    status_code=201,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, created=Call),
)
def start_call(body: StartCall) -> Response[Call]:
    caller = staff()

    def start() -> Call:
        customer = customers.get(body.customer_id) if body.customer_id else None
        if body.customer_id and customer is None:
            raise InvalidInputError("there is no such customer", field="customer_id")
        return desk.start(
            agent_id=caller.username,
            team=caller.team,
            contact_id=body.contact_id,
            channel=body.channel,
            language=body.language,
            customer_id=body.customer_id,
            customer_name=customer.name if customer else None,
            phone=body.phone,
            queue=body.queue,
        )

    call = Call.model_validate(idempotency.once(app, caller.username, "start_call", body, start))
    return Response(HTTPStatus.CREATED.value, body=call, content_type="application/json")


@app.post(
    "/api/score_customer",
    tags=["calls"],
    summary="Add finished turns and score the call",
    operation_id="scoreCustomer",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=Call),
)
def score_customer(body: ScoreCustomer) -> Call:
    caller = staff()
    turns = [
        Turn(
            id=item.id,
            role=Role(item.role),
            participant_id=item.role,
            content=item.content,
            begin_ms=item.begin_offset_millis,
            end_ms=max(item.begin_offset_millis, item.end_offset_millis),
            sentiment=item.sentiment,
        )
        for item in body.utterances
    ]
    return desk.score(body.contact_id, caller, turns)


@app.post(
    "/api/end_call",
    tags=["calls"],
    summary="End a call, with its outcome",
    operation_id="endCall",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=Call),
)
def end_call(body: EndCall) -> Call:
    return desk.end(body.contact_id, staff(), body.outcome)


@app.get(
    "/api/calls",
    tags=["calls"],
    summary="Calls of an agent, a team or a customer, newest first",
    operation_id="listCalls",
    responses=problems(401, 403, 404, 422, 429, 503, ok=CallPage),
)
def list_calls(
    team: Annotated[str | None, Query(max_length=128, description="A team's calls")] = None,
    agent_id: Annotated[str | None, Query(max_length=128, description="An agent's calls")] = None,
    customer_id: Annotated[str | None, Query(max_length=128, description="A customer's calls")] = None,
    active: Annotated[bool | None, Query(description="Only calls that have not ended (or only ended ones)")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> CallPage:
    caller = staff()
    index, value = _selection(caller, team, agent_id, customer_id, active=active)
    calls, following = desk.list_calls(index, value, limit=limit, cursor=cursor)
    visible = [call for call in calls if caller.can_see(agent_id=call.agent_id, team=call.team)]
    if active is not None:
        visible = [call for call in visible if (call.status != "ENDED") is active]
    return CallPage(items=visible, next_cursor=following)


def _selection(
    caller: Principal, team: str | None, agent_id: str | None, customer_id: str | None, *, active: bool | None
) -> tuple[Index, str]:
    """Which index answers the question; without a filter, the caller's own calls or team."""
    if sum(value is not None for value in (team, agent_id, customer_id)) > 1:
        raise InvalidInputError("name one of team, agent_id and customer_id", field="team")
    if customer_id:
        return Index.BY_CUSTOMER, customer_id
    if agent_id:
        return Index.BY_AGENT, agent_id
    if team is None and caller.has(UserRole.SUPERVISOR):
        team = caller.team
    if team:
        if not caller.sees_everything and team not in caller.teams:
            raise NotFoundError("there is no such team")
        return (Index.ACTIVE_BY_TEAM if active else Index.BY_TEAM), team
    if caller.sees_everything:
        raise InvalidInputError("name a team, an agent_id or a customer_id", field="team")
    return Index.BY_AGENT, caller.username


@app.get(
    "/api/calls/<contact_id>",
    tags=["calls"],
    summary="A call with its score",
    operation_id="getCall",
    responses=problems(401, 403, 404, 422, 429, 503, ok=Call),
)
def get_call(contact_id: ContactId) -> Call:
    return desk.get(contact_id, staff())


@app.get(
    "/api/calls/<contact_id>/timeline",
    tags=["calls"],
    summary="What was said, with the score after each turn",
    operation_id="getTimeline",
    responses=problems(401, 403, 404, 422, 429, 503, ok=TimelinePage),
)
def get_timeline(contact_id: ContactId, cursor: Cursor = None, limit: Limit = 100) -> TimelinePage:
    items, following = desk.timeline(contact_id, staff(), limit=limit, cursor=cursor)
    return TimelinePage(items=items, next_cursor=following)


@app.get(
    "/api/calls/<contact_id>/notes",
    tags=["calls"],
    summary="Notes of a call, oldest first",
    operation_id="listNotes",
    responses=problems(401, 403, 404, 422, 429, 503, ok=NoteList),
)
def list_notes(contact_id: ContactId) -> NoteList:
    return NoteList(items=desk.notes(contact_id, staff()))


@app.post(
    "/api/calls/<contact_id>/notes",
    tags=["calls"],
    summary="Write a note",
    operation_id="addNote",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, created=Note),
)
def add_note(contact_id: ContactId, body: NewNote) -> Response[Note]:
    caller = staff()
    route = f"calls/{contact_id}/notes"
    note = idempotency.once(app, caller.username, route, body, lambda: desk.add_note(contact_id, caller, body.text))
    return Response(HTTPStatus.CREATED.value, body=Note.model_validate(note), content_type="application/json")


@app.get(
    "/api/calls/<contact_id>/actions",
    tags=["calls"],
    summary="Actions on a call, oldest first",
    operation_id="listActions",
    responses=problems(401, 403, 404, 422, 429, 503, ok=ActionList),
)
def list_actions(contact_id: ContactId) -> ActionList:
    return ActionList(items=desk.actions(contact_id, staff()))


@app.post(
    "/api/calls/<contact_id>/actions",
    tags=["calls"],
    summary="Escalate, or accept or dismiss a recommendation",
    operation_id="takeAction",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, created=ActionTaken),
)
def take_action(contact_id: ContactId, body: NewAction) -> Response[ActionTaken]:
    caller = staff()
    if body.kind is not ActionKind.ESCALATE and body.recommendation is None:
        raise InvalidInputError("name the recommendation that was accepted or dismissed", field="recommendation")

    def act() -> ActionTaken:
        return desk.act(contact_id, caller, body.kind, recommendation=body.recommendation, comment=body.comment)

    taken = idempotency.once(app, caller.username, f"calls/{contact_id}/actions", body, act)
    answer = ActionTaken.model_validate(taken)
    return Response(HTTPStatus.CREATED.value, body=answer, content_type="application/json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
