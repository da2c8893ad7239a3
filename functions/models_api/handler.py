"""Entry point of models_api: what analysts do with models, and predictions of any of them."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.registry.compose import compose
from rapport.registry.model import Answer, ArmFigures, DriftReport, ModelVersion, Rollout
from rapport.registry.settings import ModelsApiSettings
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError
from rapport.runtime.http import create_app, serve
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
)
registry, host = composed.registry, composed.host
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


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PredictIn(Body):
    """A row of the model's fields, and whom it is about: the subject decides which version answers.

    With `record` false it is only tried out: it counts neither as drift nor towards an outcome.
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
    """`loaded` are the versions in this function's memory; `drifted` is what the last report says, if there is one."""

    name: str
    rollout: Rollout
    loaded: list[str]
    reported_at: int | None
    drifted: bool | None


class StatusList(BaseModel):
    items: list[ModelStatus]


class Performance(BaseModel):
    """Evidence of every version on held-out data, and of those in service on labelled predictions."""

    versions: list[ModelVersion]
    live: list[ArmFigures]
    days: int


class ReportList(BaseModel):
    items: list[DriftReport]


class RolloutList(BaseModel):
    items: list[Rollout]


class FieldOut(BaseModel):
    """A field of the model: its kind, and the levels it knows if it is a category."""

    name: str
    kind: str
    levels: list[str]


class FieldList(BaseModel):
    items: list[FieldOut]


def reader() -> Principal:
    return require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def analyst() -> Principal:
    return require(app, Role.ANALYST, Role.ADMIN)


@app.get("/api/models", tags=["models"], summary="Every model in service", operation_id="listModels",
         responses=problems(401, 403, 429, 503, ok=ModelList))  # fmt: skip
def list_models() -> ModelList:
    reader()
    rollouts = [registry.rollout(name) for name in registry.names()]
    return ModelList(
        items=[ModelSummary(name=r.name, rollout=r, champion=registry.version(r.name, r.champion)) for r in rollouts]
    )


@app.get("/api/models/status", tags=["models"], summary="What is loaded, and what the last look at drift said",
         operation_id="modelsStatus", responses=problems(401, 403, 429, 503, ok=StatusList))  # fmt: skip
def status() -> StatusList:
    reader()
    items = []
    for name in registry.names():
        last = next(iter(registry.reports(name, 1)), None)
        items.append(
            ModelStatus(
                name=name,
                rollout=registry.rollout(name),
                loaded=host.loaded(name),
                reported_at=last.at if last else None,
                drifted=last.drifted if last else None,
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
    return ReportList(items=registry.reports(name, limit))


@app.post("/api/models/<name>/drift", tags=["models"], summary="Look for drift now", operation_id="lookForDrift",
          responses=problems(*WRITE, ok=ReportList))  # fmt: skip
def look(name: Name, body: Window) -> ReportList:
    analyst()
    return ReportList(items=list(registry.look(name, body.days)))


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
    schema = host.scorer(name, registry.rollout(name).champion).schema
    return FieldList(items=[FieldOut(name=c.name, kind=c.kind, levels=list(c.levels)) for c in schema.columns])


@app.post("/api/models/<name>/predict", tags=["models"], summary="Score a row, with reasons", operation_id="predict",
          responses=problems(*WRITE, ok=Answer))  # fmt: skip
def predict(name: Name, body: PredictIn) -> Answer:
    caller = require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    row = known_fields(name, body.row)
    return Answer.model_validate(
        idempotency.once(
            app,
            caller.username,
            f"models/{name}/predict",
            body,
            lambda: host.predict(name, body.subject, row, record=body.record),
        )
    )


def known_fields(name: str, row: dict[str, Cell]) -> dict[str, Cell]:
    """The row, if the model knows every field of it: a misspelt one would silently count as missing."""
    known = {column.name for column in host.scorer(name, registry.rollout(name).champion).schema.columns}
    for field in row:
        if field not in known:
            raise InvalidInputError(f"{name} has no field {field}", field=f"row.{field}")
    return row


@app.post("/api/models/<name>/reload", tags=["models"], summary="Read the roll-out and its versions again",
          operation_id="reloadModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def reload_model(name: Name) -> Rollout:
    analyst()
    return host.reload(name)


@app.post("/api/models/<name>/promote", tags=["models"], summary="Make a version champion, if the gate lets it",
          operation_id="promoteModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def promote(name: Name, body: Change) -> Rollout:
    return registry.promote(name, body.version, by=analyst().username, reason=body.reason)


@app.post("/api/models/<name>/rollback", tags=["models"], summary="Make the champion before this one champion again",
          operation_id="rollBackModel", responses=problems(*WRITE, ok=Rollout))  # fmt: skip
def rollback(name: Name, body: Because) -> Rollout:
    return registry.rollback(name, by=analyst().username, reason=body.reason)


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
