"""What the launcher corrects of the emulator's state machines, functions and permissions."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import launcher

sfn = launcher.stepfunctions
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:onboarding"
WAITING = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "steps", "Payload": {"token.$": "$$.Task.Token"}},
    "TimeoutSecondsPath": "$.timeouts.code",
    "Catch": [
        {"ErrorEquals": ["States.Timeout"], "Next": "Late"},
        {"ErrorEquals": ["States.ALL"], "Next": "Help"},
    ],
    "Next": "Done",
}


@pytest.fixture
def corrected(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The corrections of waiting tasks, undone afterwards."""
    for name in ("_execute_task", "_invoke_with_callback", "_call_lambda"):
        monkeypatch.setattr(sfn, name, getattr(sfn, name))
    return


def run(monkeypatch: pytest.MonkeyPatch, function: Any, seconds: float = 5) -> tuple[Any, str]:
    """Output and next state of the waiting task, whose function is this."""
    monkeypatch.setattr(sfn, "_call_lambda", function)
    launcher.time_waiting_tasks_out()
    launcher.fail_waiting_tasks()
    context = {"StateMachine": {"Id": MACHINE, "Name": "onboarding"}, "State": {"Name": "Await"}}
    found: tuple[Any, str] = sfn._execute_task(WAITING, {"timeouts": {"code": seconds}}, {"events": []}, context)
    return found


def test_a_wait_ends_after_the_seconds_its_path_names(corrected: None, monkeypatch: pytest.MonkeyPatch) -> None:
    output, after = run(monkeypatch, lambda function, event: None, seconds=1)
    assert (after, output["Error"]) == ("Late", "States.Timeout")


def test_a_wait_fails_at_once_when_its_function_fails(corrected: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(function: str, event: Any) -> None:
        raise sfn._ExecutionError("ConflictError", "busy")

    output, after = run(monkeypatch, fails, seconds=60)
    assert (after, output["Error"]) == ("Help", "ConflictError")


def test_an_answer_is_asked_of_the_state_machine_of_its_token(corrected: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher.iam_actions, "extract_resource_arn", launcher.iam_actions.extract_resource_arn)
    launcher.authorize_answers_and_schedules()
    tokens: list[str] = []

    def answers(function: str, event: dict[str, str]) -> None:
        tokens.append(event["token"])
        sfn._send_task_success({"taskToken": event["token"], "output": "{}"})

    _, after = run(monkeypatch, answers)
    assert after == "Done"
    assert asked("states", "/", json.dumps({"taskToken": tokens[0]}).encode()) == MACHINE
    assert asked("states", "/", b'{"taskToken": "unknown"}') == "*"


def asked(service: str, path: str, body: bytes, query: dict[str, Any] | None = None) -> str:
    found: str = launcher.iam_actions.extract_resource_arn(
        service, "POST", path, {}, body, query or {}, "us-east-1", "000000000000"
    )
    return found


@pytest.mark.parametrize(
    ("body", "query", "group"),
    [
        (b'{"GroupName": "mine"}', {}, "mine"),
        (b"", {"groupName": ["mine"]}, "mine"),
        (b"", {"groupName": "mine"}, "mine"),
        (b"{}", {}, "default"),
    ],
)
def test_a_schedule_is_named_with_its_group(
    monkeypatch: pytest.MonkeyPatch, body: bytes, query: dict[str, Any], group: str
) -> None:
    monkeypatch.setattr(launcher.iam_actions, "extract_resource_arn", launcher.iam_actions.extract_resource_arn)
    launcher.authorize_answers_and_schedules()
    found = asked("scheduler", "/schedules/a-1", body, query)
    assert found == f"arn:aws:scheduler:us-east-1:000000000000:schedule/{group}/a-1"


class NoAnswerError(Exception):
    """One of ours."""


def test_an_error_is_named_by_its_class_whatever_it_says() -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError:
            raise NoAnswerError("no answer:\nTimeoutError: 5 s") from None
    except NoAnswerError:
        assert launcher.error_class("a line before\n" + traceback.format_exc()) == "NoAnswerError"
    assert launcher.error_class("nothing was raised") is None


def test_the_pinned_emulator_has_all_that_is_corrected() -> None:
    assert all(callable(getattr(module, name, None)) for module, name in launcher.CORRECTED)
