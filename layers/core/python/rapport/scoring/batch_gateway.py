"""Files of batches in the bucket, and their executions in Step Functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from botocore.exceptions import ClientError

from rapport.runtime.dynamodb import AwsClient, dependency, error_code
from rapport.scoring.batch_model import Batch

BUCKET = "the files bucket"
WORKFLOW = "the batch workflow"
UPLOAD_S = LINK_S = 15 * 60
PIECE = 256 * 1024


class BatchFiles:
    """Implements `Files`, with addresses for people."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def upload_url(self, batch: Batch) -> str:
        """An address to which the file may be PUT for fifteen minutes."""
        with dependency(BUCKET):
            url: str = self._client.generate_presigned_url(
                "put_object", Params={"Bucket": self._bucket, "Key": batch.upload_key}, ExpiresIn=UPLOAD_S
            )
        return url

    def link(self, key: str, filename: str) -> str:
        """An address from which a file is saved under a name, for fifteen minutes."""
        disposition = f'attachment; filename="{filename}"'
        with dependency(BUCKET):
            url: str = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition},
                ExpiresIn=LINK_S,
            )
        return url

    def size(self, key: str) -> int:
        with dependency(BUCKET):
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])

    def read(self, key: str) -> Iterator[bytes]:
        with dependency(BUCKET):
            yield from self._client.get_object(Bucket=self._bucket, Key=key)["Body"].iter_chunks(PIECE)

    def write(self, key: str, content: bytes) -> None:
        with dependency(BUCKET):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def write_text(self, key: str, pieces: Iterable[str]) -> None:
        """A file of CSV that is larger than memory should hold."""
        with TemporaryFile() as file:
            for piece in pieces:
                file.write(piece.encode())
            file.seek(0)
            with dependency(BUCKET):
                self._client.upload_fileobj(
                    file, self._bucket, key, ExtraArgs={"ContentType": "text/csv; charset=utf-8"}
                )


class Executions:
    """Executions of the batch workflow; each has its batch's id for a name."""

    def __init__(self, client: AwsClient, workflow: str) -> None:
        """`workflow` is the state machine's ARN."""
        self._client = client
        self._workflow = workflow

    def start(self, batch_id: str) -> None:
        """Start the batch's execution, once however often it is asked for."""
        with dependency(WORKFLOW):
            try:
                self._client.start_execution(
                    stateMachineArn=self._workflow, name=batch_id, input=json.dumps({"batch_id": batch_id})
                )
            except ClientError as error:
                if error_code(error) != "ExecutionAlreadyExists":
                    raise

    def stop(self, batch_id: str) -> None:
        """Stop it, if it runs: one that has not started, or is over, need not be stopped."""
        arn = f"{self._workflow.replace(':stateMachine:', ':execution:')}:{batch_id}"
        with dependency(WORKFLOW):
            try:
                self._client.stop_execution(executionArn=arn, cause="cancelled by a person")
            except ClientError as error:
                if error_code(error) not in {"ExecutionDoesNotExist", "ValidationException"}:
                    raise
