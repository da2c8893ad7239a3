"""Entry point of onboarding_api: applications over HTTP, for applicants (signed in or resumed) and operators."""

from __future__ import annotations

import os
import secrets as random
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import httpx
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from botocore.config import Config
from pydantic import BaseModel, Field, StringConstraints
from rapport.customers.model import Email, Words
from rapport.documents.service import DocumentService
from rapport.documents.store import DOWNLOAD_S, BucketFiles, DynamoDocumentStore, DynamoValues
from rapport.identity.http import principal, require
from rapport.identity.model import Principal, Role
from rapport.identity.service import e164
from rapport.onboarding.adapters import ApplicationDocuments, Sender, VonageVerifications, VonageVideos
from rapport.onboarding.desk import DAY_MS, MOST_APPLICATIONS, MOST_CODES, Counter, Desk
from rapport.onboarding.gateway import StepFunctionsWorkflow
from rapport.onboarding.model import (
    Applicant,
    Application,
    EffectKind,
    Event,
    HelpAction,
    Language,
    ReviewDecision,
    State,
    Tag,
)
from rapport.onboarding.products import ProductId
from rapport.onboarding.progress import audited
from rapport.onboarding.settings import OnboardingApiSettings
from rapport.onboarding.store import ApplicationQuery, DynamoJournal, DynamoTokens, ResumeTokens
from rapport.onboarding.view import ApplicationView, OperatorView, for_applicant, for_operator
from rapport.runtime.chain import Integrity
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    TooManyRequestsError,
    UnauthenticatedError,
)
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.vendors.email import SesEmail
from rapport.vendors.errors import VendorError
from rapport.vendors.foxit import Foxit, foxit_http
from rapport.vendors.secrets import SecretStore
from rapport.vendors.vonage import Vonage, vonage_http

settings = OnboardingApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
vendor_secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
http = httpx.Client()
vonage = Vonage(settings, vendor_secrets, vonage_http(http, vendor_secrets))
videos = VonageVideos(vonage)
journal = DynamoJournal(dynamodb, settings.onboarding_table)
resuming = ResumeTokens(dynamodb, settings.onboarding_table, now_ms)
email = SesEmail(settings, boto3.client("sesv2", config=Config(retries={"total_max_attempts": 1})))
sender = Sender(vonage, email, bank=settings.bank_name, link=f"{settings.console_url}/onboarding")
document_store = DynamoDocumentStore(dynamodb, settings.documents_table)
files = BucketFiles(boto3.client("s3", config=Config(signature_version="s3v4")), settings.files_bucket)
documents = DocumentService(
    document_store,
    DynamoValues(dynamodb, settings.documents_table, now_ms),
    files,
    Foxit(settings, vendor_secrets, foxit_http(http, vendor_secrets)),
    now_ms,
)
APART_MS = settings.onboarding_code_apart_s * 1000
desk = Desk(
    Counter(
        journal=journal,
        tokens=DynamoTokens(dynamodb, settings.onboarding_table, now_ms),
        workflow=StepFunctionsWorkflow(
            boto3.client("stepfunctions"),
            settings.onboarding_application_workflow,
            settings.timeouts(),
        ),
        verifications=VonageVerifications(vonage, settings.bank_name),
        documents=ApplicationDocuments(documents, settings.bank_name),
        now=now_ms,
        code_apart_ms=APART_MS,
    )
)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

