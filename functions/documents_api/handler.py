"""Entry point of documents_api: documents of applicants and customers, over HTTP."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import httpx
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from botocore.config import Config
from pydantic import BaseModel, StringConstraints
from rapport.documents.model import Document, DocumentKind, DocumentState, Template
from rapport.documents.service import DocumentService
from rapport.documents.settings import DocumentsApiSettings
from rapport.documents.store import DOWNLOAD_S, BucketFiles, DocumentQuery, DynamoDocumentStore, DynamoValues
from rapport.documents.templates import templates
from rapport.identity.http import principal, require
from rapport.identity.model import Role
from rapport.onboarding.adapters import ApplicationDocuments, application_of
from rapport.onboarding.store import DynamoJournal
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.vendors.foxit import Foxit, foxit_http
from rapport.vendors.secrets import SecretStore

settings = DocumentsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
secrets = SecretStore(boto3.client("secretsmanager"), settings.vendor_secrets)
store = DynamoDocumentStore(dynamodb, settings.documents_table)
files = BucketFiles(boto3.client("s3", config=Config(signature_version="s3v4")), settings.files_bucket)
service = DocumentService(
    store,
    DynamoValues(dynamodb, settings.documents_table, now_ms),
    files,
    Foxit(settings, secrets, foxit_http(httpx.Client(), secrets)),
    now_ms,
)
journal = DynamoJournal(dynamodb, settings.onboarding_table)
filled = ApplicationDocuments(service, settings.bank_name)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

ID = r"^[A-Za-z0-9._:-]{1,128}$"
DocumentId = Annotated[str, Path(description="The document's id", pattern=ID)]
Identifier = Annotated[str, StringConstraints(pattern=ID)]
OPERATORS = (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


class NewDocumentOf(Body):
    """What to make for whom: an application, or the customer that it made. In the applicant's language."""

    kind: AsWord[DocumentKind]
    application_id: Identifier | None = None
    customer_id: Identifier | None = None


class DocumentPage(BaseModel):
    """A page of documents, the newest first. It may be short although a cursor follows."""

    items: list[Document]
    next_cursor: str | None


class TemplateList(BaseModel):
    """The templates, by kind and language."""

    items: list[Template]


class Download(BaseModel):
    """An address of a document's newest file that works until `expires_at` (epoch ms)."""

    document_id: str
    file_name: str
    url: str
    expires_at: int


def whose(application_id: str | None, customer_id: str | None) -> str:
    """The application that is named directly, or by the customer that it made."""
    if (application_id is None) == (customer_id is None):
        raise InvalidInputError("name an application or a customer, one of them", field="application_id")
    if application_id is not None:
        return application_id
    found = application_of(customer_id or "")
    if found is None:
        raise NotFoundError("this customer did not come by an application: there is nothing to make or list")
    return found


@app.post(
    "/api/documents/generate",
    tags=["documents"],
    summary="Make a document for an application or its customer, for operators; one of each kind stands at a time",
    operation_id="generateDocument",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, created=Document),
)
def generate(body: NewDocumentOf) -> Response[Document]:
    caller = require(app, *OPERATORS)

    def make() -> Document:
        applicant = journal.applicant(whose(body.application_id, body.customer_id))
        if applicant is None:
            raise NotFoundError("there is no such application, or its applicant has been erased")
        return service.existing(filled.make(applicant, body.kind))

    made = idempotency.once(app, caller.username, "generateDocument", body, make)
    return Response(HTTPStatus.CREATED.value, body=Document.model_validate(made), content_type="application/json")


@app.get(
    "/api/documents/list",
    tags=["documents"],
    summary="The caller's documents; for operators also those of an application or a customer",
    operation_id="listDocuments",
    responses=problems(401, 403, 404, 422, 429, 503, ok=DocumentPage),
)
def list_documents(
    application_id: Annotated[str | None, Query(pattern=ID, description="Only of this application")] = None,
    customer_id: Annotated[str | None, Query(pattern=ID, description="Only of this customer")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> DocumentPage:
    if application_id is None and customer_id is None:
        query = DocumentQuery(username=principal(app).username)
    else:
        require(app, *OPERATORS)
        query = DocumentQuery(owner=whose(application_id, customer_id))
    found, after = store.page(query, limit=limit, cursor=cursor)
    return DocumentPage(items=found, next_cursor=after)


@app.get(
    "/api/documents/templates",
    tags=["documents"],
    summary="The templates, their versions and what they are filled with",
    operation_id="listTemplates",
    responses=problems(401, 429, 503, ok=TemplateList),
)
def list_templates() -> TemplateList:
    principal(app)
    return TemplateList(items=list(templates()))


@app.get(
    "/api/documents/download/<document_id>",
    tags=["documents"],
    summary="An address from which a document can be fetched for five minutes; who asked is recorded",
    operation_id="downloadDocument",
    responses=problems(401, 404, 422, 429, 503, ok=Download),
)
def download(document_id: DocumentId) -> Download:
    caller = principal(app)
    document = store.load(document_id)
    seen = document is not None and (document.username == caller.username or caller.has(*OPERATORS))
    if document is None or not seen or document.state is DocumentState.DISCARDED:
        raise NotFoundError("there is no such document")
    now = now_ms()
    store.downloaded(document, by=caller.username, at=now)
    return Download(
        document_id=document.document_id,
        file_name=document.file_name,
        url=files.download_url(document),
        expires_at=now + DOWNLOAD_S * 1000,
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    return serve(app, event, context)
