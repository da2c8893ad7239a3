"""Entry point of callers_api: who is calling, and what people say of it."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import unquote

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field, StringConstraints, model_validator
from rapport.callers.campaigns import Campaign, CampaignVerdict
from rapport.callers.desk import Asked, CallerDesk
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.evidence import CallerEvidence
from rapport.callers.judge import Judge
from rapport.callers.lists import ListName
from rapport.callers.profile import CallerProfile, CampaignSummary, ListEntry
from rapport.callers.settings import CallersApiSettings
from rapport.callers.store import DynamoWatch
from rapport.callers.tokens import TOKEN, tokens_from
from rapport.calls.store import DynamoCallStore
from rapport.customers.phone import CallerNumber, read_number
from rapport.customers.store import CustomerStore
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.inference.spam_caller import load_spam_caller
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.vendors.secrets import SecretStore

LONGEST_DAYS = 365

settings = CallersApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
watch = DynamoWatch(dynamodb, settings.callers_table, now_ms)
store = DynamoCallers(dynamodb, settings.callers_table)
calls = DynamoCallStore(dynamodb, settings.calls_table)
customers = CustomerStore(dynamodb, settings.customers_table)
desk = CallerDesk(
    store=store,
    network=watch,
    judge=Judge(network=watch, model=load_spam_caller(rapport_inference.ROOT / "models"), clock=now_ms),
    clock=now_ms,
)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

Token = Annotated[str, StringConstraints(pattern=TOKEN.pattern)]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=40)]
ContactId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
CampaignId = Annotated[str, Path(description="The campaign's id", pattern=r"^c_[0-9a-f]{20}$")]
READ = (401, 403, 404, 422, 429, 503)
PAGE = (401, 403, 422, 429, 503)
WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class Whom(Body):
    """A number: either as people write it, or its token."""

    phone: Phone | None = None
    caller: Token | None = None


class NewListEntry(Whom):
    """A number to put on a list for some days."""

    list: AsWord[ListName]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90
    reason: Words = ""

    @model_validator(mode="after")
    def _one_number(self) -> NewListEntry:
        if (self.phone is None) == (self.caller is None):
            raise ValueError("send either phone or caller")
        return self


class CallerFeedback(Whom):
    """What was wrong or right with a call: of a number, or of the contact it came with."""

    contact_id: ContactId | None = None
    spam: bool

    @model_validator(mode="after")
    def _some_number(self) -> CallerFeedback:
        if sum(given is not None for given in (self.phone, self.caller, self.contact_id)) != 1:
            raise ValueError("send one of contact_id, phone and caller")
        return self


class CampaignJudgement(Body):
    verdict: AsWord[CampaignVerdict]


class CallerFeedbackTaken(BaseModel):
    """What the lists hold of the number after the feedback."""

    caller: str
    spam: bool
    block: ListEntry | None
    allow: ListEntry | None


class ListEntryPage(BaseModel):
    """A page of a list, newest first; what is over stays listed until it vanishes, with `until` in the past."""

    items: list[ListEntry]
    next_cursor: str | None


class CampaignPage(BaseModel):
    """A page of campaigns, the latest first."""

    items: list[CampaignSummary]
    next_cursor: str | None


class CampaignMember(BaseModel):
    """A number of a campaign; first and last call in epoch ms, and what brought it in."""

    caller: str
    first: int
    last: int
    evidence: CallerEvidence


class CampaignEdge(BaseModel):
    """Two members and what they share; `weight` is 0 to 1."""

    one: str
    other: str
    evidence: CallerEvidence
    weight: float


class CampaignDetail(CampaignSummary):
    """A campaign with its newest 300 members and at most 400 lines between them."""

    members: list[CampaignMember]
    edges: list[CampaignEdge]


class CallerLabel(BaseModel):
    """An example for spam_caller: what an agent said, and what the model saw of the number then."""

    caller: str
    at: int
    spam: bool
    probability: float
    model: float
    campaign: str | None
    features: dict[str, float]


class CallerLabelPage(BaseModel):
    """A page of labelled examples, newest first."""

    items: list[CallerLabel]
    next_cursor: str | None


def staff() -> Principal:
    """The caller, who must work here."""
    return require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def lead() -> Principal:
    """The caller, who must be somebody who decides for others."""
    return require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def read_phone(text: str, field: str) -> CallerNumber:
    number = read_number(text)
    if number.e164 is None:
        raise InvalidInputError("this is not a phone number", field=field)
    return number


def by_number(number: CallerNumber) -> Asked:
    """The number with its token and, where it is a customer's, whose it is."""
    e164, tokens = number.e164 or "", tokens_from(secrets)
    customer = customers.by_phone(e164)
    return Asked(
        token=tokens.of(e164),
        block=tokens.block_of(e164),
        number=number,
        customer_id=customer.customer_id if customer else None,
        ending=e164[-4:] if customer else None,
    )


