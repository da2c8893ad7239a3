"""Starts MiniStack in this process, after correcting what it does not do as AWS does.

- A stream mapping that answers with `batchItemFailures` is delivered again, the whole batch; MiniStack would
  count it as done. (AWS starts again at the first failed record; processing is idempotent either way.)
- Permission to send an e-mail is asked of the sender's identity; MiniStack would ask it of everything.
- A task that waits for a token ends after the seconds that `TimeoutSecondsPath` names, and fails when the function
  that it hands the token to fails; MiniStack would wait for ever in both cases.
- Permission to answer such a task is asked of its state machine, and permission to make or remove a schedule of the
  schedule in its group; MiniStack would ask the one of everything, the other of the default group.
- A function that raises reports its error by the name of the class, which is what a state machine retries and
  catches by; MiniStack would report one name for all.
- A layer is unpacked once for all functions; MiniStack would unpack it for every process (sandbox/layers.py).
- With `RAPPORT_IAM_LOG` every permission decision about a role is appended to that file as JSON, which is how
  the tests know that every grant is used and none is missing.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import lambda_svc, stepfunctions

from sandbox.layers import zipfile_of_layers

# What the pinned version has, and the corrections replace or use.
CORRECTED = (
    (lambda_runtime.zipfile, "ZipFile"),
    (lambda_svc, "_execute_function"),
    (lambda_svc, "_execute_function_warm"),
    (iam_evaluator, "enforce"),
    (iam_actions, "_ses_v2_resource_arn"),
    (iam_actions, "extract_resource_arn"),
    (stepfunctions, "_execute_task"),
    (stepfunctions, "_invoke_with_callback"),
    (stepfunctions, "_call_lambda"),
    (stepfunctions, "_ExecutionError"),
)


def has_failures(event: Any, result: dict[str, Any]) -> bool:
    """Whether a stream batch was answered with failures."""
    records = event.get("Records") if isinstance(event, dict) else None
    source = records[0].get("eventSource") if records else None
    body = result.get("body")
    if source not in {"aws:kinesis", "aws:dynamodb"} or not isinstance(body, dict):
        return False
    return bool(body.get("batchItemFailures"))


def deliver_failures_again() -> None:
    """Make a partial failure of a stream batch a failure of the batch."""
    execute = lambda_svc._execute_function

    def wrapped(function: Any, event: Any, *arguments: Any, **named: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute(function, event, *arguments, **named)
        if not result.get("error") and has_failures(event, result):
            message = {"errorType": "PartialBatchFailure", "errorMessage": "delivered again"}
            return {**result, "error": True, "body": message}
        return result

    lambda_svc._execute_function = wrapped


def authorize_senders() -> None:
    """Name the identity that an e-mail is sent from as the resource of `ses:SendEmail`."""
    name_resource = iam_actions._ses_v2_resource_arn

    def wrapped(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path.rstrip("/") == "/v2/email/outbound-emails":
            try:
                sender = str(json.loads(body)["FromEmailAddress"])
            except (ValueError, KeyError, TypeError):
                sender = ""
            return f"arn:aws:ses:{region}:{account}:identity/{sender.rpartition('<')[2].rstrip('>')}"
        found: str = name_resource(method, path, body, region, account)
        return found

    iam_actions._ses_v2_resource_arn = wrapped


def seconds_at(path: str, given: Any) -> int:
    """The whole number at a reference path, e.g. `$.timeouts.code`."""
    for name in path.removeprefix("$.").split("."):
        given = given[name]
    return int(given)


# The state machine of each task token, and what the thread of an execution is doing.
_machines: dict[str, str] = {}
_running = threading.local()


def time_waiting_tasks_out() -> None:
    """Let a task find its time-out where `TimeoutSecondsPath` says."""
    execute = stepfunctions._execute_task

    def wrapped(state: dict[str, Any], given: Any, execution: Any, context: dict[str, Any]) -> Any:
        _running.machine = context["StateMachine"]["Id"]
        if "TimeoutSecondsPath" in state:
            state = {**state, "TimeoutSeconds": seconds_at(state["TimeoutSecondsPath"], given)}
        return execute(state, given, execution, context)

    stepfunctions._execute_task = wrapped


def fail_waiting_tasks() -> None:
    """Let a task that waits for a token fail when the function that it invokes fails."""
    wait, call = stepfunctions._invoke_with_callback, stepfunctions._call_lambda

    def remembered(resource: str, given: Any, token: str, state: dict[str, Any]) -> Any:
        _running.token = token
        _machines[token] = _running.machine
        try:
            return wait(resource, given, token, state)
        finally:
            _running.token = None

    def told(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as failure:
            task = stepfunctions._task_tokens.get(getattr(_running, "token", None))
            if task is not None:
                task["error"] = {"Error": failure.error, "Cause": failure.cause}
                task["event"].set()
            raise

    stepfunctions._invoke_with_callback, stepfunctions._call_lambda = remembered, told


def said(body: bytes, name: str) -> str:
    """A text of a JSON body, empty when it is not there."""
    try:
        return str(json.loads(body)[name])
    except (ValueError, KeyError, TypeError):
        return ""


def authorize_answers_and_schedules() -> None:
    """Name the state machine that a task token is of, and the schedule in its group, as what is asked for."""
    name_resource = iam_actions.extract_resource_arn

    def wrapped(
        service: str, method: str, path: str, headers: Any, body: bytes, query: dict[str, Any], *rest: str
    ) -> str:
        found: str = name_resource(service, method, path, headers, body, query, *rest)
        if service == "states":
            return _machines.get(said(body, "taskToken"), found)
        if service == "scheduler" and ":schedule/default/" in found:
            asked = query.get("groupName", "")
            group = (asked[0] if isinstance(asked, list) else asked) or said(body, "GroupName") or "default"
            return found.replace(":schedule/default/", f":schedule/{group}/")
        return found

    iam_actions.extract_resource_arn = wrapped


RAISED = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*([\w.]+)", re.MULTILINE)


def error_class(trace: str) -> str | None:
    """The name of the class that a Python traceback ends with."""
    raised: list[str] = RAISED.findall(trace)
    return raised[-1].rpartition(".")[2] if raised else None


def name_errors() -> None:
    """Report a function's error by its class."""
    execute = lambda_svc._execute_function_warm

    def wrapped(*arguments: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute(*arguments)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            name = error_class(str(result.get("log", "")))
            if name is not None:
                return {**result, "body": {**body, "errorType": name}}
        return result

    lambda_svc._execute_function_warm = wrapped


def record_decisions(path: Path) -> None:
    """Append each decision about an assumed role: role, action, resource, allowed."""
    enforce = iam_evaluator.enforce
    lock = threading.Lock()

    def wrapped(access_key_id: str, iam_action: str, *arguments: Any, **named: Any) -> Any:
        denied = enforce(access_key_id, iam_action, *arguments, **named)
        identity = iam_evaluator.resolve_caller_identity(access_key_id) if access_key_id else None
        arn = str((identity or {}).get("userArn", ""))
        if ":assumed-role/" in arn:
            resource = named.get("resource_arn") or (arguments[2] if len(arguments) > 2 else "*")
            line = {"role": arn.split("/")[1], "action": iam_action, "resource": resource, "allowed": denied is None}
            with lock, path.open("a") as file:
                file.write(json.dumps(line) + "\n")
        return denied

    iam_evaluator.enforce = wrapped


def main() -> None:
    """Correct, then run MiniStack's own entry point."""
    if not all(callable(getattr(module, name, None)) for module, name in CORRECTED):
        sys.exit("error: this MiniStack is not the pinned version; sandbox/launcher.py does not fit it")
    deliver_failures_again()
    authorize_senders()
    time_waiting_tasks_out()
    fail_waiting_tasks()
    authorize_answers_and_schedules()
    name_errors()
    lambda_runtime.zipfile = zipfile_of_layers
    log = os.environ.get("RAPPORT_IAM_LOG")
    if log:
        record_decisions(Path(log))
    from ministack.app import main as run  # noqa: PLC0415 - after the corrections

    sys.argv = ["ministack"]
    run()


if __name__ == "__main__":
    main()
