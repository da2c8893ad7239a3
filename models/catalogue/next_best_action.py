"""next_best_action: which action for this customer now?"""

from __future__ import annotations

from pathlib import Path

from rapport.inference.next_best_action import NAME, Policy
from rapport.inference.published import load_parameters

from models import export, next_best_action
from models.definition import Definition


def _check(models: Path) -> Policy:
    return Policy.from_parameters(load_parameters(models, NAME).parameters)


DEFINITION = Definition(
    name=NAME, train=next_best_action.train, write=export.write, write_card=export.write_card, check=_check
)
