"""Entry point of ai_api: structured help by a model or by rules, the chatbot, and what it all cost."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, StringConstraints
from rapport.ai import contexts, results
from rapport.ai.chat import Chat, ChatAnswer, ChatSession, ChatTurn, Handover
from rapport.ai.chat_store import DynamoChatStore
from rapport.ai.compose import compose
from rapport.ai.ledger_store import AiLedger
from rapport.ai.limits_store import RateLimit
from rapport.ai.model import Answer, Feature, Interaction
from rapport.ai.redaction import Redaction
from rapport.ai.service import TENANT
from rapport.ai.settings import AiApiSettings
from rapport.ai.usage import UsageReport, report
from rapport.identity.http import principal, require
from rapport.identity.model import Principal, Role
from rapport.runtime.clock import DAY_MS, day_of, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import NotFoundError
from rapport.runtime.http import Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.vendors.secrets import SecretStore

settings = AiApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
vendor_secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
assistant = compose(dynamodb=dynamodb, secrets=vendor_secrets, table=settings, model=settings)
ledger = AiLedger(dynamodb, settings.ai_table)
conversations = DynamoChatStore(dynamodb, settings.ai_table)
chat = Chat(assistant, conversations)
rate = RateLimit(dynamodb, settings.ai_table)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

ID = r"^[0-9]{13}-[0-9a-f]{16}$"
SessionId = Annotated[str, Path(description="The conversation's id", pattern=ID)]
InteractionId = Annotated[str, Path(description="The answer's id", pattern=ID)]
HandoverId = Annotated[str, Path(description="The request's id", pattern=ID)]
Days = Annotated[int, Query(ge=1, le=92, description="How many UTC days back, today included")]
ASK = (400, 401, 403, 409, 413, 415, 422, 429, 503)

STAFF = (Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
LEADS = (Role.SUPERVISOR, Role.ADMIN)
CHATS_A_MINUTE, QUESTIONS_A_MINUTE = 20, 30
T = TypeVar("T", bound=BaseModel)


class ChatIn(Body):
    """A message to the chatbot; without `session_id` it begins a conversation."""

    message: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    language: contexts.Language = "en"
    session_id: Annotated[str, StringConstraints(pattern=ID)] | None = None


class FeedbackIn(Body):
    """Whether an answer helped."""

    helpful: bool
    comment: Annotated[str, StringConstraints(max_length=500)] | None = None


class TakeIn(Body):
    """A request for a person is taken by the caller."""


class SessionPage(BaseModel):
    items: list[ChatSession]
    next_cursor: str | None


class Conversation(BaseModel):
    """A conversation and a page of what was said, in order."""

    session: ChatSession
    items: list[ChatTurn]
    next_cursor: str | None


class InteractionPage(BaseModel):
    """A page of the ledger, newest first."""

    items: list[Interaction]
    next_cursor: str | None


class HandoverList(BaseModel):
    items: list[Handover]


class PlanAnswer(Answer[results.OnboardingPlan]):
    """A plan of onboarding, with where it is from."""


class MessageAnswer(Answer[results.Communication]):
    """A message, with where it is from."""


class BehaviorAnswer(Answer[results.Behavior]):
    """An analysis of behaviour, with where it is from."""


class FraudOpinionAnswer(Answer[results.FraudOpinion]):
    """An opinion beside the fraud model's, with where it is from. People decide."""


def _left() -> float:
    return float(app.lambda_context.get_remaining_time_in_millis()) / 1000


def _ask(caller: Principal, feature: Feature, body: contexts.Context, answer: type[T]) -> Response[T]:
    """One answer per key. The request is counted against the caller's limit first."""
    rate.count(caller.username, "questions", QUESTIONS_A_MINUTE, now_ms())

    def ask() -> BaseModel:
        return assistant.ask(feature, body, caller.username, remaining_s=_left())

    found = answer.model_validate(idempotency.once(app, caller.username, f"ai/{feature.value}", body, ask))
    return Response(HTTPStatus.CREATED.value, body=found, content_type="application/json")


@app.post(
          "/api/ai/personalize-onboarding", tags=["ai"],
          summary="Steps in order, words, and how likely they are finished",
          operation_id="personalizeOnboarding", status_code=201, responses=problems(*ASK, created=PlanAnswer),
)  # fmt: skip
def personalize(body: contexts.OnboardingContext) -> Response[PlanAnswer]:
    return _ask(require(app, *STAFF), Feature.PERSONALIZE_ONBOARDING, body, PlanAnswer)


@app.post("/api/ai/optimize-communication", tags=["ai"], summary="A message's channel, words and time",
          operation_id="optimizeCommunication", status_code=201, responses=problems(*ASK, created=MessageAnswer),
)  # fmt: skip
def optimize(body: contexts.CommunicationContext) -> Response[MessageAnswer]:
    return _ask(require(app, *STAFF), Feature.OPTIMIZE_COMMUNICATION, body, MessageAnswer)


@app.post("/api/ai/analyze-behavior", tags=["ai"], summary="Engagement, risk of abandonment, why, and what to do",
          operation_id="analyzeBehavior", status_code=201, responses=problems(*ASK, created=BehaviorAnswer),
)  # fmt: skip
def analyze(body: contexts.BehaviorContext) -> Response[BehaviorAnswer]:
    return _ask(require(app, *STAFF), Feature.ANALYZE_BEHAVIOR, body, BehaviorAnswer)


