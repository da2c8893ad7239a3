"""The documents table and the bucket keep what the service needs of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto import mock_aws
from rapport.documents.model import Document, DocumentKind, DocumentState
from rapport.documents.service import DocumentService
from rapport.documents.store import DAY_S, BucketFiles, DocumentQuery, DynamoDocumentStore, DynamoValues
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

from infra.stacks.data import DOCUMENT_INDEXES
from tests.builders.documents import OWNER, Typewriter, new
from tests.builders.dynamodb import aws_client, create_table

NOW = 1_767_225_600_000


@dataclass
class Archive:
    """The service over the real store, in a pretended AWS."""

    dynamodb: Any
    s3: Any
    typewriter: Typewriter = field(default_factory=Typewriter)
    now: int = NOW

    def __post_init__(self) -> None:
        self.store = DynamoDocumentStore(self.dynamodb, "documents")
        self.files = BucketFiles(self.s3, "files")
        values = DynamoValues(self.dynamodb, "documents", lambda: self.now)
        self.service = DocumentService(self.store, values, self.files, self.typewriter, lambda: self.now)

    def keys(self) -> list[str]:
        found = self.s3.list_objects_v2(Bucket="files").get("Contents", [])
        return [each["Key"].rpartition("/")[2] for each in found]

    def text(self, document: Document) -> str:
        return str(self.s3.get_object(Bucket="files", Key=document.key(document.state))["Body"].read().decode())

    def expiry(self, document: Document) -> int:
        key = {"pk": {"S": f"DOCUMENT#{document.document_id}"}, "sk": {"S": "DOCUMENT"}}
        return int(self.dynamodb.get_item(TableName="documents", Key=key)["Item"]["expires_at"]["N"])


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        dynamodb, s3 = aws_client("dynamodb"), aws_client("s3")
        create_table(dynamodb, "documents", DOCUMENT_INDEXES)
        s3.create_bucket(Bucket="files")
        yield Archive(dynamodb, s3)


def test_a_draft_is_made_once_and_carries_a_watermark(archive: Archive) -> None:
    made = archive.service.make(new())
    assert archive.service.make(new()) == made
    assert archive.store.load(made.document_id) == made
    assert archive.text(made).endswith("DRAFT - NOT SIGNED")
    assert len(archive.typewriter.filled) == 1


def test_signing_replaces_the_draft_with_the_name_under_it(archive: Archive) -> None:
    draft = archive.service.make(new())
    signed = archive.service.sign(draft.document_id, by="Mei Ito", at=NOW)
    assert archive.service.sign(draft.document_id, by="Mei Ito", at=NOW + 1) == signed
    assert archive.keys() == ["signed.pdf"]
    assert '"signature_name": "Mei Ito"' in archive.text(signed)
    assert "DRAFT" not in archive.text(signed)
    assert signed.sha256 != draft.sha256


def test_what_was_discarded_is_gone_and_the_next_one_is_another(archive: Archive) -> None:
    first = archive.service.make(new())
    archive.service.discard(first.document_id)
    archive.service.discard(first.document_id)
    assert archive.keys() == []
    with pytest.raises(ConflictError):
        archive.service.sign(first.document_id, by="Mei Ito", at=NOW)
    second = archive.service.make(new())
    assert (first.revision, second.revision) == (1, 2)
    assert second.document_id != first.document_id
    assert archive.store.page(DocumentQuery(owner=OWNER), limit=10, cursor=None) == ([second], None)


def test_a_draft_is_kept_for_sixty_days_and_a_signed_document_for_seven_years(archive: Archive) -> None:
    draft = archive.service.make(new())
    assert archive.expiry(draft) == NOW // 1000 + 60 * DAY_S
    signed = archive.service.sign(draft.document_id, by="Mei Ito", at=NOW)
    assert archive.expiry(signed) == NOW // 1000 + 7 * 365 * DAY_S
    letter = archive.service.make(new(DocumentKind.WELCOME_LETTER))
    assert (letter.state, archive.expiry(letter)) == (DocumentState.FINAL, NOW // 1000 + 7 * 365 * DAY_S)


@pytest.mark.parametrize("query", [DocumentQuery(username="mei.ito"), DocumentQuery(owner=OWNER)])
def test_documents_are_listed_page_by_page_the_newest_first(archive: Archive, query: DocumentQuery) -> None:
    made = []
    for kind in DocumentKind:
        archive.now += 1000
        made.append(archive.service.make(new(kind)))
    archive.service.make(new(owner="app-2").model_copy(update={"username": "somebody"}))
    seen: list[Document] = []
    cursor = None
    for _ in range(5):
        page, cursor = archive.store.page(query, limit=2, cursor=cursor)
        seen += page
        if cursor is None:
            break
    assert seen == made[::-1]
    with pytest.raises(InvalidInputError):
        archive.store.page(query, limit=2, cursor="nonsense")


def test_who_fetched_a_document_is_kept_beside_it(archive: Archive) -> None:
    made = archive.service.make(new())
    archive.store.downloaded(made, by="liam", at=NOW)
    archive.store.downloaded(made, by="mei.ito", at=NOW + 5)
    items = archive.dynamodb.query(
        TableName="documents",
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": f"DOCUMENT#{made.document_id}"}, ":sk": {"S": "DOWNLOAD#"}},
    )["Items"]
    assert [item["sk"]["S"].split("#")[1:] for item in items] == [
        [f"{NOW:015d}", "liam"],
        [f"{NOW + 5:015d}", "mei.ito"],
    ]


def test_a_download_address_names_the_file_and_ends(archive: Archive) -> None:
    url = archive.files.download_url(archive.service.make(new()))
    assert "account-agreement.pdf" in url
    assert "Expires" in url


def test_a_document_nobody_made_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotFoundError):
        archive.service.existing("nothing")
