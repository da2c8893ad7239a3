"""What the training workflow asks of SageMaker, which no emulator here answers: checked against the API's own model."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
from botocore.validate import ParamValidator

from infra import ROOT

DEFINITION: dict[str, Any] = json.loads((ROOT / "workflows" / "models_training" / "definition.json").read_text())
STATES = DEFINITION["States"]


def filled(value: Any) -> Any:
    """Parameters as SageMaker would get them: placeholders and intrinsic functions replaced by a likely text."""
    if isinstance(value, dict):
        return {key.removesuffix(".$"): likely(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner) for inner in value]
    return re.sub(r"\$\{\w+\}", "arn:aws:iam::123456789012:role/a-role", value) if isinstance(value, str) else value


def likely(key: str, value: Any) -> Any:
    if not key.endswith(".$"):
        return filled(value)
    return ["python -m models.job"] if value.startswith("States.Array") else "rapport-0000000000000-00000000"


def test_the_training_job_is_one_that_the_api_takes() -> None:
    shape = boto3.client("sagemaker", region_name="us-east-1").meta.service_model.operation_model("CreateTrainingJob")
    report = ParamValidator().validate(filled(STATES["TrainLarge"]["Parameters"]), shape.input_shape)
    assert not report.has_errors(), report.generate_report()


def test_the_job_runs_the_entry_point_that_the_function_runs() -> None:
    arguments = STATES["TrainLarge"]["Parameters"]["AlgorithmSpecification"]["ContainerArguments.$"]
    assert "python -m models.job --bucket ${FILES_BUCKET} --run {}" in arguments


def branch(size: str, image: str, *, go_on: bool = True) -> str:
    """Where the choice of size leads, as its rules say it."""
    seen = {"$.prepared.go_on": go_on, "$.prepared.size": size, "$.plan.image": image}

    def holds(rule: dict[str, Any]) -> bool:
        if "And" in rule:
            return all(holds(part) for part in rule["And"])
        wanted = rule["StringEquals"] if "StringEquals" in rule else rule["BooleanEquals"]
        return bool(seen[rule["Variable"]] == wanted)

    choice = STATES["Size"]
    return next((rule["Next"] for rule in choice["Choices"] if holds(rule)), str(choice["Default"]))


@pytest.mark.parametrize(
    ("size", "image", "go_on", "next_state"),
    [
        ("small", "", True, "TrainSmall"),
        ("small", "an-image", True, "TrainSmall"),
        ("large", "an-image", True, "TrainLarge"),
        ("large", "", True, "NoImage"),
        ("none", "an-image", False, "Done"),
    ],
)
def test_small_sets_are_learned_here_and_large_ones_in_a_job(
    size: str, image: str, go_on: bool, next_state: str
) -> None:
    assert branch(size, image, go_on=go_on) == next_state
