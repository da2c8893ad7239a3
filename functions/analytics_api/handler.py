"""Entry point of analytics_api: what the counters say."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from rapport.analytics import periods, service
from rapport.analytics.calls import CallAnalytics, call_analytics
from rapport.analytics.model import CohortAnalytics, CustomerAnalytics, Metrics, TransactionAnalytics
from rapport.analytics.segments import SegmentAnalytics, SegmentMember, SegmentMembers, segment_analytics
from rapport.analytics.settings import AnalyticsApiSettings
from rapport.analytics.store import AnalyticsStore
from rapport.analytics.summary import CustomerSummary, summary
from rapport.analytics.value import RevenueAnalytics, ValueAnalytics, revenue_analytics, value_analytics
from rapport.calls.counts_store import CallCountStore
from rapport.calls.store import DynamoCallStore
from rapport.customers.ledger import Ledger
from rapport.customers.search import CustomerQuery, CustomerSearch
from rapport.customers.snapshot_store import SnapshotStore
from rapport.customers.store import CustomerStore
from rapport.customers.view import CustomerView
from rapport.identity.http import require
from rapport.identity.model import Principal, Role
from rapport.inference.kmeans import Parameters
from rapport.inference.published import load_parameters, read_parameters
from rapport.runtime.clock import day_of, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import NotFoundError
from rapport.runtime.http import create_app, serve
from rapport.runtime.paging import Cursor, Limit

settings = AnalyticsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
counts = AnalyticsStore(dynamodb, settings.customers_table)
customer_store = CustomerStore(dynamodb, settings.customers_table)
ledger = Ledger(dynamodb, settings.customers_table)
search = CustomerSearch(dynamodb, settings.customers_table)
snapshots = SnapshotStore(dynamodb, settings.customers_table)
call_store = DynamoCallStore(dynamodb, settings.calls_table)
call_counts = CallCountStore(dynamodb, settings.calls_table)
segmentation = load_parameters(rapport_inference.ROOT / "models", "segmentation")
segment_model = read_parameters(Parameters, segmentation.parameters)
app = create_app()

DAY_OR_MONTH = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
From = Annotated[str | None, Query(alias="from", pattern=DAY_OR_MONTH, description="First day or month (UTC)")]
To = Annotated[str | None, Query(alias="to", pattern=DAY_OR_MONTH, description="Last day or month (UTC), included")]
Month = Annotated[str | None, Query(pattern=periods.MONTH, description="The month, now unless told (UTC)")]


Code = Annotated[str, Path(description="The segment's code", pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
CustomerId = Annotated[str, Path(description="The customer's id", pattern=r"^[A-Za-z0-9._:-]{1,128}$")]


class By(StrEnum):
    DAY = "day"
    MONTH = "month"


def manager() -> Principal:
    """The caller, who must be a supervisor, an analyst or an administrator."""
    return require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


@app.get(
    "/api/analytics/customers",
    tags=["analytics"],
    summary="Customers now: by segment, risk, language, standing and month of joining",
    operation_id="getCustomerAnalytics",
    responses=problems(401, 403, 429, 503, ok=CustomerAnalytics),
)
def customers() -> CustomerAnalytics:
    manager()
    return service.customer_analytics(counts)


@app.get(
    "/api/analytics/transactions",
    tags=["analytics"],
    summary="Transactions by day or month, category and channel, per currency",
    operation_id="getTransactionAnalytics",
    responses=problems(401, 403, 422, 429, 503, ok=TransactionAnalytics),
)
def transactions(
    start: From = None,
    end: To = None,
    by: Annotated[By, Query(description="Length of a period")] = By.MONTH,
) -> TransactionAnalytics:
    manager()
    chosen = periods.days if by is By.DAY else periods.months
    first, last = chosen(start, end, day_of(now_ms()))
    return service.transaction_analytics(counts, start=first, end=last, by_day=by is By.DAY)


@app.get(
    "/api/analytics/cohorts",
    tags=["analytics"],
    summary="Cohorts by month of joining: active share and spending by age in months",
    operation_id="getCohortAnalytics",
    responses=problems(401, 403, 422, 429, 503, ok=CohortAnalytics),
)
def cohorts(start: From = None, end: To = None) -> CohortAnalytics:
    manager()
    first, last = periods.months(start, end, day_of(now_ms()))
    return service.cohort_analytics(counts, start=first, end=last)


@app.get(
    "/api/analytics/metrics",
    tags=["analytics"],
    summary="Headline figures of a month beside the month before",
    operation_id="getMetricsOfMonth",
    responses=problems(401, 403, 422, 429, 503, ok=Metrics),
)
def metrics(month: Month = None) -> Metrics:
    manager()
    return service.metrics(counts, periods.a_month(month or day_of(now_ms())[:7], "month"))


@app.get(
    "/api/analytics/segments",
    tags=["analytics"],
    summary="Segments: size, profile against the whole, value, risk of leaving",
    operation_id="getSegments",
    responses=problems(401, 403, 429, 503, ok=SegmentAnalytics),
)
def segments() -> SegmentAnalytics:
    manager()
    described = segmentation.described
    return segment_analytics(counts, segment_model, version=described.version, synthetic=described.synthetic)


@app.get(
    "/api/analytics/segments/<code>/customers",
    tags=["analytics"],
    summary="Customers of a segment, the most valuable first",
    operation_id="listSegmentCustomers",
    responses=problems(401, 403, 404, 422, 429, 503, ok=SegmentMembers),
)
def segment_customers(
    code: Code,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SegmentMembers:
    manager()
    found, following = search.page(CustomerQuery(group=code), limit=limit, cursor=cursor)
    said = snapshots.of([customer.customer_id for customer in found])
    items = [
        SegmentMember(
            customer=CustomerView.of(customer),
            at=snapshot.at,
            currency=snapshot.currency,
            value_12m=snapshot.value_12m,
            churn=snapshot.churn,
            level=snapshot.level,
            reasons=snapshot.churn_reasons,
        )
        for customer in found
        if (snapshot := said.get(customer.customer_id)) is not None
    ]
    return SegmentMembers(items=items, next_cursor=following)


@app.get(
    "/api/analytics/value",
    tags=["analytics"],
    summary="How the value expected in twelve months spreads over customers, in tenths",
    operation_id="getValueAnalytics",
    responses=problems(401, 403, 429, 503, ok=ValueAnalytics),
)
def value() -> ValueAnalytics:
    manager()
    return value_analytics(counts)


@app.get(
    "/api/analytics/revenue",
    tags=["analytics"],
    summary="What each month brought in, its trend, and what is expected of the next",
    operation_id="getRevenueAnalytics",
    responses=problems(401, 403, 422, 429, 503, ok=RevenueAnalytics),
)
def revenue(start: From = None, end: To = None) -> RevenueAnalytics:
    manager()
    today = day_of(now_ms())
    first, last = periods.months(start, end, today)
    return revenue_analytics(counts, start=first, end=last, this_month=today[:7])


@app.get(
    "/api/analytics/calls",
    tags=["analytics"],
    summary="Ended calls: how many, how long, how they ended, how risky",
    operation_id="getCallAnalytics",
    responses=problems(401, 403, 422, 429, 503, ok=CallAnalytics),
)
def calls(start: From = None, end: To = None) -> CallAnalytics:
    caller = manager()
    first, last = periods.days(start, end, day_of(now_ms()))
    return call_analytics(
        call_counts, start=first, end=last, sees=lambda team: caller.can_see(agent_id=None, team=team)
    )


@app.get(
    "/api/analytics/<customer_id>/summary",
    tags=["analytics"],
    summary="One customer: value, activity, mix, calls, scores, and what changed in the last 30 days",
    operation_id="getCustomerSummary",
    responses=problems(401, 403, 404, 422, 429, 503, ok=CustomerSummary),
)
def customer_summary(customer_id: CustomerId) -> CustomerSummary:
    caller = require(app, Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    customer = customer_store.get(customer_id)
    if customer is None:
        raise NotFoundError("there is no such customer")
    return summary(customer, months=ledger, snapshots=snapshots, calls=call_store, caller=caller, now=now_ms())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
