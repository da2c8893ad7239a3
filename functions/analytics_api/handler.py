"""Entry point of analytics_api: what the counters say."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Query
from rapport.analytics import periods, service
from rapport.analytics.model import CohortAnalytics, CustomerAnalytics, Metrics, TransactionAnalytics
from rapport.analytics.settings import AnalyticsApiSettings
from rapport.analytics.store import AnalyticsStore
from rapport.identity.http import require
from rapport.identity.model import Role
from rapport.runtime.clock import day_of, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import create_app, serve

settings = AnalyticsApiSettings.from_environment(os.environ)
counts = AnalyticsStore(boto3.client("dynamodb"), settings.customers_table)
app = create_app()

DAY_OR_MONTH = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"
From = Annotated[str | None, Query(alias="from", pattern=DAY_OR_MONTH, description="First day or month (UTC)")]
To = Annotated[str | None, Query(alias="to", pattern=DAY_OR_MONTH, description="Last day or month (UTC), included")]
Month = Annotated[str | None, Query(pattern=periods.MONTH, description="The month, now unless told (UTC)")]


class By(StrEnum):
    DAY = "day"
    MONTH = "month"


def manager() -> None:
    """The caller must be a supervisor, an analyst or an administrator."""
    require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)


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


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
