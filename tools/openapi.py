"""Generates docs/openapi.json from the functions' own routes; `--check` says whether it is up to date."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from infra import ROOT
from infra.specs import function_specs

DOCUMENT = ROOT / "docs" / "openapi.json"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The access token of /api/auth/login",
}


def generate() -> dict[str, Any]:
    """The whole document, OpenAPI 3.1, in a stable order."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for spec in function_specs().values():
        if not spec.routes:
            continue
        for name, field in spec.settings.model_fields.items():
            if field.is_required():
                os.environ.setdefault(name.upper(), "documentation")
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
        app = importlib.import_module(f"functions.{spec.name}.handler").app
        part = json.loads(app.get_openapi_json_schema(title="Rapport", version="0.1.0"))
        public = {(route.method.lower(), route.path) for route in spec.routes if route.public}
        for path, operations in part["paths"].items():
            for method, operation in operations.items():
                _finish(operation, public=(method, path) in public)
            paths.setdefault(path, {}).update(operations)
        _add(schemas, part.get("components", {}).get("schemas", {}))
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Rapport",
            "version": "0.1.0",
            "description": "Real-time customer intelligence for contact centres. Errors are problem+json (RFC 9457).",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": _used(dict(sorted(schemas.items())), paths),
            "securitySchemes": {"bearer": BEARER},
        },
    }
    return document


def _add(schemas: dict[str, Any], more: dict[str, Any]) -> None:
    """Two functions may share a schema, never a name for two: one of them would be documented as the other."""
    for name, schema in more.items():
        known = schemas.setdefault(name, schema)
        # pydantic spells a title or a default differently in and out; what is compared is the fields, or the values.
        fields_differ = set(known.get("properties", {})) != set(schema.get("properties", {}))
        if fields_differ or known.get("enum") != schema.get("enum"):
            raise SystemExit(f"error: two schemas are named {name}: rename one of the two models")


def _finish(operation: dict[str, Any], *, public: bool) -> None:
    """Security by the route's declaration; no 422 that the function does not declare itself."""
    operation["security"] = [] if public else [{"bearer": []}]
    if "HTTPValidationError" in json.dumps(operation["responses"].get("422", {})):
        del operation["responses"]["422"]
    operation["responses"] = dict(sorted(operation["responses"].items()))
    # What has no content has no media type either, whatever the route's return type is taken for.
    operation["responses"].get("204", {}).pop("content", None)
    for answer in operation["responses"].values():
        answer.setdefault("description", "")


def _used(schemas: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """Only the schemas that something refers to."""
    wanted: set[str] = set()
    waiting: list[Any] = [paths]
    while waiting:
        for name in _references(waiting.pop()):
            if name not in wanted and name in schemas:
                wanted.add(name)
                waiting.append(schemas[name])
    return {name: schema for name, schema in schemas.items() if name in wanted}


def _references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
        return found.union(*(_references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(_references(value) for value in node))
    return set()


def render() -> str:
    return json.dumps(generate(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def main() -> int:
    text = render()
    if "--check" in sys.argv[1:]:
        if DOCUMENT.read_text() != text:
            print("error: docs/openapi.json is out of date: make openapi", file=sys.stderr)
            return 1
        return 0
    DOCUMENT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
