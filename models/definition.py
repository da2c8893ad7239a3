"""What the command line needs to know of a model. A new model is one more module in `models/catalogue/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar


class Evidence(Protocol):
    """What every training returns, whatever else it holds: figures that JSON can carry."""

    @property
    def evaluation(self) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Options:
    """Of one training. None takes the model's own size of generated data; `resamples` are of the bootstrap,
    `trials` the settings that the tuning of a model made from a table tries."""

    seed: int = 7
    customers: int | None = None
    calls: int | None = None
    resamples: int = 400
    trials: int = 16


TrainedT = TypeVar("TrainedT", bound=Evidence)


@dataclass(frozen=True, kw_only=True)
class Definition(Generic[TrainedT]):
    """A model that can be trained, judged and published.

    `write(trained, folder, created)` writes `folder/<version>/` and `folder/CURRENT` and returns the version's
    folder; `check(models)` loads the model from a folder of models as the service does, raising
    `InferenceError` when the service would refuse it. `of_labels(file, published)` is the same model on what agents
    said of calls, beside the version in the folder of published models; there `judge` makes an evaluation of the
    latter.
    """

    name: str
    train: Callable[[Options], TrainedT]
    write: Callable[[TrainedT, Path, date], Path]
    write_card: Callable[[TrainedT, Path], None]
    check: Callable[[Path], object]
    judge: Callable[[Options], dict[str, Any]] | None = None
    of_labels: Callable[[Path, Path], Definition[TrainedT]] | None = None


def definitions() -> dict[str, Definition[Any]]:
    """Every `DEFINITION` in `models.catalogue`, by name."""
    package = importlib.import_module("models.catalogue")
    modules = (importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__))
    return {module.DEFINITION.name: module.DEFINITION for module in modules}
