"""Small versions of a model that was really trained, a registry in memory, and predictions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from rapport.inference.assignment import Arm
from rapport.registry.artifacts import described
from rapport.registry.host import ModelHost
from rapport.registry.model import DriftReport, ModelVersion, Origin, Prediction, Rollout
from rapport.registry.service import ModelRegistry
from rapport.runtime.errors import ConflictError, NotFoundError

from models.tabular.pipeline import Plan, train
from models.tabular.read import read
from models.tabular.table import Roles
from models.tabular.write import write
from tests.builders import tables

NAME = "leaving"
ROLES = Roles(target="left", group="customer", time="day", positive="yes", drop=(), keep=())
ROW = {"score": 0.4, "balance": 300.0, "city": "osaka", "active": "yes", "joined": "2023-01-01"}
NOON = 1_790_000_000_000


@cache
def trained(version: str = "1.0.0", seed: int = 1, rows: int = 4_000) -> Path:
    """A folder of one version: model, schema, reference and evaluation."""
    folder = Path(mkdtemp(prefix="version-"))
    data = tables.written(tables.customers(rows, seed), folder / "data.csv")
    found = train(NAME, read(data), ROLES, Plan(trials=1, resamples=30))
    found.evaluation["version"] = version
    made = write(found, folder / NAME, date(2026, 11, 1))
    (made / "evaluation.json").write_text(json.dumps(found.evaluation))
    return made


def layer(folder: Path, version: str = "1.0.0") -> Path:
    """A folder of models as the inference layer brings it."""
    shutil.copytree(trained(version), folder / NAME / version)
    (folder / NAME / "CURRENT").write_text(version + "\n")
    return folder


class Folders:
    """Artifacts that lie in folders: 1.0.0 is shipped, 1.1.0 was uploaded."""

    def folder(self, name: str, version: str) -> Path:
        if name != NAME:
            raise NotFoundError(f"there is no model {name}")
        return trained(version)

    def reference(self, name: str, version: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder(name, version) / "reference.json").read_text())
        return found

    def described(self, name: str, version: str) -> ModelVersion:
        return described(self.folder(name, version), Origin.LAYER)

    def older(self, name: str) -> Sequence[ModelVersion]:
        return []

    def shipped(self) -> Sequence[ModelVersion]:
        return [described(trained(), Origin.LAYER)]


class MemoryRegistry:
    """Implements `RegistryStore` in memory."""

    def __init__(self) -> None:
        self.rollouts: dict[str, list[Rollout]] = {}
        self.uploaded: list[ModelVersion] = []
        self.said: list[Prediction] = []
        self.kept: list[DriftReport] = []

    def rollout(self, name: str) -> Rollout | None:
        return self.rollouts[name][-1] if name in self.rollouts else None

    def rollouts(self, names: Sequence[str]) -> dict[str, Rollout]:
        return {name: found for name in names if (found := self.rollout(name))}

    def change_rollout(self, rollout: Rollout) -> None:
        known = self.rollouts.setdefault(rollout.name, [])
        if rollout.seq != len(known) + 1:
            raise ConflictError("somebody else has just changed this model: look again")
        known.append(rollout)

    def history(self, name: str, limit: int) -> list[Rollout]:
        return self.rollouts.get(name, [])[::-1][:limit]

    def versions(self, name: str) -> list[ModelVersion]:
        return [version for version in self.uploaded if version.name == name]

    def add_version(self, version: ModelVersion) -> None:
        self.uploaded.append(version)

    def record(self, predictions: Sequence[Prediction]) -> None:
        self.said += predictions

    def predictions(self, name: str, since: int, until: int) -> Iterator[Prediction]:
        return (p for p in self.said if p.name == name and since <= p.at <= until)

    def label(self, name: str, subject: str, before: int, *, outcome: bool, at: int, correct: bool = False) -> int:
        count = 0
        for i, p in enumerate(self.said):
            free = p.outcome is None or (correct and p.outcome is not outcome)
            if p.name == name and p.subject == subject and p.at < before and free:
                self.said[i] = p.model_copy(update={"outcome": outcome, "labelled_at": at})
                count += 1
        return count

    def add_report(self, report: DriftReport) -> None:
        self.kept.append(report)

    def reports(self, name: str, limit: int) -> list[DriftReport]:
        return [report for report in self.kept[::-1] if report.name == name][:limit]


class Desk:
    """A registry with a clock that can be set."""

    def __init__(self) -> None:
        self.now = NOON
        self.store = MemoryRegistry()
        self.store.add_version(described(trained("1.1.0", 1), Origin.BUCKET))
        self._ids = iter(range(10**9))
        self.host = ModelHost(
            artifacts=Folders(),
            rollouts=self.store,
            log=self.store,
            clock=lambda: self.now,
            new_id=lambda: f"p{next(self._ids)}",
        )
        self.registry = ModelRegistry(store=self.store, artifacts=Folders(), host=self.host, clock=lambda: self.now)


def prediction(number: int = 1, **changed: Any) -> Prediction:
    """What 1.0.0 said about a customer."""
    given: dict[str, Any] = {
        "prediction_id": f"p{number}",
        "name": NAME,
        "version": "1.0.0",
        "arm": Arm.CHAMPION,
        "served": True,
        "subject": f"C{number}",
        "at": NOON - 1000,
        "probability": 0.3,
        "row": dict(ROW),
    }
    return Prediction.model_validate(given | changed)
