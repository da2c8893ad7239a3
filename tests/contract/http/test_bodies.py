"""What the functions accept as a body is what the API's document says: `true` and `"1"` are no numbers."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from infra.specs import function_specs
from tools.openapi import generate

WRONG: dict[type, tuple[Any, ...]] = {int: (True, "1", 1.5), float: (True, "1.5"), bool: (1, "true"), str: (1, True)}


def parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in typing.get_args(annotation):
        yield from parts(inner)


def models(annotation: Any) -> set[type[BaseModel]]:
    """The models of a body, those within it too."""
    own = {part for part in parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)}
    return own.union(*(models(field.annotation) for model in own for field in model.model_fields.values()))


def bodies() -> list[type[BaseModel]]:
    # Importing the handlers takes their settings, which the document's generator knows how to give.
    generate()
    found: set[type[BaseModel]] = set()
    for spec in function_specs().values():
        if spec.routes:
            app = importlib.import_module(f"functions.{spec.name}.handler").app
            for route in (*app._static_routes, *app._dynamic_routes):
                for body in route.dependant.body_params:
                    found |= models(body.type_)
    return sorted(found, key=lambda model: (model.__module__, model.__name__))


def wrong_values() -> Iterator[tuple[type[BaseModel], str, Any]]:
    for model in bodies():
        for name, field in model.model_fields.items():
            kinds = set(parts(field.annotation)) & WRONG.keys()
            if len(kinds) == 1:
                for value in WRONG[kinds.pop()]:
                    yield model, field.alias or name, value


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [pytest.param(*case, id=f"{case[0].__name__}.{case[1]}={case[2]!r}") for case in wrong_values()],
)
def test_a_value_of_another_type_is_a_wrong_field(model: type[BaseModel], field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate({field: value})
    assert field in {str(error["loc"][0]) for error in refused.value.errors() if error["loc"]}
