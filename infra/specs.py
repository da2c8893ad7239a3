"""Finds what functions and workflows declare about themselves, and how both are named."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from aws_cdk import ArnFormat, Stack
from rapport.runtime.function_spec import FunctionSpec, Resource
from rapport.runtime.workflow_spec import WorkflowSpec

from infra import ROOT

FUNCTIONS = ROOT / "functions"
WORKFLOWS = ROOT / "workflows"


def _declared(folder: Path) -> dict[str, Any]:
    """`SPEC` of every `spec.py` below a folder by name, which must equal its own folder."""
    specs: dict[str, Any] = {}
    for path in sorted(folder.glob("*/spec.py")):
        module_spec = importlib.util.spec_from_file_location(f"{folder.name}.{path.parent.name}.spec", path)
        assert module_spec is not None  # noqa: S101 - a .py file always has a loader
        assert module_spec.loader is not None  # noqa: S101
        module = importlib.util.module_from_spec(module_spec)
        module_spec.loader.exec_module(module)
        if module.SPEC.name != path.parent.name:
            raise ValueError(f"{path}: the spec is named {module.SPEC.name!r}, the folder {path.parent.name!r}")
        specs[module.SPEC.name] = module.SPEC
    return specs


@cache
def function_specs() -> dict[str, FunctionSpec]:
    """Every function's declaration by name."""
    return _declared(FUNCTIONS)


@cache
def workflow_specs() -> dict[str, WorkflowSpec]:
    """Every workflow's declaration by name."""
    return _declared(WORKFLOWS)


def construct_id_of(name: str) -> str:
    """`models_training` as `ModelsTraining`."""
    return "".join(part.capitalize() for part in name.split("_"))


def fixed_name(name: str) -> str:
    """The name of what others must name before it exists: a state machine, a function that schedules invoke."""
    return f"rapport-{name.replace('_', '-')}"


def workflow_arn(stack: Stack, name: str) -> str:
    """The state machine's ARN in a stack's account and region."""
    return stack.format_arn(
        service="states",
        resource="stateMachine",
        resource_name=fixed_name(name),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def workflow_arns(stack: Stack) -> dict[Resource, str]:
    """Every workflow's ARN by the resource a grant names."""
    return {Resource(f"{name.replace('_', '-')}-workflow"): workflow_arn(stack, name) for name in workflow_specs()}


def workflow_values(stack: Stack) -> dict[str, str]:
    """Settings that the workflows provide: their ARNs."""
    return {f"{name.upper()}_WORKFLOW": workflow_arn(stack, name) for name in workflow_specs()}
