"""Starts MiniStack in this process, after correcting what it does not do as AWS does.

- A stream mapping that answers with `batchItemFailures` is delivered again, the whole batch; MiniStack would
  count it as done. (AWS starts again at the first failed record; processing is idempotent either way.)
- Permission to send an e-mail is asked of the sender's identity; MiniStack would ask it of everything.
- With `RAPPORT_IAM_LOG` every permission decision about a role is appended to that file as JSON, which is how
  the tests know that every grant is used and none is missing.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import lambda_svc


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
    if not callable(getattr(lambda_svc, "_execute_function", None)) or not callable(
        getattr(iam_evaluator, "enforce", None)
    ):
        sys.exit("error: this MiniStack is not the pinned version; sandbox/launcher.py does not fit it")
    deliver_failures_again()
    authorize_senders()
    log = os.environ.get("RAPPORT_IAM_LOG")
    if log:
        record_decisions(Path(log))
    from ministack.app import main as run  # noqa: PLC0415 - after the corrections

    sys.argv = ["ministack"]
    run()


if __name__ == "__main__":
    main()
