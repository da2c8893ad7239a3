"""Entry point of trends_api: what is known of a series, and who wants to be told of it."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel
from rapport.identity.http import principal, require
from rapport.identity.model import Role
from rapport.runtime.clock import new_id, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.http import create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit
from rapport.trends.compose import outlooks_of
from rapport.trends.counts_store import DynamoCounts
from rapport.trends.desk import Desk, MonitorView, NewMonitor, check_sees, may_see
from rapport.trends.monitors import TrendAlert
from rapport.trends.monitors_store import DynamoMonitors
from rapport.trends.series import series_key
from rapport.trends.service import TrendSummary, summary
from rapport.trends.settings import TrendsApiSettings

settings = TrendsApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
outlooks = outlooks_of(dynamodb, settings.trends_table, rapport_inference.ROOT / "models", settings.place)
counts = DynamoCounts(dynamodb, settings.trends_table)
monitors = DynamoMonitors(dynamodb, settings.trends_table)
desk = Desk(monitors, now_ms, new_id)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()

STAFF = (Role.AGENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
LEADS = (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
SeriesId = Annotated[
    str,
    Path(
        description="A customer's id, or `all`, `calls`, `team:<team>`, `event:<name>`, `user:<customer id>`",
        pattern=r"^[A-Za-z0-9_.:@-]{1,70}$",
    ),
]
MonitorId = Annotated[str, Path(description="The monitor's id", pattern=r"^[0-9a-f-]{36}$")]


class TrendSeriesPage(BaseModel):
    """Keys of series that were counted in the last month; customers' are not listed."""

    items: list[str]
    next_cursor: str | None


class TrendMonitorPage(BaseModel):
    """Every monitor that the caller may see: there are a few hundred at most, so there is one page."""

    items: list[MonitorView]
    next_cursor: str | None = None


class TrendAlertPage(BaseModel):
    items: list[TrendAlert]
    next_cursor: str | None


@app.get("/api/trends/series", tags=["trends"], summary="The series that there are",
         operation_id="listTrendSeries", responses=problems(401, 403, 422, 429, 503, ok=TrendSeriesPage))  # fmt: skip
def list_series(cursor: Cursor = None, limit: Limit = 100) -> TrendSeriesPage:
    caller = require(app, *LEADS)
    found, following = counts.catalogue_page(limit=limit, cursor=cursor)
    return TrendSeriesPage(items=[series for series in found if may_see(caller, series)], next_cursor=following)


@app.get("/api/trends/monitors", tags=["trends"], summary="Monitors and where they are",
         operation_id="listTrendMonitors",
         responses=problems(401, 403, 422, 429, 503, ok=TrendMonitorPage))  # fmt: skip
def list_monitors(
    series: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_.:@-]{1,70}$", description="Only this one")] = None,
) -> TrendMonitorPage:
    caller = require(app, *STAFF)
    return TrendMonitorPage(items=desk.seen_by(caller, series_key(series) if series else None))


@app.delete("/api/trends/monitors/<monitor_id>", tags=["trends"], summary="Remove a monitor",
            operation_id="removeTrendMonitor", status_code=204,
            responses=problems(401, 403, 404, 422, 429, 503, empty=True))  # fmt: skip
def remove_monitor(monitor_id: MonitorId) -> Response[None]:
    desk.remove(monitor_id, require(app, *STAFF))
    return Response(HTTPStatus.NO_CONTENT.value)


@app.get("/api/trends/alerts", tags=["trends"], summary="Alerts, newest first: of one's own monitors, or all",
         operation_id="listTrendAlerts", responses=problems(401, 403, 422, 429, 503, ok=TrendAlertPage))  # fmt: skip
def list_alerts(cursor: Cursor = None, limit: Limit = 25) -> TrendAlertPage:
    caller = require(app, *STAFF)
    owner = None if caller.sees_everything else caller.username
    found, following = monitors.alerts(owner, limit=limit, cursor=cursor)
    return TrendAlertPage(items=found, next_cursor=following)


@app.get("/api/trends/<user_id>/summary", tags=["trends"],
         summary="Season, change points, anomalies, 48-hour forecast and its accuracy",
         operation_id="getTrendSummary", responses=problems(401, 403, 404, 422, 429, 503, ok=TrendSummary))  # fmt: skip
def get_summary(user_id: SeriesId) -> TrendSummary:
    series = series_key(user_id)
    check_sees(principal(app), series)
    return summary(outlooks, series, now_ms())


@app.post("/api/trends/<user_id>/monitor", tags=["trends"], summary="Be told when a series passes a threshold",
          operation_id="makeTrendMonitor", status_code=201,
          responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, created=MonitorView))  # fmt: skip
def make_monitor(user_id: SeriesId, body: NewMonitor) -> Response[MonitorView]:
    caller, series = require(app, *STAFF), series_key(user_id)
    made = idempotency.once(
        app, caller.username, f"trends/{series}/monitor", body, lambda: desk.make(series, body, caller)
    )
    return Response(HTTPStatus.CREATED.value, body=MonitorView.model_validate(made), content_type="application/json")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