def by_token(token: str) -> Asked:
    """The token, and whose the number is if it is a customer's now."""
    state = store.dossier(token).state
    for customer_id in state.customers if state else ():
        customer = customers.get(customer_id)
        if customer is not None and tokens_from(secrets).of(customer.phone) == token:
            return Asked(token=token, customer_id=customer_id, ending=customer.phone[-4:])
    return Asked(token=token)


def asked_of(whom: Whom, contact_id: str | None, caller: Principal) -> Asked:
    """The number a body names."""
    if whom.caller is not None:
        return by_token(whom.caller)
    if whom.phone is not None:
        return by_number(read_phone(whom.phone, "phone"))
    stored = calls.load(contact_id or "")
    call = stored.call if stored else None
    if call is None or not caller.can_see(agent_id=call.agent_id, team=call.team):
        raise NotFoundError("there is no such call", field="contact_id")
    if call.phone is None:
        raise InvalidInputError("this call came without a number", field="contact_id")
    return by_number(read_phone(call.phone, "contact_id"))


def detail(campaign: Campaign) -> CampaignDetail:
    summary = CampaignSummary.of(campaign, now_ms())
    return CampaignDetail(
        **dict(summary),
        members=[
            CampaignMember(caller=token, first=member.first, last=member.last, evidence=member.evidence)
            for token, member in sorted(campaign.members.items(), key=lambda pair: (pair[1].first, pair[0]))
        ],
        edges=[
            CampaignEdge(one=edge.one, other=edge.other, evidence=edge.evidence, weight=edge.weight)
            for edge in campaign.edges.values()
        ],
    )


@app.get("/api/profiles/caller/<phone_number>", tags=["profiles"], summary="What is known of a caller's number",
         description="By number in any form, or by the token that lists and campaigns show.",
         operation_id="getCallerProfile", responses=problems(*READ, ok=CallerProfile))  # fmt: skip
def get_caller(
    phone_number: Annotated[str, Path(description="+81312345678, or a token", min_length=3, max_length=60)],
) -> CallerProfile:
    staff()
    asked = unquote(phone_number)
    if TOKEN.fullmatch(asked):
        return desk.profile(by_token(asked))
    return desk.profile(by_number(read_phone(asked, "phone_number")))


@app.get("/api/callers/lists", tags=["callers"], summary="Numbers on the block or the allow list",
         operation_id="listCallerEntries", responses=problems(*PAGE, ok=ListEntryPage))  # fmt: skip
