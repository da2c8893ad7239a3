"""A pydantic model as the strict JSON schema that structured outputs demand."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

# Limits are ours to check after parsing; a default would contradict "every property is required".
_DROPPED = frozenset(
    {"default", "title", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern"}
)


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Every property required, nothing extra allowed, no defaults, at any depth."""
    schema = _strict(model.model_json_schema())
    assert isinstance(schema, dict)  # noqa: S101 - a model's schema is an object
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    named = node.get("type") == "object" or "properties" in node
    found = {key: _strict(value) for key, value in node.items() if key not in _DROPPED and key != "properties"}
    if named:
        # Names of properties are not keywords: a property may well be called "title".
        found["properties"] = {name: _strict(value) for name, value in node.get("properties", {}).items()}
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    if "$defs" in node:
        found["$defs"] = {name: _strict(value) for name, value in node["$defs"].items()}
    return found