@app.post("/api/ai/detect-fraud", tags=["ai"], summary="An opinion beside the fraud model's score, never a decision",
          operation_id="opinionOnFraud", status_code=201, responses=problems(*ASK, created=FraudOpinionAnswer),
)  # fmt: skip
def detect_fraud(body: contexts.FraudContext) -> Response[FraudOpinionAnswer]:
    caller = require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    return _ask(caller, Feature.DETECT_FRAUD, body, FraudOpinionAnswer)


@app.post("/api/ai/chatbot", tags=["ai"], summary="Say something to the chatbot", operation_id="say",
          status_code=201, responses=problems(*ASK, 404, created=ChatAnswer))  # fmt: skip
def say(body: ChatIn) -> Response[ChatAnswer]:
    caller = principal(app)
    rate.count(caller.username, "chat", CHATS_A_MINUTE, now_ms())

    def reply() -> BaseModel:
        return chat.say(
            caller.username, body.message, language=body.language, session_id=body.session_id, remaining_s=_left()
        )

    found = ChatAnswer.model_validate(idempotency.once(app, caller.username, "ai/chatbot", body, reply))
    return Response(HTTPStatus.CREATED.value, body=found, content_type="application/json")


@app.get("/api/ai/chatbot/sessions", tags=["ai"], summary="Own conversations with the chatbot, newest first",
         operation_id="listConversations", responses=problems(401, 422, 429, 503, ok=SessionPage))  # fmt: skip
def list_sessions(cursor: Cursor = None, limit: Limit = 20) -> SessionPage:
    found, following = conversations.sessions(principal(app).username, limit=limit, cursor=cursor)
    return SessionPage(items=found, next_cursor=following)


@app.get("/api/ai/chatbot/sessions/<session_id>", tags=["ai"], summary="An own conversation",
         operation_id="getConversation", responses=problems(401, 404, 422, 429, 503, ok=Conversation))  # fmt: skip
def get_session(session_id: SessionId, cursor: Cursor = None, limit: Limit = 100) -> Conversation:
    caller = principal(app)
    session = conversations.session(caller.username, session_id)
    if session is None:
        raise NotFoundError("there is no such conversation")
    turns, following = conversations.turns(caller.username, session_id, limit=limit, cursor=cursor)
    return Conversation(session=session, items=turns, next_cursor=following)


@app.get("/api/ai/interactions", tags=["ai"], summary="What was asked and answered: own, or all for supervisors",
         operation_id="listInteractions", responses=problems(401, 422, 429, 503, ok=InteractionPage))  # fmt: skip
def list_interactions(cursor: Cursor = None, limit: Limit = 25) -> InteractionPage:
    caller = principal(app)
    if caller.has(*LEADS):
        found, following = ledger.newest(at=now_ms(), limit=limit, cursor=cursor)
    else:
        found, following = ledger.of_user(caller.username, limit=limit, cursor=cursor)
    return InteractionPage(items=found, next_cursor=following)


@app.post("/api/ai/interactions/<interaction_id>/feedback", tags=["ai"], summary="Say whether an answer helped",
          operation_id="judgeInteraction", responses=problems(*ASK, 404, ok=Interaction))  # fmt: skip
def feedback(interaction_id: InteractionId, body: FeedbackIn) -> Interaction:
    caller = principal(app)
    found = ledger.interaction(interaction_id)
    if found.username != caller.username and not caller.has(*LEADS):
        raise NotFoundError("there is no such interaction")
    comment = Redaction((caller.username,)).mask(body.comment, "en") if body.comment else None
    ledger.judge(interaction_id, helpful=body.helpful, comment=comment)
    return found.model_copy(update={"helpful": body.helpful, "feedback": comment})


@app.get("/api/ai/analytics", tags=["ai"], summary="Usage, cost, fallbacks, latency and what is left of today's budget",
         operation_id="aiUsage", responses=problems(401, 403, 422, 429, 503, ok=UsageReport))  # fmt: skip
def analytics(days: Days = 30) -> UsageReport:
    require(app, *LEADS)
    now = now_ms()
    first, last = day_of(now - (days - 1) * DAY_MS), day_of(now)
    used = ledger.used(TENANT, last)
    return report(ledger.sums(first, last), first_day=first, last_day=last, used=used, limit=settings.ai_daily_budget)


@app.get("/api/ai/handovers", tags=["ai"], summary="Requests for a person, newest first", operation_id="listHandovers",
         responses=problems(401, 403, 422, 429, 503, ok=HandoverList))  # fmt: skip
def list_handovers(limit: Limit = 50) -> HandoverList:
    require(app, *STAFF)
    return HandoverList(items=conversations.handovers(at=now_ms(), limit=limit))


@app.post("/api/ai/handovers/<handover_id>/take", tags=["ai"], summary="Take a request for a person",
          operation_id="takeHandover", responses=problems(*ASK, 404, ok=Handover))  # fmt: skip
def take_handover(handover_id: HandoverId, body: TakeIn) -> Handover:
    del body
    return conversations.take(handover_id, require(app, *STAFF).username, now_ms())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
