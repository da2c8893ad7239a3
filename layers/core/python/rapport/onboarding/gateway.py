"""Step Functions and EventBridge Scheduler as onboarding's workflow and reminders."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from rapport.onboarding.model import Application, Wait
from rapport.onboarding.settings import Reminding
from rapport.runtime.dynamodb import AwsClient, dependency, error_code

# What answering says of a task that was answered before, has timed out, or whose execution is over.
_OVER = {"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"}
# When whoever is waited for is reminded: after these parts of the time there is.
REMIND_AT = (0.25, 0.75)
# How the schedule of a reminder is called that waits for a better hour.
PUT_OFF = "later"


class StepFunctionsWorkflow:
    """Implements `Workflow`. `timeouts` are seconds by what is waited for."""

    def __init__(self, client: AwsClient, arn: str, timeouts: Mapping[str, int]) -> None:
        self._client = client
        self._arn = arn
        self._timeouts = timeouts

    def start(self, application: Application) -> None:
        """Start the execution named after the application: there is only ever one."""
        given = {
            "application_id": application.application_id,
            "definition_version": application.definition_version,
            "timeouts": dict(self._timeouts),
            "step": {"next": "screening", "again": "no"},
        }
        try:
            self._client.start_execution(
                stateMachineArn=self._arn, name=application.application_id, input=json.dumps(given)
            )
        except ClientError as error:
            if error_code(error) == "ExecutionAlreadyExists":
                return
            with dependency("the workflow"):
                raise

    def answer(self, token: str, output: dict[str, str]) -> None:
        """Let a waiting task succeed."""
        self._send(lambda: self._client.send_task_success(taskToken=token, output=json.dumps(output)))

    def interrupt(self, token: str, error: str) -> None:
        """Let a waiting task fail."""
        self._send(lambda: self._client.send_task_failure(taskToken=token, error=error, cause=error))

    def _send(self, send: Callable[[], object]) -> None:
        try:
            send()
        except ClientError as error:
            if error_code(error) in _OVER:
                return
            with dependency("the workflow"):
                raise


class SchedulerReminders:
    """Implements `Reminders` and `Later`: one-time schedules that invoke the reminders function and then vanish."""

    def __init__(self, settings: Reminding, client: AwsClient, now: Callable[[], int]) -> None:
        self._client = client
        self._group = settings.reminders_group
        self._target = settings.reminders_function
        self._role = settings.reminders_role
        self._now = now

    def schedule(self, application: Application, what: Wait, until: int) -> None:
        """Remind at a quarter and at three quarters of the time there is. Scheduling again replaces."""
        self.cancel(application.application_id)
        now = self._now()
        for number, part in enumerate(REMIND_AT):
            given = {"application_id": application.application_id, "what": what.value}
            with dependency("the scheduler"):
                self._create(_name(application.application_id, number), now + (until - now) * part, given)

    def put_off(self, application_id: str, what: Wait, at: int) -> None:
        """Remind again at a better hour. One that was put off before stays as it is: a retry makes no second."""
        given = {"application_id": application_id, "what": what.value, "put_off": "yes"}
        try:
            self._create(_name(application_id, PUT_OFF), at, given)
        except ClientError as error:
            if error_code(error) == "ConflictException":
                return
            with dependency("the scheduler"):
                raise

    def _create(self, name: str, at: float, given: dict[str, str]) -> None:
        moment = datetime.fromtimestamp(at / 1000, UTC)
        self._client.create_schedule(
            GroupName=self._group,
            Name=name,
            ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": self._target,
                "RoleArn": self._role,
                "Input": json.dumps(given),
                "RetryPolicy": {"MaximumRetryAttempts": 3},
            },
        )

    def cancel(self, application_id: str) -> None:
        """Remove what is scheduled."""
        for number in (*range(len(REMIND_AT)), PUT_OFF):
            try:
                self._client.delete_schedule(GroupName=self._group, Name=_name(application_id, number))
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    with dependency("the scheduler"):
                        raise


def _name(application_id: str, number: int | str) -> str:
    return f"{application_id}-{number}"
