"""Entry point of customers_api: customers, their transactions, and imports over HTTP."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from botocore.config import Config
from pydantic import BaseModel, ConfigDict, Field, model_validator
from rapport.calls.store import DynamoCallStore
from rapport.customers.import_model import Import, ImportFormat, ImportKind, ImportState
from rapport.customers.import_store import UPLOAD_S, ImportFiles, ImportStore
from rapport.customers.ledger import KnownTransactionError, Ledger
from rapport.customers.model import Customer, NewCustomer, NewTransaction, Risk, Transaction
from rapport.customers.overview import Overview, overview
from rapport.customers.search import CustomerQuery, CustomerSearch
from rapport.customers.settings import CustomersApiSettings
from rapport.customers.store import CustomerStore
from rapport.customers.view import CustomerView
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit

settings = CustomersApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
store = CustomerStore(dynamodb, settings.customers_table)
search = CustomerSearch(dynamodb, settings.customers_table)
ledger = Ledger(dynamodb, settings.customers_table)
imports = ImportStore(dynamodb, settings.customers_table)
files = ImportFiles(boto3.client("s3", config=Config(signature_version="s3v4")), settings.files_bucket)
calls = DynamoCallStore(dynamodb, settings.calls_table)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

ID = r"^[A-Za-z0-9._:-]{1,128}$"
CustomerId = Annotated[str, Path(description="The customer's id", pattern=ID)]
ImportId = Annotated[str, Path(description="The import's id", pattern=ID)]
Moment = Annotated[int | None, Query(ge=0, lt=4_102_444_800_000, description="Epoch ms")]


class CustomerPage(BaseModel):
    """A page of customers, by id or (found by name) by name. It may be short although a cursor follows."""

    items: list[CustomerView]
    next_cursor: str | None


class TransactionPage(BaseModel):
    """A page of transactions, newest first."""

    items: list[Transaction]
    next_cursor: str | None


class CustomerIn(NewCustomer):
    """A customer, told in JSON's types: a file's cells are all words and read more kindly."""

    model_config = ConfigDict(strict=True)


class TransactionIn(NewTransaction):
    """A transaction, told in JSON's types."""

    model_config = ConfigDict(strict=True)


class BookTransactions(Body):
    """Up to 100 transactions of the customer, all or none. One may also be sent by itself, without the list."""

    transactions: Annotated[list[TransactionIn], Field(min_length=1, max_length=100)]

    @model_validator(mode="before")
    @classmethod
    def _single(cls, data: Any) -> Any:
        alone = isinstance(data, dict) and "transactions" not in data and "transaction_id" in data
        return {"transactions": [data]} if alone else data


class Booked(BaseModel):
    """How many transactions were new; the others were known already, with the same content."""

    added: int
    known: int


class NewImport(Body):
    """What the file holds, and how."""

    kind: AsWord[ImportKind]
    format: AsWord[ImportFormat] = ImportFormat.CSV


class StartedImport(BaseModel):
    """Where to PUT the file, and until when (epoch ms); its import then runs by itself."""

    import_id: str
    upload_url: str
    expires_at: int
    state: ImportState


def reader() -> Principal:
    """The caller, who must work here."""
    return require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


def writer() -> Principal:
    """The caller, who must be trusted with records."""
    return require(app, Role.ANALYST, Role.ADMIN)


def existing(customer_id: str) -> Customer:
    customer = store.get(customer_id)
    if customer is None:
        raise NotFoundError("there is no such customer")
    return customer