RESUME_S = 30 * 60
SESSION_S = 2 * 3600
ID = r"^[A-Za-z0-9._:-]{1,128}$"
ApplicationId = Annotated[str, Path(description="The application's id", pattern=ID)]
Session = Annotated[str, Header(alias="x-onboarding-session", description="What a resume link was exchanged for")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
OPERATORS = (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


class NewApplication(Body):
    """Who applies for what. The phone number gets a code. `device` is a random id that the browser keeps;
    `utc_offset_min` is how many minutes its clock is east of UTC, so that nobody is reminded at night.
    """

    name: Words
    phone: Annotated[str, StringConstraints(min_length=8, max_length=20)]
    email: Email
    birth_date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    language: Language
    product: AsWord[ProductId]
    device: Annotated[str, StringConstraints(max_length=64)] = ""
    utc_offset_min: Annotated[int, Field(ge=-720, le=840)] | None = None


class ApplicationPage(BaseModel):
    """A page of applications, the last changed first. It may be short although a cursor follows."""

    items: list[OperatorView]
    next_cursor: str | None


class Code(Body):
    """The code that was sent by SMS."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,10}$")]


class Signature(Body):
    """The applicant's name, typed under a document."""

    document_id: Annotated[str, StringConstraints(pattern=ID)]
    name: Words


class Review(Body):
    """A decision, its reason's code, and words for the file. All but an approval need words."""

    decision: AsWord[ReviewDecision]
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
    text: Text = ""


class Help(Body):
    """What was done about a step that failed. All but another try need words."""

    action: AsWord[HelpAction]
    text: Text = ""


class Which(Body):
    """One of the caller's applications; without an id, the newest."""

    application_id: Annotated[str, StringConstraints(pattern=ID)] | None = None


class VideoEntry(BaseModel):
    """How to enter the video session: for Vonage's client library. The token is good for two hours."""

    session_id: str
    token: str


class DocumentAddress(BaseModel):
    """An address of a document's newest file that works until `expires_at` (epoch ms)."""

    document_id: str
    title: str
    url: str
    expires_at: int


class ResumeToken(Body):
    """What the resume link carries."""

    token: Annotated[str, StringConstraints(min_length=16, max_length=128)]


class Resumed(BaseModel):
    """A session of one application for two hours: send it as `X-Onboarding-Session`."""

    session: str
    expires_at: int
    application: ApplicationView


class Sent(BaseModel):
    """Whether a link could be sent."""

    sent: bool


class History(BaseModel):
    """Everything that happened to an application, and whether the record is whole."""

    events: list[Event]
    verification: Integrity


def as_applicant(application: Application) -> ApplicationView:
    return for_applicant(application, most_codes=MOST_CODES, apart_ms=APART_MS)


def as_operator(application: Application) -> OperatorView:
    return for_operator(application, most_codes=MOST_CODES, apart_ms=APART_MS)


def existing(application_id: str) -> Application:
    application = journal.load(application_id)
    if application is None:
        raise NotFoundError("there is no such application")
    return application


def newest(caller: Principal) -> Application | None:
    found, _ = journal.page(ApplicationQuery(username=caller.username), limit=1, cursor=None)
    return found[0] if found else None


def own(application_id: str) -> Application:
    """The caller's own application. Somebody else's does not exist for them."""
    application = existing(application_id)
    if application.username != principal(app).username:
        raise NotFoundError("there is no such application")
    return application


def chosen(which: Which) -> Application:
    if which.application_id is not None:
        return own(which.application_id)
    application = newest(principal(app))
    if application is None:
        raise NotFoundError("you have no application yet")
    return application


def resumed(session: str) -> Application:
    application_id = resuming.peek(session)
    if application_id is None:
        raise UnauthenticatedError("the session has ended; sign in, or ask for a new link")
    return existing(application_id)


def operator() -> Principal:
    return require(app, *OPERATORS)


def entry(application: Application, role: str, name: str) -> VideoEntry:
    session = application.effect(EffectKind.VIDEO_SESSION)
    if application.state is not State.VIDEO or session is None:
        raise ConflictError("there is no video session now")
    return VideoEntry(session_id=session.id, token=videos.token(session.id, role=role, name=name))


@app.post(
    "/api/onboarding/start",
    tags=["onboarding"],
    summary="Begin an application; whoever has an open one gets that",
    operation_id="startOnboarding",
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, created=ApplicationView),
)
def start(body: NewApplication) -> Response[ApplicationView]:
    caller = require(app, Role.CUSTOMER)

    def begin() -> ApplicationView:
        mine, _ = journal.page(ApplicationQuery(username=caller.username), limit=MOST_APPLICATIONS, cursor=None)
        if mine and not mine[0].state.over:
            return as_applicant(mine[0])
        if sum(application.started_at > now_ms() - DAY_MS for application in mine) >= MOST_APPLICATIONS:
            raise TooManyRequestsError("you have begun many applications today; try again tomorrow, or call us")
        fields = body.model_dump(exclude={"phone"}, mode="json")
        applicant = Applicant(application_id=new_id(), username=caller.username, phone=_e164(body.phone), **fields)
        return as_applicant(desk.start(applicant))

    made = idempotency.once(app, caller.username, "startOnboarding", body, begin)
    return Response(
        HTTPStatus.CREATED.value, body=ApplicationView.model_validate(made), content_type="application/json"
    )


@app.get(
    "/api/onboarding/status",
    tags=["onboarding"],
    summary="Where the caller's application is",
    operation_id="onboardingStatus",
    responses=problems(401, 404, 422, 429, 503, ok=ApplicationView),
)
def status(
    application_id: Annotated[str | None, Query(pattern=ID, description="Without it, the newest")] = None,
) -> ApplicationView:
    return as_applicant(chosen(Which(application_id=application_id)))


@app.post(
    "/api/onboarding/send-sms",
    tags=["onboarding"],
    summary="Send another code; three in all, half a minute apart",
    operation_id="sendOnboardingSms",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=ApplicationView),
)
def send_sms(body: Which) -> ApplicationView:
    return as_applicant(desk.another_code(chosen(body).application_id))


