"""The files of model versions: in the inference layer, or in the files bucket and then in /tmp."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from rapport.inference.asking.catalogue import LOADERS
from rapport.registry.model import Figure, ModelVersion, Origin, SplitFigures
from rapport.runtime.dynamodb import AwsClient, dependency, error_code
from rapport.runtime.errors import NotFoundError

FOLDER = "models"
FILES = ("model.ubj", "model.json", "schema.json", "reference.json", "evaluation.json")
_NAME, _VERSION = re.compile(r"[a-z][a-z0-9_-]{0,63}"), re.compile(r"\d+\.\d+\.\d+")


def described(folder: Path, origin: Origin) -> ModelVersion:
    """What a version's folder says of itself. Raises OSError, ValueError or KeyError for one that is broken."""
    said = json.loads((folder / "model.json").read_text())
    path = folder / "evaluation.json"
    evaluation = json.loads(path.read_text()) if path.is_file() else {"splits": []}
    return ModelVersion(
        name=said["name"],
        version=said["version"],
        origin=origin,
        question=said.get("question", ""),
        synthetic=said["synthetic"],
        trained_on=said["trained_on"],
        created=said["created"],
        sha256=said["sha256"],
        fingerprint=said.get("training_data_sha256", ""),
        by_row=(folder / "schema.json").is_file() or said["name"] in LOADERS,
        tabular=(folder / "schema.json").is_file(),
        watched=(folder / "reference.json").is_file(),
        evaluation=tuple(_split(said["name"], split) for split in evaluation["splits"]),
    )


def _split(name: str, said: Mapping[str, Any]) -> SplitFigures:
    """A model's own figures stand under its name, whatever its card calls them."""
    return SplitFigures(
        split=said["split"],
        rows=said.get("rows", said.get("calls")),
        prevalence=said["prevalence"],
        figures={
            (name if label == "model" else label): {
                metric: Figure(value=v[0], low=v[1], high=v[2]) for metric, v in metrics.items()
            }
            for label, metrics in said["figures"].items()
        },
    )


class LayerAndBucket:
    """Implements `Artifacts`. `layer` is the folder of models that the inference layer brings."""

    def __init__(self, layer: Path, client: AwsClient, bucket: str, scratch: Path) -> None:
        self._layer = layer
        self._client = client
        self._bucket = bucket
        self._scratch = scratch
        self._shipped: list[ModelVersion] | None = None

    def shipped(self) -> Sequence[ModelVersion]:
        """The CURRENT version of every model in the layer."""
        if self._shipped is None:
            self._shipped = []
            for current in sorted(self._layer.glob("*/CURRENT")):
                folder = current.parent / current.read_text().strip()
                self._shipped.append(described(folder, Origin.LAYER))
        return self._shipped

    def older(self, name: str) -> Sequence[ModelVersion]:
        """Versions that an earlier release shipped and this one still brings."""
        if not _NAME.fullmatch(name):
            return []
        now = {version.version for version in self.shipped() if version.name == name}
        folders = sorted(path.parent for path in (self._layer / name).glob("*/model.json"))
        return [described(folder, Origin.LAYER) for folder in folders if folder.name not in now]

    def described(self, name: str, version: str) -> ModelVersion:
        return described(self.folder(name, version), Origin.LAYER)

    def reference(self, name: str, version: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder(name, version) / "reference.json").read_text())
        return found

    def folder(self, name: str, version: str) -> Path:
        """The version's files, downloaded once per function if the layer does not bring them."""
        if not (_NAME.fullmatch(name) and _VERSION.fullmatch(version)):
            raise NotFoundError(f"there is no model {name} {version}")
        shipped = self._layer / name / version
        if shipped.is_dir():
            return shipped
        target = self._scratch / name / version
        if not (target / "model.json").is_file():
            target.mkdir(parents=True, exist_ok=True)
            # model.json last: its presence says that the others are there.
            for file in sorted(FILES, key=lambda file: file == "model.json"):
                self._download(f"{FOLDER}/{name}/{version}/{file}", target / file)
        return target

    def _download(self, key: str, target: Path) -> None:
        with dependency("the files bucket"):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if error_code(error) in {"NoSuchKey", "404"}:
                    raise NotFoundError(f"the files bucket has no {key}") from None
                raise
            target.write_bytes(answer["Body"].read())
