"""Models that are plain numbers: a folder of `parameters.json` beside the `model.json` that describes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from rapport.inference.booster import InferenceError


class Described(BaseModel):
    """What model.json says of any model. `sha256` is that of the file that holds what was learned."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    version: str
    synthetic: bool
    trained_on: str
    created: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Published:
    """A published model of plain numbers as read: its description, the numbers, the folder for files beside them."""

    described: Described
    parameters: dict[str, Any]
    folder: Path


ParametersT = TypeVar("ParametersT", bound=BaseModel)


def read_parameters(kind: type[ParametersT], given: Mapping[str, Any]) -> ParametersT:
    """Checked parameters; raises `InferenceError` naming the first that is wrong."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or kind.__name__
        raise InferenceError(f"unusable parameters: {place}: {first['msg']}") from error


DescribedT = TypeVar("DescribedT", bound=Described)


def load(models: Path, name: str, file: str, kind: type[DescribedT]) -> tuple[DescribedT, bytes]:
    """The model of this name that `models/<name>/CURRENT` names: its description, as `kind` reads it, and its file.

    Raises `InferenceError` when the files do not belong together.
    """
    folder = models / name
    try:
        version = (folder / "CURRENT").read_text().strip()
        described = kind.model_validate_json((folder / version / "model.json").read_text())
        data = (folder / version / file).read_bytes()
    except (OSError, ValueError) as error:
        raise InferenceError(f"no readable {name} model in {folder}: {type(error).__name__}") from error
    if hashlib.sha256(data).hexdigest() != described.sha256:
        raise InferenceError(f"{name} {version}: {file} is not the file that model.json describes")
    if (described.name, described.version) != (name, version):
        raise InferenceError(f"{folder / version} describes {described.name} {described.version}")
    return described, data


def load_parameters(models: Path, name: str) -> Published:
    """The same for plain numbers, parsed."""
    described, data = load(models, name, "parameters.json", Described)
    try:
        parameters = json.loads(data)
    except ValueError as error:
        raise InferenceError(f"{name} {described.version}: parameters.json is no JSON") from error
    if not isinstance(parameters, dict):
        raise InferenceError(f"{name} {described.version}: parameters.json is no object")
    return Published(described, parameters, models / name / described.version)


def reference_of(models: Path, name: str) -> dict[str, Any]:
    """The inputs of the published version's reference.json: what each was in training; nothing where there is none."""
    version = (models / name / "CURRENT").read_text().strip()
    path = models / name / version / "reference.json"
    found: dict[str, Any] = json.loads(path.read_text())["inputs"] if path.is_file() else {}
    return found