@app.post(
    "/api/onboarding/video-session",
    tags=["onboarding"],
    summary="How to enter the video session",
    operation_id="enterVideoSession",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=VideoEntry),
)
def video_session(body: Which) -> VideoEntry:
    caller = principal(app)
    if caller.has(*OPERATORS) and body.application_id is not None:
        return entry(existing(body.application_id), "operator", caller.username)
    return entry(chosen(body), "applicant", "applicant")


@app.post(
    "/api/onboarding/resume-link",
    tags=["onboarding"],
    summary="Send a link with which to go on elsewhere; it works once, for half an hour",
    operation_id="sendResumeLink",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=Sent),
)
def resume_link(body: Which) -> Sent:
    application = chosen(body)
    applicant = journal.applicant(application.application_id)
    if application.state.over or applicant is None:
        raise ConflictError("the application is over")
    token = random.token_urlsafe(24)
    resuming.keep(application.application_id, token, seconds=RESUME_S)
    link = f"{settings.console_url}/onboarding/resume#{token}"
    try:
        sender.send_with(applicant, application, "resume", link)
    except VendorError:
        return Sent(sent=False)
    return Sent(sent=True)


@app.post(
    "/api/onboarding/resume",
    tags=["onboarding"],
    summary="Exchange the token of a resume link for a session of that application",
    operation_id="resumeOnboarding",
    responses=problems(400, 401, 413, 415, 422, 429, 503, ok=Resumed),
)
def resume(body: ResumeToken) -> Resumed:
    application_id = resuming.take(body.token)
    if application_id is None:
        raise UnauthenticatedError("the link was used or is too old; ask for a new one")
    session = random.token_urlsafe(32)
    resuming.open(application_id, session, seconds=SESSION_S)
    application = desk.resumed(existing(application_id).application_id)
    return Resumed(session=session, expires_at=now_ms() + SESSION_S * 1000, application=as_applicant(application))


@app.get(
    "/api/onboarding/resumed/status",
    tags=["onboarding"],
    summary="Where the resumed application is",
    operation_id="resumedStatus",
    responses=problems(401, 422, 429, 503, ok=ApplicationView),
)
def resumed_status(session: Session) -> ApplicationView:
    return as_applicant(resumed(session))


@app.post(
    "/api/onboarding/resumed/code",
    tags=["onboarding"],
    summary="Enter the code of the resumed application",
    operation_id="resumedCode",
    responses=problems(400, 401, 409, 413, 415, 422, 429, 503, ok=ApplicationView),
)
def resumed_code(body: Code, session: Session) -> ApplicationView:
    return as_applicant(desk.enter_code(resumed(session).application_id, body.code))


@app.post(
    "/api/onboarding/resumed/send-sms",
    tags=["onboarding"],
    summary="Send another code for the resumed application",
    operation_id="resumedSendSms",
    responses=problems(401, 409, 422, 429, 503, ok=ApplicationView),
)
def resumed_send_sms(session: Session) -> ApplicationView:
    return as_applicant(desk.another_code(resumed(session).application_id))


@app.post(
    "/api/onboarding/resumed/video-session",
    tags=["onboarding"],
    summary="How to enter the video session of the resumed application",
    operation_id="resumedVideoSession",
    responses=problems(401, 409, 422, 429, 503, ok=VideoEntry),
)
def resumed_video_session(session: Session) -> VideoEntry:
    return entry(resumed(session), "applicant", "applicant")


@app.post(
    "/api/onboarding/resumed/sign",
    tags=["onboarding"],
    summary="Sign a document of the resumed application",
    operation_id="resumedSign",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=ApplicationView),
)
def resumed_sign(body: Signature, session: Session) -> ApplicationView:
    return as_applicant(desk.sign(resumed(session).application_id, body.document_id, name=body.name))


@app.get(
    "/api/onboarding/resumed/documents/<document_id>",
    tags=["onboarding"],
    summary="An address from which a document of the resumed application can be read for five minutes",
    operation_id="resumedDocument",
    responses=problems(401, 404, 422, 429, 503, ok=DocumentAddress),
)
def resumed_document(
    document_id: Annotated[str, Path(description="The document's id", pattern=ID)], session: Session
) -> DocumentAddress:
    application = resumed(session)
    document = document_store.load(document_id) if document_id in application.documents else None
    if document is None:
        raise NotFoundError("this application has no such document")
    now = now_ms()
    document_store.downloaded(document, by=application.username, at=now)
    return DocumentAddress(
        document_id=document_id,
        title=document.title,
        url=files.download_url(document),
        expires_at=now + DOWNLOAD_S * 1000,
    )


