"""Imports in the customers table, and their files in the bucket."""

from __future__ import annotations

from collections.abc import Iterator

from rapport.customers.import_model import Import, ImportState
from rapport.customers.keys import SCHEMA_VERSION
from rapport.customers.store import NAME
from rapport.runtime.dynamodb import AwsClient, dependency, n, s

KEPT_S = 30 * 86_400
UPLOAD_S = 15 * 60
CHUNK = 256 * 1024


class ImportStore:
    """An import by id."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, import_id: str) -> Import | None:
        """Access pattern: import by id."""
        key = {"pk": s(f"IMPORT#{import_id}"), "sk": s("IMPORT")}
        with dependency(NAME):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return Import.model_validate_json(item["json"]["S"]) if item else None

    def save(self, job: Import) -> None:
        """Access pattern: write an import; kept for 30 days."""
        item = {
            "pk": s(f"IMPORT#{job.import_id}"),
            "sk": s("IMPORT"),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(job.created_at // 1000 + KEPT_S),
            "json": s(job.model_dump_json()),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def begin(self, import_id: str) -> Import | None:
        """The import to run now; None when there is none, or when it is over."""
        job = self.load(import_id)
        if job is None or job.state.over:
            return None
        running = job.model_copy(update={"state": ImportState.RUNNING})
        self.save(running)
        return running


class ImportFiles:
    """Files of imports in the bucket."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def upload_url(self, job: Import) -> str:
        """An address to which the file may be PUT, once or again, for fifteen minutes."""
        with dependency("the files bucket"):
            url: str = self._client.generate_presigned_url(
                "put_object", Params={"Bucket": self._bucket, "Key": job.object_key}, ExpiresIn=UPLOAD_S
            )
        return url

    def read(self, job: Import) -> Iterator[bytes]:
        """The file from its beginning, piece by piece."""
        with dependency("the files bucket"):
            answer = self._client.get_object(Bucket=self._bucket, Key=job.object_key)
            yield from answer["Body"].iter_chunks(CHUNK)
