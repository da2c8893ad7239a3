"""Entry point of models_train: the steps of the training workflow that need the training packages.

The packages are too large for layers: on AWS they are unpacked from the training bundle at the first call.
"""

from __future__ import annotations

import os
from typing import Any

import boto3
import rapport_inference
from rapport.runtime.observability import logger
from rapport.training.bundle import unpack
from rapport.training.compose import compose_training
from rapport.training.model import Prepared, Run, RunState, StepName
from rapport.training.settings import TrainSettings

settings = TrainSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
s3 = boto3.client("s3")
unpack(settings.training_bundle, s3)

from models import job as work  # noqa: E402 - stands on the packages that were just unpacked
from models.snapshot import Tables  # noqa: E402

training, artifacts = compose_training(
    layer=rapport_inference.ROOT / "models",
    dynamodb=dynamodb,
    s3=s3,
    states=None,  # starts and stops nothing
    table=settings.models_table,
    bucket=settings.files_bucket,
    machine=settings.models_training_workflow,
)


def export(job: work.Job, event: dict[str, Any]) -> dict[str, Any]:
    tables = Tables(
        dynamodb=dynamodb,
        customers=settings.customers_table,
        calls=settings.calls_table,
        models=settings.models_table,
    )
    work.export(job, tables, event["segment"]["number"], event["segment"]["of"])
    return {"segment": event["segment"]["number"]}


def prepare(job: work.Job, run: Run, event: dict[str, Any]) -> dict[str, Any]:
    """Whether there is something to learn from, and how large it is."""
    run = training.advance(run, StepName.PREPARE)
    champion = artifacts.folder(run.name, training.champion(run.name).version)
    try:
        found = Prepared(**work.prepare(job, champion, event["count"]))
    except (work.DataError, work.TooLittleDataError) as error:
        return refuse(run, str(error))
    return {"go_on": True, "size": training.prepared(run, found).size}


def train(job: work.Job, run: Run) -> dict[str, Any]:
    try:
        work.train(job)
    except (work.DataError, work.TooLittleDataError) as error:
        return refuse(run, str(error))
    return {"go_on": True}


def refuse(run: Run, why: str) -> dict[str, Any]:
    training.end(run, RunState.REFUSED, why)
    logger.info("refused", extra={"model": run.name, "run_id": run.run_id})
    return {"go_on": False, "size": "none"}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    del context
    job = work.Job(s3, settings.files_bucket, event["run_id"])
    if event["step"] == "export":
        return export(job, event)
    run = training.run(event["name"], event["run_id"])
    if event["step"] == "prepare":
        return prepare(job, run, event)
    return train(job, run)
