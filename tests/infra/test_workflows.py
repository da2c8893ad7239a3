"""What every state machine of Rapport keeps to, read from its definition and from the synthesized templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.constructs.workflow import definition_of
from infra.specs import function_specs, workflow_specs
from tests.infra.conftest import Assembly

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
WORKFLOWS = sorted(workflow_specs())
every_workflow = pytest.mark.parametrize("name", WORKFLOWS)


def machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine itself, then the machines inside its maps and branches."""
    yield definition
    for state in definition["States"].values():
        for inner in (state.get("ItemProcessor"), *state.get("Branches", ())):
            if inner:
                yield from machines(inner)


def states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for machine in machines(definition):
        yield from machine["States"].items()


def followers(state: dict[str, Any]) -> set[str]:
    """Where a state may go next."""
    steps = [state, *state.get("Choices", ()), *state.get("Catch", ())]
    found = {step["Next"] for step in steps if "Next" in step}
    return found | ({state["Default"]} if "Default" in state else set())


@every_workflow
def test_every_state_is_reached_and_every_transition_leads_to_a_state(name: str) -> None:
    for machine in machines(definition_of(name)):
        seen: set[str] = set()
        ahead = {machine["StartAt"]}
        while ahead:
            state = ahead.pop()
            seen.add(state)
            ahead |= followers(machine["States"][state]) - seen
        assert seen == machine["States"].keys()


@every_workflow
def test_no_execution_can_wait_for_ever(name: str) -> None:
    definition = definition_of(name)
    assert definition["TimeoutSeconds"] > 0
    for state_name, state in states(definition):
        if state["Type"] == "Task":
            assert state.keys() & {"TimeoutSeconds", "TimeoutSecondsPath"}, f"{state_name} has no timeout"


@every_workflow
def test_every_task_is_tried_again_and_its_failure_is_caught(name: str) -> None:
    definition = definition_of(name)
    within = [inner for machine in machines(definition) if machine is not definition for inner in machine["States"]]
    for state_name, state in states(definition):
        if state["Type"] == "Task":
            assert state.get("Retry"), f"{state_name} is never tried again"
            # A failure inside a map or a branch is caught by the map, or by the state of its own.
            assert state.get("Catch") or state_name in within or state_name.startswith("Record"), state_name


@every_workflow
def test_every_choice_has_a_default(name: str) -> None:
    for state_name, state in states(definition_of(name)):
        if state["Type"] == "Choice":
            assert "Default" in state, state_name


@every_workflow
def test_a_definition_names_exactly_the_functions_its_spec_declares(name: str) -> None:
    named = set(PLACEHOLDER.findall(json.dumps(definition_of(name))))
    assert named & function_specs().keys() == set(workflow_specs()[name].functions)


def test_every_workflow_is_deployed_traced_and_logs_without_its_data(aws: Assembly) -> None:
    deployed = dict(aws.resources("AWS::StepFunctions::StateMachine"))
    assert {machine["StateMachineName"] for machine in deployed.values()} == {
        f"rapport-{name.replace('_', '-')}" for name in WORKFLOWS
    }
    for name, machine in deployed.items():
        assert machine["TracingConfiguration"] == {"Enabled": True}, name
        assert machine["LoggingConfiguration"]["Level"] == "ALL", name
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False, name


def test_every_placeholder_of_a_definition_is_filled(aws: Assembly) -> None:
    for name, machine in aws.resources("AWS::StepFunctions::StateMachine"):
        filled = machine["DefinitionSubstitutions"].keys()
        assert set(PLACEHOLDER.findall(json.dumps(machine["DefinitionString"]))) <= filled, name
