"""Entry point of scoring_api: batches over HTTP."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from botocore.config import Config
from pydantic import BaseModel, Field
from rapport.customers.import_model import ImportFormat
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.registry.compose import compose
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.scoring.batch_columns import BatchColumns
from rapport.scoring.batch_gateway import LINK_S, UPLOAD_S, BatchFiles, Executions
from rapport.scoring.batch_model import Batch, BatchColumn, BatchLanguage, BatchMode, BatchState, BatchTask
from rapport.scoring.batch_store import BatchStore
from rapport.scoring.batches import MOST_BYTES, MOST_ROWS
from rapport.scoring.settings import ScoringApiSettings

settings = ScoringApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
MODELS = rapport_inference.ROOT / "models"
host = compose(layer=MODELS, dynamodb=dynamodb, s3=s3, table=settings.models_table, bucket=settings.files_bucket).host
columns = BatchColumns(host, MODELS)
batches = BatchStore(dynamodb, settings.models_table)
files = BatchFiles(s3, settings.files_bucket)
executions = Executions(boto3.client("stepfunctions"), settings.scoring_batch_workflow)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

BatchId = Annotated[str, Path(description="The batch's id", pattern=r"^[A-Za-z0-9-]{1,128}$")]


class NewBatch(Body):
    """What to ask of every row of a file, and how the file is written. `mode` is the model's usual one unless told."""

    model: AsWord[BatchTask]
    format: AsWord[ImportFormat] = ImportFormat.CSV
    mode: Annotated[AsWord[BatchMode] | None, Field(description="rows carry their fields, or name known customers")] = (
        None
    )
    language: Annotated[AsWord[BatchLanguage], Field(description="of the reasons")] = BatchLanguage.EN


class StartedBatch(BaseModel):
    """Where to PUT the file, and until when (epoch ms); its batch then runs by itself."""

    batch: Batch
    upload_url: str
    expires_at: int


class BatchPage(BaseModel):
    """A page of batches, newest first."""

    items: list[Batch]
    next_cursor: str | None


class Link(BaseModel):
    """An address of a CSV file that works until `expires_at` (epoch ms)."""

    url: str
    expires_at: int


class ColumnsOut(BaseModel):
    """What a file of this model and mode has in each row, for which version, and how large it may be."""

    model: BatchTask
    mode: BatchMode
    modes: tuple[BatchMode, ...]
    version: str
    columns: list[BatchColumn]
    most_rows: int
    most_bytes: int


def analyst() -> Principal:
    """The caller, who must be trusted with many customers at once."""
    return require(app, Role.ANALYST, Role.ADMIN)


def existing(batch_id: str) -> Batch:
    found = batches.load(batch_id)
    if found is None:
        raise NotFoundError("there is no such batch")
    return found


def mode_of(model: BatchTask, mode: BatchMode | None) -> BatchMode:
    if mode is not None and mode not in model.modes:
        raise InvalidInputError(f"{model} takes {' or '.join(model.modes)}", field="mode")
    return mode or model.modes[0]


@app.get("/api/inference/batch-columns", tags=["inference"], summary="The columns of a file to be scored",
         operation_id="getBatchColumns", responses=problems(401, 403, 422, 429, 503, ok=ColumnsOut))  # fmt: skip
def get_columns(
    model: Annotated[BatchTask, Query(description="What is asked of every row")],
    mode: Annotated[BatchMode | None, Query(description="rows or customers")] = None,
) -> ColumnsOut:
    analyst()
    chosen, version = mode_of(model, mode), columns.version(model)
    return ColumnsOut(
        model=model,
        mode=chosen,
        modes=model.modes,
        version=version,
        columns=list(columns.expected(model, chosen, version)),
        most_rows=MOST_ROWS,
        most_bytes=MOST_BYTES,
    )


@app.post("/api/inference/batches", tags=["inference"], summary="A batch: an address to which its file is PUT",
          operation_id="createBatch", status_code=201,
          responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, created=StartedBatch))  # fmt: skip
def create_batch(body: NewBatch) -> Response[StartedBatch]:
    caller = analyst()

    def create() -> Batch:
        at = now_ms()
        batch = Batch(
            # In the order of time, so that the newest are found first.
            batch_id=f"{at:013d}-{new_id()[:13]}",
            model=body.model,
            mode=mode_of(body.model, body.mode),
            format=body.format,
            language=body.language,
            created_by=caller.username,
            created_at=at,
        )
        batches.create(batch)
        return batch

    batch = Batch.model_validate(idempotency.once(app, caller.username, "inference/batches", body, create))
    # Signed here and not kept with the answer: an address that was stored would outlive its signature.
    answer = StartedBatch(batch=batch, upload_url=files.upload_url(batch), expires_at=now_ms() + UPLOAD_S * 1000)
    return Response(HTTPStatus.CREATED.value, body=answer, content_type="application/json")


@app.get("/api/inference/batches", tags=["inference"], summary="Batches of the last 30 days, newest first",
         operation_id="listBatches", responses=problems(401, 403, 422, 429, 503, ok=BatchPage))  # fmt: skip
def list_batches(
    cursor: Cursor = None,
    limit: Limit = 25,
) -> BatchPage:
    analyst()
    found, following = batches.page(limit, cursor)
    return BatchPage(items=found, next_cursor=following)


@app.get("/api/inference/batches/<batch_id>", tags=["inference"], summary="How far a batch has come, and what failed",
         operation_id="getBatch", responses=problems(401, 403, 404, 422, 429, 503, ok=Batch))  # fmt: skip
def get_batch(batch_id: BatchId) -> Batch:
    analyst()
    return existing(batch_id)


def link(batch: Batch, key: str, what: str) -> Link:
    if not batch.state.has_results:
        raise ConflictError(f"the batch is {batch.state.replace('_', ' ')}: there is nothing to download")
    url = files.link(key, f"{batch.model}-{batch.batch_id[:13]}-{what}.csv")
    return Link(url=url, expires_at=now_ms() + LINK_S * 1000)


@app.get("/api/inference/batches/<batch_id>/results", tags=["inference"], summary="Every row with its score, as CSV",
         operation_id="getBatchResults", responses=problems(401, 403, 404, 409, 422, 429, 503, ok=Link))  # fmt: skip
def get_results(batch_id: BatchId) -> Link:
    analyst()
    batch = existing(batch_id)
    return link(batch, batch.results_key, "results")


@app.get("/api/inference/batches/<batch_id>/failures", tags=["inference"], summary="Rows that failed and why, as CSV",
         operation_id="getBatchFailures", responses=problems(401, 403, 404, 409, 422, 429, 503, ok=Link))  # fmt: skip
def get_failures(batch_id: BatchId) -> Link:
    analyst()
    batch = existing(batch_id)
    return link(batch, batch.failures_key, "failures")


@app.post("/api/inference/batches/<batch_id>/cancel", tags=["inference"], summary="Stop a batch that is not over",
          operation_id="cancelBatch", responses=problems(401, 403, 404, 409, 422, 429, 503, ok=Batch))  # fmt: skip
def cancel_batch(batch_id: BatchId) -> Batch:
    analyst()
    before = existing(batch_id)
    cancelled = batches.cancel(batch_id, now_ms())
    if cancelled is None and before.state is not BatchState.CANCELLED:
        raise ConflictError(f"the batch is {existing(batch_id).state.replace('_', ' ')} already")
    # Also where it was cancelled already: an attempt may have failed between the two.
    executions.stop(batch_id)
    return cancelled or before


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
