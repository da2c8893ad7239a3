"""Finds what each function declares about itself: `functions/<name>/spec.py`."""

from __future__ import annotations

import importlib.util
from functools import cache

from rapport.runtime.function_spec import FunctionSpec

from infra import ROOT


@cache
def function_specs() -> dict[str, FunctionSpec]:
    """Every function's declaration by name, which must equal its folder."""
    specs: dict[str, FunctionSpec] = {}
    for path in sorted((ROOT / "functions").glob("*/spec.py")):
        module_spec = importlib.util.spec_from_file_location(f"functions.{path.parent.name}.spec", path)
        assert module_spec is not None  # noqa: S101 - a .py file always has a loader
        assert module_spec.loader is not None  # noqa: S101
        module = importlib.util.module_from_spec(module_spec)
        module_spec.loader.exec_module(module)
        spec: FunctionSpec = module.SPEC
        if spec.name != path.parent.name:
            raise ValueError(f"{path}: the spec is named {spec.name!r}, the folder {path.parent.name!r}")
        specs[spec.name] = spec
    return specs
