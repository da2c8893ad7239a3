"""behaviour_category: the category of a customer's next transaction."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rapport.inference.behaviour import BehaviourModel
from rapport.inference.published import load_parameters

from models import behaviour, export
from models.definition import Definition

NAME = f"{behaviour.NAME}_category"


def _check(models: Path) -> BehaviourModel:
    return BehaviourModel.from_parameters(load_parameters(models, NAME).parameters)


DEFINITION = Definition(
    name=NAME,
    train=partial(behaviour.train, what="category"),
    write=export.write,
    write_card=export.write_card,
    check=_check,
)