@app.get(
    "/api/customers",
    tags=["customers"],
    summary="Find customers by name, phone, email, segment, standing and risk",
    operation_id="listCustomers",
    responses=problems(401, 403, 422, 429, 503, ok=CustomerPage),
)
def list_customers(
    q: Annotated[
        str | None,
        Query(max_length=200, description="The beginning of any word of a name, a whole phone number, or an email"),
    ] = None,
    segment: Annotated[str | None, Query(max_length=40, description="Only this segment")] = None,
    risk: Annotated[Risk | None, Query(description="Only this risk band")] = None,
    vip: Annotated[bool | None, Query(description="Only VIPs, or none of them")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> CustomerPage:
    reader()
    query = CustomerQuery(q=q or None, segment=segment or None, risk=risk, vip=vip)
    found, following = search.page(query, limit=limit, cursor=cursor)
    return CustomerPage(items=[CustomerView.of(each) for each in found], next_cursor=following)


@app.post(
    "/api/customers",
    tags=["customers"],
    summary="Create a customer",
    operation_id="createCustomer",
    status_code=201,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, created=CustomerView),
)
def create_customer(body: CustomerIn) -> Response[CustomerView]:
    caller = writer()

    def create() -> CustomerView:
        store.create(body.record())
        return CustomerView.of(body.record())

    made = CustomerView.model_validate(idempotency.once(app, caller.username, "customers", body, create))
    return Response(HTTPStatus.CREATED.value, body=made, content_type="application/json")


@app.post(
    "/api/customers/imports",
    tags=["customers"],
    summary="Start an import: an address to which a CSV or JSON lines file is PUT",
    operation_id="startImport",
    status_code=201,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, created=StartedImport),
)
def start_import(body: NewImport) -> Response[StartedImport]:
    caller = writer()

    def start() -> Import:
        job = Import(
            import_id=new_id(),
            kind=body.kind,
            format=body.format,
            state=ImportState.WAITING,
            created_by=caller.username,
            created_at=now_ms(),
        )
        imports.save(job)
        return job

    job = Import.model_validate(idempotency.once(app, caller.username, "imports", body, start))
    # Signed here and not kept with the answer: an address that was stored would outlive its signature.
    answer = StartedImport(
        import_id=job.import_id,
        upload_url=files.upload_url(job),
        expires_at=now_ms() + UPLOAD_S * 1000,
        state=job.state,
    )
    return Response(HTTPStatus.CREATED.value, body=answer, content_type="application/json")


@app.get(
    "/api/customers/imports/<import_id>",
    tags=["customers"],
    summary="How an import went, with what is wrong by row and column",
    operation_id="getImport",
    responses=problems(401, 403, 404, 422, 429, 503, ok=Import),
)
def get_import(import_id: ImportId) -> Import:
    writer()
    job = imports.load(import_id)
    if job is None:
        raise NotFoundError("there is no such import")
    return job


@app.get(
    "/api/customers/<customer_id>",
    tags=["customers"],
    summary="A customer",
    operation_id="getCustomer",
    responses=problems(401, 403, 404, 422, 429, 503, ok=CustomerView),
)
def get_customer(customer_id: CustomerId) -> CustomerView:
    reader()
    return CustomerView.of(existing(customer_id))


@app.put(
    "/api/customers/<customer_id>",
    tags=["customers"],
    summary="Create a customer or replace the whole record",
    operation_id="putCustomer",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=CustomerView),
)
def put_customer(customer_id: CustomerId, body: CustomerIn) -> CustomerView:
    writer()
    if body.customer_id != customer_id:
        raise InvalidInputError("the address names another customer", field="customer_id")
    store.put(body.record())
    return CustomerView.of(body.record())


@app.get(
    "/api/customers/<customer_id>/overview",
    tags=["customers"],
    summary="Everything about a customer on one page: record, spending, last transactions and calls",
    operation_id="getCustomerOverview",
    responses=problems(401, 403, 404, 422, 429, 503, ok=Overview),
)
def get_overview(customer_id: CustomerId) -> Overview:
    caller = reader()
    return overview(existing(customer_id), ledger=ledger, calls=calls, caller=caller)


@app.get(
    "/api/customers/<customer_id>/transactions",
    tags=["customers"],
    summary="Transactions of a customer, newest first",
    operation_id="listTransactions",
    responses=problems(401, 403, 404, 422, 429, 503, ok=TransactionPage),
)
def list_transactions(
    customer_id: CustomerId,
    since: Moment = None,
    until: Moment = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> TransactionPage:
    reader()
    existing(customer_id)
    found, following = ledger.page(customer_id, since=since, until=until, limit=limit, cursor=cursor)
    return TransactionPage(items=found, next_cursor=following)


@app.post(
    "/api/customers/<customer_id>/transactions",
    tags=["customers"],
    summary="Add transactions, all or none; one that is known already is not added again",
    operation_id="addTransactions",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, created=Booked),
)
def add_transactions(customer_id: CustomerId, body: BookTransactions) -> Response[Booked]:
    caller = writer()

    def book() -> Booked:
        transactions = [each.of(customer_id) for each in body.transactions]
        try:
            added = ledger.book(customer_id, transactions)
        except KnownTransactionError as error:
            field = f"transactions.{error.positions[0]}.transaction_id"
            raise ConflictError(error.detail, field=field) from None
        return Booked(added=added, known=len(transactions) - added)

    booked = Booked.model_validate(
        idempotency.once(app, caller.username, f"customers/{customer_id}/transactions", body, book)
    )
    return Response(HTTPStatus.CREATED.value, body=booked, content_type="application/json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
