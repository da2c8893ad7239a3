"""Entry point of models_api: what analysts do with models, and predictions of any of them."""

from __future__ import annotations

import os
import time
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field, StringConstraints
from rapport.audit.model import Action
from rapport.audit.service import Trail
from rapport.audit.store import DynamoTrailStore
from rapport.identity.http import require, visitor
from rapport.identity.limits import shortened
from rapport.identity.model import Principal, Role
from rapport.inference.asking.model import RowField
from rapport.registry.compose import compose
from rapport.registry.model import (
    ArmFigures,
    DriftReport,
    DriftVerdict,
    ModelAnswer,
    ModelVersion,
    Objection,
    Rollout,
)
from rapport.registry.settings import ModelsApiSettings
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError
from rapport.runtime.http import Body, Problem, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.scoring.words import say

settings = ModelsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
composed = compose(
    layer=rapport_inference.ROOT / "models",
    dynamodb=dynamodb,
    s3=boto3.client("s3"),
    table=settings.models_table,
    bucket=settings.files_bucket,
    words=say,
    fresh_ms=0,
)
registry, host = composed.registry, composed.host
trail = Trail(DynamoTrailStore(dynamodb, settings.identity_table), now_ms, shortened, time.sleep)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

Name = Annotated[str, Path(description="The model's name", pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$")]
Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
Why = Annotated[str, StringConstraints(min_length=3, max_length=500)]
Cell = str | float | bool | None
Row = Annotated[dict[Annotated[str, StringConstraints(max_length=128)], Cell], Field(max_length=500)]
Days = Annotated[int, Query(ge=1, le=90, description="How far back")]
Limit = Annotated[int, Query(ge=1, le=100, description="Items at most")]
READ = (401, 403, 404, 422, 429, 503)
WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class PredictIn(Body):
    """A row of the model's fields (see its fields), and whom it is about: the subject decides which version answers.

    What is not given counts as missing, unless the field is required. With `record` false it is only tried out: it
    counts neither as drift nor towards an outcome.
    """

    subject: Subject
    row: Row
    record: bool = True


class Change(Body):
    """Which version, and why: the reason is kept with the change."""

    version: Version
    reason: Why


class Because(Body):
    reason: Why


class Comparison(Body):
    """`version` null ends the comparison. `share` is that of customers, 0 to 1."""

    version: Version | None
    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    reason: Why


class LabelIn(Body):
    """What came of a subject. Only predictions from before `known_at` (epoch ms, default now) get it."""

    subject: Subject
    outcome: bool
    known_at: Annotated[int, Field(ge=0, lt=10**13)] | None = None


class LabelsIn(Body):
    labels: Annotated[list[LabelIn], Field(min_length=1, max_length=500)]


class LabelsOut(BaseModel):
    """How many predictions have an outcome that had none before."""

    labelled: int


class Window(Body):
    days: Annotated[int, Field(ge=1, le=90)] = 7


class ModelSummary(BaseModel):
    """A model, who answers now, and the champion's evidence."""

    name: str
    rollout: Rollout
    champion: ModelVersion


class ModelList(BaseModel):
    items: list[ModelSummary]


class ModelStatus(BaseModel):
    """`loaded` are the versions in this function's memory. `drift` is what the last report found: null without one,
    unknown when it had too few rows, of which `rows_missing` more are needed."""

    name: str
    rollout: Rollout
    loaded: list[str]
    watched: bool
    reported_at: int | None
    drift: DriftVerdict | None
    rows: int | None
    rows_missing: int | None


class StatusList(BaseModel):
    items: list[ModelStatus]


class Performance(BaseModel):
    """Evidence of every version on held-out data, and of those in service on labelled predictions."""

    versions: list[ModelVersion]
    live: list[ArmFigures]
    days: int


class ReportOut(DriftReport):
    """A report with its verdict, and how many more rows one needs."""

    verdict: DriftVerdict
    rows_missing: int


class ReportList(BaseModel):
    items: list[ReportOut]


def told(report: DriftReport) -> ReportOut:
    return ReportOut(**dict(report), verdict=report.finding(), rows_missing=report.missing())


class RolloutList(BaseModel):
    items: list[Rollout]


class FieldList(BaseModel):
    """The fields of a row. Those that are `required` must be given; any other counts as missing, with a warning."""

    version: str
    items: list[RowField]


class NotPromotable(Problem):
    """Why the gate objects, each with its figure and the limit it is beyond; none where something else conflicts."""

    objections: tuple[Objection, ...] = ()


def reader() -> Principal:
    return require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def analyst() -> Principal:
    return require(app, Role.ANALYST, Role.ADMIN)


@app.get("/api/models", tags=["models"], summary="Every model in service", operation_id="listModels",
         responses=problems(401, 403, 429, 503, ok=ModelList))  # fmt: skip
def list_models() -> ModelList:
    reader()
    return ModelList(
        items=[
            ModelSummary(name=r.name, rollout=r, champion=registry.version(r.name, r.champion))
            for r in registry.rollouts()
        ]
    )


@app.get("/api/models/status", tags=["models"], summary="What is loaded, and what the last look at drift said",
         operation_id="modelsStatus", responses=problems(401, 403, 429, 503, ok=StatusList))  # fmt: skip
def status() -> StatusList:
    reader()
    watched = set(registry.asked())
    items = []
    for rollout in registry.rollouts():
        last = next(iter(registry.reports(rollout.name, 1)), None)
        items.append(
            ModelStatus(
                name=rollout.name,
                rollout=rollout,
                loaded=host.loaded(rollout.name),
                watched=rollout.name in watched,
                reported_at=last.at if last else None,
                drift=last.finding() if last else None,
                rows=last.rows if last else None,
                rows_missing=last.missing() if last else None,
            )
        )
    return StatusList(items=items)


@app.get("/api/models/<name>/performance", tags=["models"], summary="How good each version is, and how it does live",
         operation_id="modelPerformance", responses=problems(*READ, ok=Performance))  # fmt: skip
def performance(name: Name, days: Days = 30) -> Performance:
    reader()
    return Performance(versions=registry.versions(name), live=registry.performance(name, days), days=days)


@app.get("/api/models/<name>/drift", tags=["models"], summary="Drift reports, the newest first",
         operation_id="modelDrift", responses=problems(*READ, ok=ReportList))  # fmt: skip
def drift_reports(name: Name, limit: Limit = 30) -> ReportList:
    reader()
    return ReportList(items=[told(report) for report in registry.reports(name, limit)])


@app.post("/api/models/<name>/drift", tags=["models"], summary="Look for drift now", operation_id="lookForDrift",
          responses=problems(*WRITE, ok=ReportList))  # fmt: skip
def look(name: Name, body: Window) -> ReportList:
    analyst()
    return ReportList(items=[told(report) for report in registry.look(name, body.days)])


@app.get("/api/models/<name>/history", tags=["models"], summary="Changes of the roll-out, the newest first",
         operation_id="modelHistory", responses=problems(*READ, ok=RolloutList))  # fmt: skip
def history(name: Name, limit: Limit = 20) -> RolloutList:
    reader()
    registry.rollout(name)
    return RolloutList(items=registry.history(name, limit))


@app.get("/api/models/<name>/fields", tags=["models"], summary="The fields that the champion takes",
         operation_id="modelFields", responses=problems(*READ, ok=FieldList))  # fmt: skip
def fields(name: Name) -> FieldList:
    reader()
    champion = registry.rollout(name).champion
    return FieldList(version=champion, items=list(host.fields(name, champion)))


@app.post("/api/models/<name>/predict", tags=["models"], summary="Ask any model about a row", operation_id="predict",
          responses=problems(*WRITE, ok=ModelAnswer))  # fmt: skip
def predict(name: Name, body: PredictIn) -> ModelAnswer:
    caller = require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    return ModelAnswer.model_validate(
        idempotency.once(app, caller.username, f"models/{name}/predict", body, lambda: asked(name, body))
    )


def asked(name: str, body: PredictIn) -> ModelAnswer:
    """The answer; a wrong field is named by its place in the body."""
    try:
        return host.ask(name, body.subject, body.row, record=body.record)
    except InvalidInputError as error:
        raise InvalidInputError(error.detail, field=f"row.{error.field}" if error.field else "row") from error


@app.post("/api/models/<name>/reload", tags=["models"], summary="Read the roll-out and its versions again",
          operation_id="reloadModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def reload_model(name: Name) -> Rollout:
    analyst()
    return host.reload(name)


def recorded(action: Action, by: str, after: Rollout) -> None:
    """Into the audit trail. The roll-out's own history, in which it stands already, says why."""
    trail.record(
        action,
        actor=by,
        subject=f"model/{after.name}",
        address=visitor(app).address,
        data={"champion": after.champion, "before": after.previous or "", "change": str(after.seq)},
    )


@app.post("/api/models/<name>/promote", tags=["models"], summary="Make a version champion, if the gate lets it",
          operation_id="promoteModel",
          responses=problems(*WRITE, ok=Rollout) | problems(409, model=NotPromotable))  # fmt: skip
def promote(name: Name, body: Change) -> Rollout:
    by = analyst().username
    after = registry.promote(name, body.version, by=by, reason=body.reason)
    recorded(Action.MODEL_PROMOTED, by, after)
    return after


@app.post("/api/models/<name>/rollback", tags=["models"], summary="Make the champion before this one champion again",
          operation_id="rollBackModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def rollback(name: Name, body: Because) -> Rollout:
    by = analyst().username
    after = registry.rollback(name, by=by, reason=body.reason)
    recorded(Action.MODEL_ROLLED_BACK, by, after)
    return after


@app.post("/api/models/<name>/challenge", tags=["models"], summary="Let a version answer a share of customers",
          operation_id="challengeModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def challenge(name: Name, body: Comparison) -> Rollout:
    return registry.challenge(name, body.version, body.share, by=analyst().username, reason=body.reason)


@app.post("/api/models/<name>/shadow", tags=["models"], summary="Score a version beside the champion, unseen",
          operation_id="shadowModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def shadow(name: Name, body: Comparison) -> Rollout:
    return registry.shadow(name, body.version, body.share, by=analyst().username, reason=body.reason)


@app.post("/api/models/<name>/labels", tags=["models"], summary="Say what came of subjects", operation_id="addLabels",
          status_code=201, responses=problems(*WRITE, created=LabelsOut))  # fmt: skip
def labels(name: Name, body: LabelsIn) -> Response[LabelsOut]:
    caller = analyst()
    now = now_ms()

    def give() -> LabelsOut:
        return LabelsOut(
            labelled=sum(
                registry.label(
                    name, item.subject, outcome=item.outcome, known_at=now if item.known_at is None else item.known_at
                )
                for item in body.labels
            )
        )

    given = LabelsOut.model_validate(idempotency.once(app, caller.username, f"models/{name}/labels", body, give))
    return Response(HTTPStatus.CREATED.value, body=given, content_type="application/json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
