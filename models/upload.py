"""Brings a trained version to a running system: its files into the bucket, the version into the registry.

It answers nobody yet: that is for a challenge, a shadow or a promotion to say.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rapport.registry.artifacts import FILES, FOLDER, described
from rapport.registry.model import ModelVersion, Origin
from rapport.registry.store import DynamoRegistry


def upload(version: Path, *, s3: Any, dynamodb: Any, bucket: str, table: str) -> ModelVersion:
    """`version` is the folder of one version. `ConflictError` when another model has this number already."""
    missing = [name for name in FILES if not (version / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{version} has no {', '.join(missing)}: only models that take rows are uploaded")
    found = described(version, Origin.BUCKET)
    for name in FILES:
        key = f"{FOLDER}/{found.name}/{found.version}/{name}"
        s3.put_object(Bucket=bucket, Key=key, Body=(version / name).read_bytes())
    DynamoRegistry(dynamodb, table).add_version(found)
    return found
