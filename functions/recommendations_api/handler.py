"""Entry point of recommendations_api: what to do for a customer, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, BaseModel, StringConstraints
from rapport.calls.keys import Index
from rapport.calls.model import Call
from rapport.calls.store import DynamoCallStore
from rapport.customers.snapshot_store import SnapshotStore
from rapport.customers.store import CustomerStore
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.inference.next_best_action import NAME, Policy
from rapport.inference.published import load_parameters
from rapport.profiles.service import Profiles
from rapport.profiles.store import DynamoProfiles
from rapport.recommendations.behaviour import ProfileBehaviours
from rapport.recommendations.model import (
    DismissalReason,
    ExperimentGroup,
    Recommendation,
    RecommendationState,
)
from rapport.recommendations.service import Recommendations, Sources
from rapport.recommendations.settings import RecommendationsApiSettings
from rapport.recommendations.statistics import RecommendationStats, statistics
from rapport.recommendations.store import DynamoRecommendationStore
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit

LAST_CALLS = 20

settings = RecommendationsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
store = DynamoRecommendationStore(dynamodb, settings.recommendations_table)
published = load_parameters(rapport_inference.ROOT / "models", NAME)
call_store = DynamoCallStore(dynamodb, settings.calls_table)


class LastCalls:
    """Implements `Calls`."""

    def of(self, customer_id: str) -> Sequence[Call]:
        found, _ = call_store.list_calls(Index.BY_CUSTOMER, customer_id, limit=LAST_CALLS, cursor=None)
        return found


recommendations = Recommendations(
    store=store,
    sources=Sources(
        customers=CustomerStore(dynamodb, settings.customers_table),
        snapshots=SnapshotStore(dynamodb, settings.customers_table),
        calls=LastCalls(),
        behaviours=ProfileBehaviours(Profiles(DynamoProfiles(dynamodb, settings.profiles_table), now_ms)),
    ),
    policy=Policy.from_parameters(published.parameters),
    policy_version=published.described.version,
    experiment=settings.experiment,
    clock=now_ms,
)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()


def _plain(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise ValueError("control characters are not allowed")
    return text


UserId = Annotated[str, Path(description="The customer's id", pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
RecommendationId = Annotated[str, Path(description="The recommendation's id", pattern=r"^[0-9]{13}-[0-9]{1,2}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(_plain)]
WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class ImplementRecommendation(Body):
    """It was done; a note may say how it went."""

    note: Note = ""


class DismissRecommendation(Body):
    """It will not be done, and why."""

    reason: AsWord[DismissalReason]
    note: Note = ""


class RecommendationOpinion(Body):
    """Whether it was of use. A later word of the same person replaces the earlier."""

    helpful: bool
    text: Note = ""


class RecommendationPage(BaseModel):
    """A page of recommendations, newest first, those of one moment by rank; it may be short although a cursor follows.

    A customer of the group `held_out` gets none of the policy, so that its effect can be measured; what a rule asks
    for is shown to everybody. `policy_synthetic`: the policy learned from a simulator.
    """

    user_id: str
    group: ExperimentGroup
    policy_version: str
    policy_synthetic: bool
    items: list[Recommendation]
    next_cursor: str | None


def worker() -> Principal:
    """The caller, who must work here."""
    return require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def change(
    user_id: str, recommendation_id: str, action: str, body: BaseModel, operation: Callable[[str], Recommendation]
) -> Recommendation:
    """Run a change of a recommendation once per key, for the caller."""
    caller = worker().username
    route = f"recommendations/{user_id}/{recommendation_id}/{action}"
    return Recommendation.model_validate(idempotency.once(app, caller, route, body, lambda: operation(caller)))


@app.get("/api/recommendations/stats", tags=["recommendations"],
         summary="What became of recommendations, and their effect against the hold-out",
         operation_id="getRecommendationStats",
         responses=problems(401, 403, 429, 503, ok=RecommendationStats))  # fmt: skip
def get_stats() -> RecommendationStats:
    require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    tallies, policies = store.effects(settings.experiment.name)
    return statistics(
        store.actions(),
        tallies,
        policies,
        experiment=settings.experiment,
        policy_version=published.described.version,
        policy_synthetic=published.described.synthetic,
    )


@app.get("/api/recommendations/<user_id>", tags=["recommendations"],
         summary="What to do for a customer, from what is known now, and what was recommended before",
         operation_id="listRecommendations",
         responses=problems(401, 403, 404, 409, 422, 429, 503, ok=RecommendationPage))  # fmt: skip
def list_recommendations(
    user_id: UserId,
    state: Annotated[RecommendationState | None, Query(description="Only this state")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> RecommendationPage:
    worker()
    if cursor is None:
        recommendations.refresh(user_id)
    found, following = store.page(user_id, state=state, limit=limit, cursor=cursor)
    return RecommendationPage(
        user_id=user_id,
        group=settings.experiment.group(user_id),
        policy_version=published.described.version,
        policy_synthetic=published.described.synthetic,
        items=found,
        next_cursor=following,
    )


@app.post("/api/recommendations/<user_id>/<recommendation_id>/implement", tags=["recommendations"],
          summary="Say that it was done", operation_id="implementRecommendation",
          responses=problems(*WRITE, ok=Recommendation))  # fmt: skip
def implement(user_id: UserId, recommendation_id: RecommendationId, body: ImplementRecommendation) -> Recommendation:
    return change(
        user_id,
        recommendation_id,
        "implement",
        body,
        lambda by: recommendations.implement(user_id, recommendation_id, by=by, note=body.note),
    )


@app.post("/api/recommendations/<user_id>/<recommendation_id>/dismiss", tags=["recommendations"],
          summary="Say that it will not be done, and why", operation_id="dismissRecommendation",
          responses=problems(*WRITE, ok=Recommendation))  # fmt: skip
def dismiss(user_id: UserId, recommendation_id: RecommendationId, body: DismissRecommendation) -> Recommendation:
    return change(
        user_id,
        recommendation_id,
        "dismiss",
        body,
        lambda by: recommendations.dismiss(user_id, recommendation_id, by=by, reason=body.reason, note=body.note),
    )


@app.post("/api/recommendations/<user_id>/<recommendation_id>/feedback", tags=["recommendations"],
          summary="Say whether it was of use", operation_id="judgeRecommendation",
          responses=problems(*WRITE, ok=Recommendation))  # fmt: skip
def feedback(user_id: UserId, recommendation_id: RecommendationId, body: RecommendationOpinion) -> Recommendation:
    return change(
        user_id,
        recommendation_id,
        "feedback",
        body,
        lambda by: recommendations.feedback(user_id, recommendation_id, by=by, helpful=body.helpful, text=body.text),
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
