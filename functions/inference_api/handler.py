"""Entry point of inference_api: scores with reasons."""

from __future__ import annotations

import os
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from rapport.customers.feature_store import FeatureStore
from rapport.customers.ledger import Ledger
from rapport.customers.model import Transaction
from rapport.customers.store import CustomerStore
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.registry.compose import compose
from rapport.registry.model import Answer
from rapport.runtime.clock import now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.scoring.history import CustomerHistory
from rapport.scoring.model import (
    ActionAnswer,
    BatchItem,
    Explanation,
    FraudAnswer,
    RowAnswer,
    SegmentAnswer,
    SpendAnswer,
    ValueAnswer,
)
from rapport.scoring.rows import Cell
from rapport.scoring.service import FORECAST_MONTHS, Scoring
from rapport.scoring.settings import InferenceApiSettings
from rapport.scoring.words import say

settings = InferenceApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
ledger = Ledger(dynamodb, settings.customers_table)
MODELS = rapport_inference.ROOT / "models"
scoring = Scoring(
    host=compose(
        layer=MODELS,
        dynamodb=dynamodb,
        s3=boto3.client("s3"),
        table=settings.models_table,
        bucket=settings.files_bucket,
        words=say,
    ).host,
    history=CustomerHistory(
        CustomerStore(dynamodb, settings.customers_table),
        ledger,
        FeatureStore(dynamodb, settings.customers_table, ledger),
    ),
    models=MODELS,
    clock=now_ms,
)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
CustomerId = Annotated[str, Query(pattern=r"^[A-Za-z0-9._:-]{1,128}$", description="The customer's id")]


Count = Annotated[int, Field(ge=0, le=10_000)]
STATUSES = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class Payment(Transaction):
    """A transaction to judge, told in JSON's types."""

    model_config = ConfigDict(strict=True)


class OfCustomer(Body):
    customer_id: Identifier


class OfCustomers(Body):
    customer_ids: Annotated[list[Identifier], Field(min_length=1, max_length=200)]


class RowIn(Body):
    """A row of the model's fields, and whom it is about."""

    subject: Identifier
    row: Annotated[dict[Annotated[str, StringConstraints(max_length=128)], Cell], Field(max_length=500)]


class RowsIn(Body):
    """Up to a thousand rows of one model."""

    model: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    rows: Annotated[list[RowIn], Field(min_length=1, max_length=1000)]


class RowsOut(BaseModel):
    """An item for each row, in that order; `failed` of them have an error instead of an answer."""

    items: list[RowAnswer]
    failed: int


class SpendIn(OfCustomer):
    months: Annotated[int, Field(ge=1, le=FORECAST_MONTHS)] = 3


class Application(Body):
    """An application for credit. What is left out counts as not known."""

    application_id: Identifier
    requested_amount: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
    term_months: Annotated[int, Field(ge=1, le=600)]
    stated_income: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
    debt_to_income: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
    credit_utilisation: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None = None
    missed_payments_12m: Count | None = None
    months_since_missed: Count | None = None
    enquiries_6m: Count | None = None
    open_loans: Count | None = None
    months_employed: Count | None = None
    tenure_months: Count | None = None
    earlier_applications: Count | None = None
    known_defaults: Count | None = None


class BatchOut(BaseModel):
    """One item for each customer asked about, in that order."""

    items: list[BatchItem]


def staff() -> Principal:
    return require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


@app.post("/api/inference/churn-score", tags=["inference"], summary="Will this customer leave within 90 days?",
          operation_id="churnScore", responses=problems(*STATUSES, ok=Answer))  # fmt: skip
def churn_score(body: OfCustomer) -> Answer:
    return Answer.model_validate(
        idempotency.once(app, staff().username, "inference/churn-score", body, lambda: scoring.churn(body.customer_id))
    )


@app.post("/api/inference/churn-batch", tags=["inference"], summary="The same of up to 200 customers",
          operation_id="churnBatch", responses=problems(*STATUSES, ok=BatchOut))  # fmt: skip
def churn_batch(body: OfCustomers) -> BatchOut:
    require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    found = idempotency.once(
        app,
        staff().username,
        "inference/churn-batch",
        body,
        lambda: BatchOut(items=scoring.churn_batch(body.customer_ids)),
    )
    return BatchOut.model_validate(found)


@app.post("/api/inference/batch-process", tags=["inference"], summary="Up to a thousand rows of one model",
          operation_id="scoreRows", responses=problems(*STATUSES, ok=RowsOut))  # fmt: skip
def batch_process(body: RowsIn) -> RowsOut:
    # Without an idempotency record: its answer would be larger than an item of the table may be.
    require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    items = scoring.rows(body.model, [(item.subject, item.row) for item in body.rows])
    return RowsOut(items=items, failed=sum(item.answer is None for item in items))


@app.post("/api/inference/fraud-detection", tags=["inference"], summary="Is this payment the customer's own?",
          operation_id="detectFraud", responses=problems(*STATUSES, ok=FraudAnswer))  # fmt: skip
def fraud_detection(body: Payment) -> FraudAnswer:
    return FraudAnswer.model_validate(
        idempotency.once(app, staff().username, "inference/fraud-detection", body, lambda: scoring.fraud(body))
    )


@app.post("/api/inference/credit-score", tags=["inference"], summary="Will this credit default within a year?",
          operation_id="creditScore", responses=problems(*STATUSES, ok=Answer))  # fmt: skip
def credit_score(body: Application) -> Answer:
    form = {
        name: None if value is None else float(value)
        for name, value in body.model_dump(exclude={"application_id"}).items()
    }
    scored = idempotency.once(
        app, staff().username, "inference/credit-score", body, lambda: scoring.credit(body.application_id, form)
    )
    return Answer.model_validate(scored)


@app.post("/api/inference/segment", tags=["inference"], summary="Which customers is this one like?",
          operation_id="segment", responses=problems(*STATUSES, ok=SegmentAnswer))  # fmt: skip
def segment(body: OfCustomer) -> SegmentAnswer:
    staff()
    return scoring.segment(body.customer_id)


@app.post("/api/inference/lifetime-value", tags=["inference"], summary="What will this customer bring in a year?",
          operation_id="lifetimeValue", responses=problems(*STATUSES, ok=ValueAnswer))  # fmt: skip
def lifetime_value(body: OfCustomer) -> ValueAnswer:
    staff()
    return scoring.value(body.customer_id)


@app.post("/api/inference/spend-forecast", tags=["inference"], summary="What will this customer spend a month?",
          operation_id="spendForecast", responses=problems(*STATUSES, ok=SpendAnswer))  # fmt: skip
def spend_forecast(body: SpendIn) -> SpendAnswer:
    staff()
    return scoring.spending(body.customer_id, body.months)


@app.post("/api/inference/next-best-action", tags=["inference"], summary="What to do for this customer today?",
          operation_id="nextBestAction", responses=problems(*STATUSES, ok=ActionAnswer))  # fmt: skip
def next_best_action(body: OfCustomer) -> ActionAnswer:
    staff()
    return scoring.next_action(body.customer_id)


@app.get("/api/inference/explain", tags=["inference"], summary="A churn score with what would change it",
         operation_id="explain", responses=problems(401, 403, 404, 422, 429, 503, ok=Explanation))  # fmt: skip
def explain(customer_id: CustomerId) -> Explanation:
    staff()
    return scoring.explain_churn(customer_id)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    # A thousand rows of seventy fields; a Lambda itself takes 6 MB.
    return serve(app, event, context, largest_body=5 * 1024 * 1024)
