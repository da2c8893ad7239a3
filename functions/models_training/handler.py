"""Entry point of models_training: the steps of the training workflow around the learning itself."""

from __future__ import annotations

import json
import os
from math import ceil
from typing import Any

import boto3
import rapport_inference
from rapport.registry.artifacts import described
from rapport.registry.model import Origin
from rapport.runtime.errors import ConflictError
from rapport.runtime.observability import logger
from rapport.training.compose import compose_training
from rapport.training.gateway import TrainingFiles
from rapport.training.model import Against, Run, RunState, StepName
from rapport.training.service import SCHEDULE
from rapport.training.settings import TrainingStepsSettings

# One function reads about 2 GB of a table in its fifteen minutes; a quarter of that leaves room.
SEGMENT_BYTES = 500_000_000
MOST_SEGMENTS = 64
SEED = 7

settings = TrainingStepsSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")
training, artifacts = compose_training(
    layer=rapport_inference.ROOT / "models",
    dynamodb=dynamodb,
    s3=s3,
    states=boto3.client("stepfunctions"),
    table=settings.models_table,
    bucket=settings.files_bucket,
    machine=settings.models_training_workflow,
)
files = TrainingFiles(s3, settings.files_bucket)


def due() -> dict[str, Any]:
    """Start a run of every model that the schedule should train."""
    started = []
    for name, why in training.due().items():
        try:
            started.append(training.start(name, by=SCHEDULE, note=why).run_id)
        except ConflictError as error:
            logger.info("not started", extra={"model": name, "reason": error.detail})
    return {"started": started}


def plan(run: Run) -> dict[str, Any]:
    """Write `job.json`; say how many segments to export, none for an uploaded table."""
    champion = training.champion(run.name)
    job = {
        **run.model_dump(mode="json", include={"name", "run_id", "cut_off", "table", "trials", "synthetic"}),
        "version": training.next_version(run.name),
        "champion": champion.version,
        "question": champion.question,
        "seed": SEED,
    }
    files.write(run.run_id, "job.json", job)
    count = 0 if run.table else segments()
    training.advance(run, StepName.PREPARE if run.table else StepName.EXPORT, version=job["version"])
    return {
        "name": run.name,
        "run_id": run.run_id,
        "segments": [{"number": number, "of": count} for number in range(count)],
        "count": count,
        "image": settings.training_image,
    }


def segments() -> int:
    """How many functions share the export. The sizes that DynamoDB tells are up to six hours old, which will do."""
    sizes = [
        int(dynamodb.describe_table(TableName=table)["Table"].get("TableSizeBytes", 0))
        for table in (settings.customers_table, settings.calls_table)
    ]
    return min(MOST_SEGMENTS, max(1, ceil(max(sizes) / SEGMENT_BYTES)))


def register(run: Run) -> dict[str, Any]:
    """Make the new version known, with the gate's objections. It answers nobody until a person says so."""
    run = training.advance(run, StepName.REGISTER)
    candidate = described(artifacts.folder(run.name, str(run.version)), Origin.BUCKET)
    against = Against.model_validate(files.read(run.run_id, "result.json"))
    over = training.registered(run, candidate, against)
    return {"version": over.version, "objections": [objection.code for objection in over.objections]}


def fail(run: Run, error: dict[str, str]) -> dict[str, Any]:
    """Keep why the run broke, in words."""
    over = training.end(run, RunState.FAILED, reason_of(run.steps[-1].name, error))
    return {"state": over.state.value, "reason": over.reason}


def reason_of(step: StepName, error: dict[str, str]) -> str:
    """Step Functions' error as a sentence: a function's cause is JSON, a job's is its failure reason."""
    kind, cause = error.get("Error", ""), error.get("Cause", "")
    if kind == "States.Timeout":
        return f"the step {step} took too long"
    try:
        said = json.loads(cause)
        cause = str(said.get("errorMessage") or said.get("FailureReason") or cause)
    except (ValueError, AttributeError):
        pass
    return f"the step {step} failed: {cause or kind}"[:1000]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    del context
    if event["step"] == "due":
        return due()
    run = training.run(event["name"], event["run_id"])
    if event["step"] == "plan":
        return plan(run)
    if event["step"] == "register":
        return register(run)
    return fail(run, event["error"])