def list_entries(
    name: Annotated[ListName, Query(alias="list", description="Which list")] = ListName.BLOCK,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ListEntryPage:
    staff()
    found, following = store.entries(name, limit=limit, cursor=cursor)
    return ListEntryPage(items=[ListEntry.of(entry) for entry in found], next_cursor=following)


@app.post("/api/callers/lists", tags=["callers"], summary="Block or allow a number until a day",
          operation_id="putCallerOnList", status_code=201, responses=problems(*WRITE, created=ListEntry))  # fmt: skip
def put_entry(body: NewListEntry) -> Response[ListEntry]:
    caller = lead()

    def operation() -> ListEntry:
        token = asked_of(body, None, caller).token
        entry = desk.put_on_list(token, body.list, days=body.days, by=caller.username, reason=body.reason)
        return ListEntry.of(entry)

    made = idempotency.once(app, caller.username, "callers/lists", body, operation)
    return Response(HTTPStatus.CREATED.value, body=ListEntry.model_validate(made), content_type="application/json")


@app.delete("/api/callers/lists/<name>/<caller>", tags=["callers"], summary="Take a number off a list",
            operation_id="takeCallerOffList", status_code=204,
            responses=problems(401, 403, 404, 422, 429, 503, empty=True))  # fmt: skip
def delete_entry(
    name: ListName, caller: Annotated[str, Path(description="The number's token", pattern=TOKEN.pattern)]
) -> Response[None]:
    lead()
    desk.take_off_list(caller, name)
    return Response(HTTPStatus.NO_CONTENT.value)


@app.post("/api/callers/feedback", tags=["callers"], summary="Say that a call was spam, or that it was not",
          operation_id="giveCallerFeedback", responses=problems(*WRITE, ok=CallerFeedbackTaken))  # fmt: skip
def give_feedback(body: CallerFeedback) -> CallerFeedbackTaken:
    caller = staff()

    def operation() -> CallerFeedbackTaken:
        asked = asked_of(body, body.contact_id, caller)
        lists = desk.feedback(asked, spam=body.spam, by=caller.username, contact_id=body.contact_id)
        now = now_ms()
        block, allow = lists.block, lists.allow
        return CallerFeedbackTaken(
            caller=asked.token,
            spam=body.spam,
            block=ListEntry.of(block) if block and block.holds(now) else None,
            allow=ListEntry.of(allow) if allow and allow.holds(now) else None,
        )

    return CallerFeedbackTaken.model_validate(
        idempotency.once(app, caller.username, "callers/feedback", body, operation)
    )


@app.get("/api/callers/campaigns", tags=["callers"], summary="Campaigns, the latest first",
         operation_id="listCampaigns", responses=problems(*PAGE, ok=CampaignPage))  # fmt: skip
def list_campaigns(cursor: Cursor = None, limit: Limit = 25) -> CampaignPage:
    staff()
    found, following = store.campaigns(limit=limit, cursor=cursor)
    now = now_ms()
    return CampaignPage(items=[CampaignSummary.of(campaign, now) for campaign in found], next_cursor=following)


@app.get("/api/callers/campaigns/<campaign_id>", tags=["callers"], summary="A campaign, its numbers and links",
         operation_id="getCampaign", responses=problems(*READ, ok=CampaignDetail))  # fmt: skip
def get_campaign(campaign_id: CampaignId) -> CampaignDetail:
    staff()
    return detail(desk.campaign(campaign_id))


@app.post("/api/callers/campaigns/<campaign_id>/verdict", tags=["callers"], summary="Say what a campaign is",
          operation_id="judgeCampaign", responses=problems(*WRITE, ok=CampaignDetail))  # fmt: skip
def judge_campaign(campaign_id: CampaignId, body: CampaignJudgement) -> CampaignDetail:
    caller = lead()
    made = idempotency.once(
        app,
        caller.username,
        f"callers/campaigns/{campaign_id}/verdict",
        body,
        lambda: detail(desk.judge_campaign(campaign_id, body.verdict, caller.username)),
    )
    return CampaignDetail.model_validate(made)


@app.get("/api/callers/labels", tags=["callers"], summary="Calls that agents labelled, to train spam_caller on",
         operation_id="listCallerLabels", responses=problems(*PAGE, ok=CallerLabelPage))  # fmt: skip
def list_labels(cursor: Cursor = None, limit: Limit = 100) -> CallerLabelPage:
    require(app, Role.ANALYST, Role.ADMIN)
    found, following = store.labels(limit=limit, cursor=cursor)
    return CallerLabelPage(
        items=[
            CallerLabel(
                caller=label.token,
                at=label.at,
                spam=label.spam,
                probability=label.probability,
                model=label.model,
                campaign=label.campaign,
                features=dict(label.features),
            )
            for label in found
        ],
        next_cursor=following,
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
