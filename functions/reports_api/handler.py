"""Entry point of reports_api: makes a report and answers with its address."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler import Response
from botocore.config import Config
from pydantic import BaseModel, Field
from rapport.analytics import periods
from rapport.analytics.settings import ReportsApiSettings
from rapport.analytics.store import AnalyticsStore
from rapport.identity.http import require
from rapport.identity.model import Role
from rapport.reports.build import build_report
from rapport.reports.gateway import LINK_S, ReportFiles
from rapport.reports.model import Language, Report, ReportFormat, ReportKind
from rapport.reports.page import render_html
from rapport.reports.sheet import render_csv
from rapport.reports.workbook import render_xlsx
from rapport.runtime.clock import day_of, new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency

settings = ReportsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
counts = AnalyticsStore(dynamodb, settings.customers_table)
files = ReportFiles(boto3.client("s3", config=Config(signature_version="s3v4")), settings.files_bucket)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

RENDERERS = {ReportFormat.CSV: render_csv, ReportFormat.XLSX: render_xlsx, ReportFormat.HTML: render_html}
Month = Annotated[str | None, Field(pattern=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$")]


class NewReport(Body):
    """What to report, and how. Months are UTC, both included; the last twelve unless told."""

    kind: AsWord[ReportKind]
    format: AsWord[ReportFormat] = ReportFormat.XLSX
    start: Month = Field(default=None, alias="from")
    end: Month = Field(default=None, alias="to")
    language: AsWord[Language] = Language.EN


class MadeReport(BaseModel):
    """A finished report; the file is kept for a week."""

    report_id: str
    kind: ReportKind
    format: ReportFormat
    rows: int
    bytes: int


class LinkedReport(MadeReport):
    """A finished report with an address that works until `expires_at` (epoch ms)."""

    url: str
    expires_at: int


def key_of(report_id: str, form: ReportFormat) -> str:
    return f"reports/{report_id}.{form}"


def make(body: NewReport) -> MadeReport:
    """Build, render and keep the report."""
    today = day_of(now_ms())
    first, last = periods.months(body.start, body.end, today)
    end = today if body.kind is ReportKind.CUSTOMERS else last
    report: Report = build_report(body.kind, counts, start=first, end=end, language=body.language)
    content = RENDERERS[body.format](report)
    made = MadeReport(report_id=new_id(), kind=body.kind, format=body.format, rows=report.rows, bytes=len(content))
    files.keep(key_of(made.report_id, made.format), content, body.format, f"{body.kind}-{end}.{body.format}")
    return made


@app.post(
    "/api/reports",
    tags=["analytics"],
    summary="Make a report as CSV, Excel or HTML",
    operation_id="createReport",
    status_code=201,
    responses=problems(400, 401, 403, 409, 413, 415, 422, 429, 503, created=LinkedReport),
)
def create_report(body: NewReport) -> Response[LinkedReport]:
    caller = require(app, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
    answer = idempotency.once(app, caller.username, "reports", body, lambda: make(body))
    made = MadeReport.model_validate(answer)
    linked = LinkedReport(
        **made.model_dump(),
        url=files.link(key_of(made.report_id, made.format)),
        expires_at=now_ms() + LINK_S * 1000,
    )
    return Response(HTTPStatus.CREATED.value, body=linked, content_type="application/json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
