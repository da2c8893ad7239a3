"""Entry point of models_training_api: start a training, follow it, cancel it."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from botocore.config import Config
from pydantic import BaseModel, Field, StringConstraints
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.training.compose import compose_training
from rapport.training.gateway import UPLOAD_S, TrainingFiles
from rapport.training.model import Run, TableChoice
from rapport.training.service import TRIALS
from rapport.training.settings import TrainingApiSettings

settings = TrainingApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
training, _ = compose_training(
    layer=rapport_inference.ROOT / "models",
    dynamodb=dynamodb,
    s3=s3,
    states=boto3.client("stepfunctions"),
    table=settings.models_table,
    bucket=settings.files_bucket,
    machine=settings.models_training_workflow,
)
files = TrainingFiles(s3, settings.files_bucket)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

Name = Annotated[str, Path(description="The model's name", pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
RunId = Annotated[str, Path(description="The run's id", pattern=r"^[0-9]{13}-[0-9a-f]{8}$")]
READ = (401, 403, 404, 422, 429, 503)
WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class TrainIn(Body):
    """What to learn from: an uploaded `table`, else the tenant's own data up to `cut_off` (epoch ms, default now).

    `synthetic` data is called so beside every figure; `trials` is how many settings the tuning tries.
    """

    note: Annotated[str, StringConstraints(max_length=500)] = ""
    cut_off: Annotated[int, Field(ge=0, lt=10**13)] | None = None
    table: TableChoice | None = None
    synthetic: bool = False
    trials: Annotated[int, Field(ge=1, le=32)] = TRIALS


class NewTable(Body):
    """Nothing yet: the table's columns are named when the training starts."""


class UploadOut(BaseModel):
    """Where to PUT a CSV (also gzipped) or Parquet file, and until when (epoch ms)."""

    table_id: str
    upload_url: str
    expires_at: int


class TableId(BaseModel):
    table_id: str


class RunPage(BaseModel):
    """A page of runs, the newest first."""

    items: list[Run]
    next_cursor: str | None


def reader() -> Principal:
    return require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def analyst() -> Principal:
    return require(app, Role.ANALYST, Role.ADMIN)


@app.post("/api/models/<name>/train", tags=["models"], summary="Train a new version", operation_id="trainModel",
          status_code=202, responses=problems(*WRITE, accepted=Run))  # fmt: skip
def train(name: Name, body: TrainIn) -> Response[Run]:
    caller = analyst()

    def start() -> Run:
        return training.start(
            name,
            by=caller.username,
            note=body.note,
            cut_off=body.cut_off,
            table=body.table,
            synthetic=body.synthetic,
            trials=body.trials,
        )

    begun = Run.model_validate(idempotency.once(app, caller.username, f"models/{name}/train", body, start))
    return Response(HTTPStatus.ACCEPTED.value, body=begun, content_type="application/json")


@app.post("/api/models/<name>/tables", tags=["models"], summary="Where to PUT a table to learn from",
          operation_id="uploadTrainingTable", status_code=201,
          responses=problems(*WRITE, created=UploadOut))  # fmt: skip
def new_table(name: Name, body: NewTable) -> Response[UploadOut]:
    caller = analyst()
    key = f"models/{name}/tables"
    made = TableId.model_validate(idempotency.once(app, caller.username, key, body, lambda: TableId(table_id=new_id())))
    answer = UploadOut(
        table_id=made.table_id,
        upload_url=files.upload_url(made.table_id),
        expires_at=now_ms() + UPLOAD_S * 1000,
    )
    return Response(HTTPStatus.CREATED.value, body=answer, content_type="application/json")


@app.get("/api/models/<name>/runs", tags=["models"], summary="Trainings of a model, the newest first",
         operation_id="listTrainingRuns", responses=problems(*READ, ok=RunPage))  # fmt: skip
def runs(name: Name, limit: Limit = 20, cursor: Cursor = None) -> RunPage:
    reader()
    items, following = training.page(name, limit, cursor)
    return RunPage(items=items, next_cursor=following)


@app.get("/api/models/<name>/runs/<run_id>", tags=["models"], summary="How far a training is, or what came of it",
         operation_id="getTrainingRun", responses=problems(*READ, ok=Run))  # fmt: skip
def run(name: Name, run_id: RunId) -> Run:
    reader()
    return training.run(name, run_id)


@app.post("/api/models/<name>/runs/<run_id>/cancel", tags=["models"], summary="Stop a training",
          operation_id="cancelTrainingRun",
          responses=problems(401, 403, 404, 409, 415, 422, 429, 503, ok=Run))  # fmt: skip
def cancel(name: Name, run_id: RunId) -> Run:
    return training.cancel(name, run_id, by=analyst().username)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
