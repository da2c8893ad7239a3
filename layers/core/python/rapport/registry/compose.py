"""Puts the registry together from real gateways, for every function that scores or looks after models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from rapport.registry.artifacts import LayerAndBucket
from rapport.registry.host import FRESH_MS, ModelHost, Words, no_words
from rapport.registry.service import ModelRegistry
from rapport.registry.store import DynamoRegistry
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.dynamodb import AwsClient

# Of this process alone: another deployment's version of the same number must not be taken for this one's.
SCRATCH = Path(mkdtemp(prefix="models-"))


@dataclass(frozen=True)
class Composed:
    host: ModelHost
    registry: ModelRegistry


def compose(
    *,
    layer: Path,
    dynamodb: AwsClient,
    s3: AwsClient,
    table: str,
    bucket: str,
    words: Words = no_words,
    fresh_ms: int = FRESH_MS,
) -> Composed:
    """`layer` is the folder of models in the inference layer; `words` says a field with its value; roll-outs are
    remembered for `fresh_ms`."""
    store = DynamoRegistry(dynamodb, table)
    artifacts = LayerAndBucket(layer, s3, bucket, SCRATCH)
    host = ModelHost(
        artifacts=artifacts,
        rollouts=store,
        log=store,
        clock=now_ms,
        new_id=new_id,
        words=words,
        fresh_ms=fresh_ms,
    )
    return Composed(host, ModelRegistry(store=store, artifacts=artifacts, host=host, clock=now_ms))
