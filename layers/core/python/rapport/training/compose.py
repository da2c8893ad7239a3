"""Puts training together from real gateways."""

from __future__ import annotations

from pathlib import Path

from rapport.registry.artifacts import LayerAndBucket
from rapport.registry.compose import SCRATCH, compose
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.dynamodb import AwsClient
from rapport.training.gateway import StepFunctions
from rapport.training.service import Training
from rapport.training.store import DynamoRuns


def compose_training(
    *, layer: Path, dynamodb: AwsClient, s3: AwsClient, states: AwsClient, table: str, bucket: str, machine: str
) -> tuple[Training, LayerAndBucket]:
    """Training, and the files of versions. `layer` is the folder of models in the inference layer."""
    registry = compose(layer=layer, dynamodb=dynamodb, s3=s3, table=table, bucket=bucket).registry
    training = Training(
        runs=DynamoRuns(dynamodb, table),
        workflow=StepFunctions(states, machine),
        registry=registry,
        clock=now_ms,
        new_id=new_id,
    )
    return training, LayerAndBucket(layer, s3, bucket, SCRATCH)
