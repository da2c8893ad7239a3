"""The documents table, and the files of documents in the bucket.

| item | pk | sk |
|---|---|---|
| document | DOCUMENT#id | DOCUMENT |
| what a draft was filled with | DOCUMENT#id | VALUES |
| who fetched its file when | DOCUMENT#id | DOWNLOAD#at#username |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rapport.documents.model import Document, DocumentState
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    batch_get,
    decode_cursor,
    dependency,
    encode_cursor,
    n,
    query_all,
    s,
)

NAME = "the documents table"
SCHEMA_VERSION = 1
DAY_S = 86_400
# A draft that nobody signed is of no use after this; a signed one is kept as long as the law of the tenant asks.
DRAFT_S = 60 * DAY_S
KEPT_S = 7 * 365 * DAY_S
DOWNLOAD_S = 300


@dataclass(frozen=True)
class DocumentQuery:
    """Whose documents: those of a person, or those that belong to an application."""

    username: str | None = None
    owner: str | None = None

    @property
    def index(self) -> tuple[str, str, str]:
        """The index: its name, its partition attribute, the partition."""
        if self.owner is not None:
            return "by_owner", "owner", self.owner
        return "by_username", "username", self.username or ""


class DynamoDocumentStore:
    """Implements `DocumentStore`, and the lists of documents."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, document_id: str) -> Document | None:
        """Access pattern: document by id."""
        with dependency(NAME):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(document_id, "DOCUMENT"), ConsistentRead=True
            )
        return Document.model_validate_json(answer["Item"]["json"]["S"]) if answer.get("Item") else None

    def save(self, document: Document) -> None:
        """Access pattern: write a document; it vanishes when its time is over."""
        kept = DRAFT_S if document.state in {DocumentState.DRAFT, DocumentState.DISCARDED} else KEPT_S
        item = {
            **_key(document.document_id, "DOCUMENT"),
            "schema_version": n(SCHEMA_VERSION),
            "owner": s(document.owner),
            "username": s(document.username),
            "made_at": n(document.made_at),
            "expires_at": n(document.made_at // 1000 + kept),
            "json": s(document.model_dump_json()),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def of_owner(self, owner: str) -> list[Document]:
        """Access pattern: documents of an application over index by_owner, oldest first."""
        items = query_all(
            self._client,
            NAME,
            TableName=self._table,
            IndexName="by_owner",
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": s(owner)},
        )
        found = (self.load(item["pk"]["S"].partition("#")[2]) for item in items)
        return [document for document in found if document is not None]

    def page(self, query: DocumentQuery, *, limit: int, cursor: str | None) -> tuple[list[Document], str | None]:
        """Access pattern: documents of a person or of an application over by_username or by_owner, newest first.

        The indexes hold keys only. What was discarded is left out: a page may be short although a cursor follows.
        """
        index, attribute, partition = query.index
        start = decode_cursor(cursor, expected={"pk": "", "sk": "DOCUMENT", attribute: partition, "made_at": ""})
        with dependency(NAME):
            answer = self._client.query(
                TableName=self._table,
                IndexName=index,
                KeyConditionExpression="#partition = :partition",
                ExpressionAttributeNames={"#partition": attribute},
                ExpressionAttributeValues={":partition": s(partition)},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in answer["Items"]]
        found = batch_get(self._client, self._table, keys, NAME, consistent=True)
        by_key = {item["pk"]["S"]: Document.model_validate_json(item["json"]["S"]) for item in found}
        ordered = [by_key[key["pk"]["S"]] for key in keys if key["pk"]["S"] in by_key]
        standing = [document for document in ordered if document.state is not DocumentState.DISCARDED]
        return standing, encode_cursor(answer.get("LastEvaluatedKey"))

    def downloaded(self, document: Document, *, by: str, at: int) -> None:
        """Access pattern: record that somebody was given the address of a document's file."""
        item = {
            **_key(document.document_id, f"DOWNLOAD#{at:015d}#{by}"),
            "schema_version": n(SCHEMA_VERSION),
            "revision": n(document.revision),
            "state": s(document.state),
            "expires_at": n(at // 1000 + KEPT_S),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)


class DynamoValues:
    """Implements `Values`."""

    def __init__(self, client: AwsClient, table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def put(self, document_id: str, values: Mapping[str, Any]) -> None:
        """Access pattern: keep what a draft was filled with."""
        item = {
            **_key(document_id, "VALUES"),
            "schema_version": n(SCHEMA_VERSION),
            "expires_at": n(self._now() // 1000 + DRAFT_S),
            "json": s(json.dumps(dict(values), ensure_ascii=False)),
        }
        with dependency(NAME):
            self._client.put_item(TableName=self._table, Item=item)

    def get(self, document_id: str) -> dict[str, Any] | None:
        """Access pattern: what a draft was filled with."""
        with dependency(NAME):
            answer = self._client.get_item(TableName=self._table, Key=_key(document_id, "VALUES"), ConsistentRead=True)
        if not answer.get("Item"):
            return None
        values: dict[str, Any] = json.loads(answer["Item"]["json"]["S"])
        return values

    def drop(self, document_id: str) -> None:
        """Access pattern: forget what a draft was filled with."""
        with dependency(NAME):
            self._client.delete_item(TableName=self._table, Key=_key(document_id, "VALUES"))


class BucketFiles:
    """Implements `Files`, and makes addresses for downloads."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, pdf: bytes) -> None:
        """Store a file; the same key again replaces it."""
        with dependency("the files bucket"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=pdf, ContentType="application/pdf")

    def drop(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        with dependency("the files bucket"):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def download_url(self, document: Document) -> str:
        """An address from which the newest file may be fetched for five minutes."""
        parameters = {
            "Bucket": self._bucket,
            "Key": document.key(document.state),
            "ResponseContentDisposition": f'attachment; filename="{document.file_name}"',
        }
        with dependency("the files bucket"):
            url: str = self._client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=DOWNLOAD_S)
        return url


def _key(document_id: str, kind: str) -> Item:
    return {"pk": s(f"DOCUMENT#{document_id}"), "sk": s(kind)}
