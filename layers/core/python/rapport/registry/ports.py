"""What the registry needs of the world outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from rapport.registry.model import DriftReport, ModelVersion, Prediction, Rollout


class Artifacts(Protocol):
    """The files of versions."""

    def folder(self, name: str, version: str) -> Path:
        """A local folder with the version's files; `NotFoundError` when there is no such version."""
        ...

    def reference(self, name: str, version: str) -> Mapping[str, Any]:
        """What the version's training data looked like: reference.json."""
        ...

    def described(self, name: str, version: str) -> ModelVersion:
        """What the version's folder says of itself."""
        ...

    def shipped(self) -> Sequence[ModelVersion]:
        """The CURRENT version of every model in the inference layer: those that answer without any roll-out."""
        ...

    def older(self, name: str) -> Sequence[ModelVersion]:
        """The model's other versions in the layer, to go back to."""
        ...


class RolloutReader(Protocol):
    def rollout(self, name: str) -> Rollout | None: ...

    def rollouts(self, names: Sequence[str]) -> dict[str, Rollout]: ...


class PredictionLog(Protocol):
    def record(self, predictions: Sequence[Prediction]) -> None: ...


class RegistryStore(RolloutReader, PredictionLog, Protocol):
    """Everything that is remembered of models; each method is one access pattern of the models table."""

    def versions(self, name: str) -> list[ModelVersion]: ...

    def add_version(self, version: ModelVersion) -> None: ...

    def change_rollout(self, rollout: Rollout) -> None: ...

    def history(self, name: str, limit: int) -> list[Rollout]: ...

    def predictions(self, name: str, since: int, until: int) -> Iterator[Prediction]: ...

    def label(self, name: str, subject: str, before: int, *, outcome: bool, at: int, correct: bool = False) -> int: ...

    def add_report(self, report: DriftReport) -> None: ...

    def reports(self, name: str, limit: int) -> list[DriftReport]: ...
