"""anomaly_login: is this login unusual for its customer?"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rapport.inference.anomaly import AnomalyScorer, Kind
from rapport.inference.published import load_parameters

from models import anomaly, export
from models.definition import Definition

NAME = f"{anomaly.NAME}_{Kind.LOGIN}"


def _check(models: Path) -> AnomalyScorer:
    return AnomalyScorer.from_parameters(Kind.LOGIN, load_parameters(models, NAME).parameters)


DEFINITION = Definition(
    name=NAME,
    train=partial(anomaly.train, kind=Kind.LOGIN),
    write=export.write,
    write_card=export.write_card,
    check=_check,
)
