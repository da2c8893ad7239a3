"""The state machine that trains, and the folder `training` of the files bucket."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from rapport.runtime.dynamodb import AwsClient, dependency, error_code

FOLDER = "training"
UPLOAD_S = 15 * 60


class StepFunctions:
    """Implements `Workflow`."""

    def __init__(self, client: AwsClient, machine: str) -> None:
        self._client = client
        self._machine = machine

    def start(self, name: str, run_id: str) -> None:
        """The execution is named as the run, so that starting it twice starts it once."""
        with dependency("the training workflow"):
            try:
                self._client.start_execution(
                    stateMachineArn=self._machine, name=run_id, input=json.dumps({"name": name, "run_id": run_id})
                )
            except ClientError as error:
                if error_code(error) != "ExecutionAlreadyExists":
                    raise

    def stop(self, run_id: str, why: str) -> None:
        execution = f"{self._machine.replace(':stateMachine:', ':execution:')}:{run_id}"
        with dependency("the training workflow"):
            try:
                self._client.stop_execution(executionArn=execution, error="Cancelled", cause=why)
            except ClientError as error:
                if error_code(error) != "ExecutionDoesNotExist":
                    raise


class TrainingFiles:
    """Objects below `training/`: `tables/<id>` uploaded, `<run>/...` what a run reads and writes."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def upload_url(self, table_id: str) -> str:
        """An address to which a table may be PUT for fifteen minutes."""
        with dependency("the files bucket"):
            url: str = self._client.generate_presigned_url(
                "put_object", Params={"Bucket": self._bucket, "Key": table_key(table_id)}, ExpiresIn=UPLOAD_S
            )
        return url

    def write(self, run_id: str, name: str, content: dict[str, Any]) -> None:
        with dependency("the files bucket"):
            body = json.dumps(content, ensure_ascii=False).encode()
            self._client.put_object(Bucket=self._bucket, Key=f"{FOLDER}/{run_id}/{name}", Body=body)

    def read(self, run_id: str, name: str) -> dict[str, Any]:
        with dependency("the files bucket"):
            answer = self._client.get_object(Bucket=self._bucket, Key=f"{FOLDER}/{run_id}/{name}")
            found: dict[str, Any] = json.loads(answer["Body"].read())
        return found


def table_key(table_id: str) -> str:
    return f"{FOLDER}/tables/{table_id}"
