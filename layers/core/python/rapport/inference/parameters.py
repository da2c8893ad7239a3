"""Models that are no trees: a folder with model.json, which describes, and parameters.json, which holds the numbers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapport.inference.booster import InferenceError


@dataclass(frozen=True, slots=True)
class Published:
    """A published model as read: its description, its numbers, and the folder, for files beside them."""

    metadata: dict[str, Any]
    parameters: dict[str, Any]
    folder: Path


def load_parameters(models: Path, name: str) -> Published:
    """Read the current version of `name` from a folder of models.

    Raises `InferenceError` when a file is missing, or parameters.json is not the one that model.json describes.
    """
    try:
        version = (models / name / "CURRENT").read_text().strip()
        folder = models / name / version
        metadata = json.loads((folder / "model.json").read_text())
        data = (folder / "parameters.json").read_bytes()
        parameters = json.loads(data)
    except (OSError, ValueError) as error:
        raise InferenceError(f"no readable {name} model in {models / name}: {type(error).__name__}") from error
    if not isinstance(metadata, dict) or not isinstance(parameters, dict):
        raise InferenceError(f"{name} {version}: model.json and parameters.json must be objects")
    if hashlib.sha256(data).hexdigest() != metadata.get("sha256"):
        raise InferenceError(f"{name} {version}: parameters.json is not the file that model.json describes")
    if (metadata.get("name"), metadata.get("version")) != (name, version):
        raise InferenceError(f"{folder} describes {metadata.get('name')} {metadata.get('version')}")
    return Published(metadata, parameters, folder)