@app.get(
    "/api/onboarding",
    tags=["onboarding"],
    summary="Applications by state and tag, for operators",
    operation_id="listApplications",
    responses=problems(401, 403, 422, 429, 503, ok=ApplicationPage),
)
def list_applications(
    state: Annotated[State | None, Query(description="Only in this state")] = None,
    tag: Annotated[Tag | None, Query(description="Only with this tag")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> ApplicationPage:
    operator()
    found, after = journal.page(ApplicationQuery(state=state, tag=tag), limit=limit, cursor=cursor)
    return ApplicationPage(items=[as_operator(application) for application in found], next_cursor=after)


@app.get(
    "/api/onboarding/<application_id>",
    tags=["onboarding"],
    summary="An application as an operator sees it",
    operation_id="getApplication",
    responses=problems(401, 403, 404, 422, 429, 503, ok=OperatorView),
)
def get_application(application_id: ApplicationId) -> OperatorView:
    operator()
    return as_operator(existing(application_id))


@app.get(
    "/api/onboarding/<application_id>/applicant",
    tags=["onboarding"],
    summary="Who applies, for operators",
    operation_id="getApplicant",
    responses=problems(401, 403, 404, 422, 429, 503, ok=Applicant),
)
def get_applicant(application_id: ApplicationId) -> Applicant:
    operator()
    applicant = journal.applicant(application_id)
    if applicant is None:
        raise NotFoundError("there is no such application, or its applicant has been erased")
    return applicant


@app.get(
    "/api/onboarding/<application_id>/events",
    tags=["onboarding"],
    summary="Everything that happened to an application, and whether the record is whole",
    operation_id="listApplicationEvents",
    responses=problems(401, 403, 404, 422, 429, 503, ok=History),
)
def list_events(application_id: ApplicationId) -> History:
    operator()
    application = existing(application_id)
    events = journal.events(application_id)
    return History(events=events, verification=audited(application, events))


@app.post(
    "/api/onboarding/<application_id>/code",
    tags=["onboarding"],
    summary="Enter the code that was sent by SMS",
    operation_id="enterOnboardingCode",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=ApplicationView),
)
def enter_code(application_id: ApplicationId, body: Code) -> ApplicationView:
    return as_applicant(desk.enter_code(own(application_id).application_id, body.code))


@app.post(
    "/api/onboarding/<application_id>/sign",
    tags=["onboarding"],
    summary="Sign a document by typing one's name",
    operation_id="signDocument",
    responses=problems(400, 401, 404, 409, 413, 415, 422, 429, 503, ok=ApplicationView),
)
def sign(application_id: ApplicationId, body: Signature) -> ApplicationView:
    return as_applicant(desk.sign(own(application_id).application_id, body.document_id, name=body.name))


@app.post(
    "/api/onboarding/<application_id>/withdraw",
    tags=["onboarding"],
    summary="Take an application back; what was done outside is undone",
    operation_id="withdrawApplication",
    responses=problems(401, 404, 409, 422, 429, 503, ok=ApplicationView),
)
def withdraw(application_id: ApplicationId) -> ApplicationView:
    application = own(application_id)
    return as_applicant(desk.withdraw(application.application_id))


@app.post(
    "/api/onboarding/<application_id>/video-held",
    tags=["onboarding"],
    summary="Say that the video session took place, for operators",
    operation_id="videoHeld",
    responses=problems(401, 403, 404, 409, 422, 429, 503, ok=OperatorView),
)
def video_held(application_id: ApplicationId) -> OperatorView:
    caller = operator()
    return as_operator(desk.video_held(existing(application_id).application_id, by=caller.username))


@app.post(
    "/api/onboarding/<application_id>/review",
    tags=["onboarding"],
    summary="Approve, reject, or ask for the documents again, for operators",
    operation_id="reviewApplication",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=OperatorView),
)
def review(application_id: ApplicationId, body: Review) -> OperatorView:
    caller = operator()
    application = existing(application_id)
    if application.state is not State.REVIEW:
        raise ConflictError(f"the application is at {application.state.value}: there is nothing to review")
    _not_own(application, caller)
    decided = desk.review(application_id, body.decision, code=body.code, text=body.text, by=caller.username)
    return as_operator(decided)


@app.post(
    "/api/onboarding/<application_id>/help",
    tags=["onboarding"],
    summary="Answer a step that failed: try again, done by hand, or give up, for operators",
    operation_id="helpApplication",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=OperatorView),
)
def help_application(application_id: ApplicationId, body: Help) -> OperatorView:
    caller = operator()
    application = existing(application_id)
    if application.failed_step is None:
        raise ConflictError("no step of this application has failed")
    _not_own(application, caller)
    return as_operator(desk.help(application_id, body.action, text=body.text, by=caller.username))


def _not_own(application: Application, caller: Principal) -> None:
    if application.username == caller.username:
        raise ForbiddenError("nobody decides on their own application")


def _e164(text: str) -> str:
    try:
        return e164(text)
    except InvalidInputError as error:
        raise InvalidInputError(error.detail, field="phone") from None


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    return serve(app, event, context)
