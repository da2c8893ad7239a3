"""Entry point of admin_api: /api/admin/*, for administrators only."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel, Field, StringConstraints
from rapport.admin.gateway import CloudWatchLogs, CognitoStaff, Queues
from rapport.admin.observed import FunctionUsage, Level, Line, Wanted
from rapport.admin.settings import AdminApiSettings
from rapport.admin.stock import Dashboard, Stock
from rapport.admin.users import UserDetails, Users
from rapport.admin.vendor_calls import VendorUsage, vendor_usage
from rapport.audit.model import Action, Entry
from rapport.audit.reading import Filter, TrailReader
from rapport.audit.service import Trail
from rapport.audit.store import DynamoTrailStore
from rapport.calls.counts_store import CallCountStore
from rapport.cases.store import DynamoCaseStore
from rapport.health.service import Probe, examine
from rapport.identity.account_store import DynamoSessions
from rapport.identity.directory import Account
from rapport.identity.http import require, visitor
from rapport.identity.limits import shortened
from rapport.identity.model import Principal, Role
from rapport.registry.store import DynamoRegistry
from rapport.runtime.chain import Integrity
from rapport.runtime.clock import day_of, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError
from rapport.runtime.http import Body, create_app, serve
from rapport.vendors.names import VENDOR_CALL

HOUR_MS = 3_600_000
settings = AdminApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
staff = CognitoStaff(boto3.client("cognito-idp"), settings.user_pool_id)
logs = CloudWatchLogs(boto3.client("logs"))
queues = Queues(boto3.client("sqs"), (settings.poison_queue_url, settings.stream_failures_queue_url))
trail_store = DynamoTrailStore(dynamodb, settings.identity_table)
trail = Trail(trail_store, now_ms, shortened, time.sleep)
reader = TrailReader(trail_store)
sessions = DynamoSessions(dynamodb, settings.identity_table)
users = Users(staff, sessions, trail)
call_counts = CallCountStore(dynamodb, settings.calls_table)
cases = DynamoCaseStore(dynamodb, settings.cases_table)
registry = DynamoRegistry(dynamodb, settings.models_table)
stock = Stock(
    users=users.counts,
    trail=trail_store,
    calls=call_counts,
    models=registry,
    served=settings.served_models.split(),
    cases=cases,
    dead=queues,
)
functions = tuple(settings.functions.split())
vendor_functions = tuple(settings.vendor_functions.split())
app = create_app()

Username = Annotated[str, Path(description="The user's name", pattern=r"^[^\s/\\\x00-\x1f]{1,128}$")]
Limit = Annotated[int, Query(ge=1, le=60, description="Items a page")]
Cursor = Annotated[str | None, Query(max_length=4096, description="`next_cursor` of the page before")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
Hours = Annotated[int, Query(ge=1, le=72, description="So many hours back")]
# As literals: the conversation knows roles, too, and the API document names one thing once.
RoleName = Literal["customer", "agent", "supervisor", "analyst", "admin"]
_CORRELATION = re.compile(r"[A-Za-z0-9._:=+/-]{8,128}")


class User(BaseModel):
    """A user. `status` is Cognito's word; `verified` is false until the phone number is proven."""

    username: str
    email: str
    enabled: bool
    verified: bool
    status: str
    created_at: int


class UserPage(BaseModel):
    items: list[User]
    next_cursor: str | None


class UserSession(BaseModel):
    session_id: str
    created_at: int
    seen_at: int
    device: str
    address: str


class UserWithRights(User):
    """A user with rights and open sessions."""

    phone_number: str | None
    locale: str | None
    roles: list[RoleName]
    teams: list[str]
    sessions: list[UserSession]


class UserRights(Body):
    """Exactly these roles and teams, and why."""

    # A set is a list in JSON.
    roles: Annotated[frozenset[RoleName], Field(strict=False)]
    teams: Annotated[frozenset[Annotated[str, StringConstraints(max_length=40)]], Field(strict=False)] = frozenset()
    reason: Reason


class AccountReason(Body):
    reason: Reason


class DependencyHealth(BaseModel):
    """One dependency: whether it answered, and after how many milliseconds."""

    name: str
    healthy: bool
    latency_ms: float
    error: str | None


class SystemHealth(BaseModel):
    healthy: bool
    at: int
    dependencies: list[DependencyHealth]


class FunctionPerformance(BaseModel):
    """Runs of every function from `since` to `until`, by the reports that Lambda writes of each run."""

    since: int
    until: int
    items: list[FunctionUsage]


class VendorPerformance(BaseModel):
    """Calls of vendors over HTTP from `since` to `until`, by the line that each leaves. `partial` means that there were
    more than were read.
    """

    since: int
    until: int
    partial: bool
    items: list[VendorUsage]


class LogPage(BaseModel):
    """Lines of a function, oldest first. A page may be short or empty although a cursor follows."""

    functions: list[str]
    items: list[Line]
    next_cursor: str | None


class AuditEntry(BaseModel):
    """An entry of the trail. `actor` and `person` are names, or pseudonyms of those who were erased."""

    entry: Entry
    actor: str | None
    person: str | None


class AuditPage(BaseModel):
    """Entries of a UTC day, newest first. `integrity` comes with the first page: the whole day is checked."""

    day: str
    items: list[AuditEntry]
    next_cursor: str | None
    integrity: Integrity | None


def admin() -> Principal:
    return require(app, Role.ADMIN)


def _user(found: Account) -> dict[str, Any]:
    return {
        "username": found.username,
        "email": found.attributes.get("email", ""),
        "enabled": found.enabled,
        "verified": found.verified,
        "status": found.status,
        "created_at": found.created_at,
    }


def _details(found: UserDetails) -> UserWithRights:
    now_s = now_ms() // 1000
    return UserWithRights(
        **_user(found.account),
        phone_number=found.account.attributes.get("phone_number"),
        locale=found.account.attributes.get("locale"),
        roles=[role.value for role in sorted(found.roles)],
        teams=sorted(found.teams),
        sessions=[
            UserSession(
                session_id=each.session_id,
                created_at=each.created_at,
                seen_at=each.seen_at,
                device=each.device,
                address=each.address,
            )
            for each in found.sessions
            if each.expires_at > now_s
        ],
    )


@app.get(
    "/api/admin/dashboard",
    tags=["admin"],
    summary="How things stand today",
    operation_id="getAdminDashboard",
    responses=problems(401, 403, 429, 503, ok=Dashboard),
)
def dashboard() -> Dashboard:
    admin()
    return stock.at(now_ms())


@app.get(
    "/api/admin/users",
    tags=["admin"],
    summary="Users, of a role or whose names begin so",
    operation_id="listUsers",
    responses=problems(401, 403, 422, 429, 503, ok=UserPage),
)
def list_users(
    role: Annotated[RoleName | None, Query(description="Only users of this role")] = None,
    prefix: Annotated[str | None, Query(max_length=64, description="How the user name begins")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> UserPage:
    admin()
    found, following = users.page(role=Role(role) if role else None, prefix=prefix, limit=limit, cursor=cursor)
    return UserPage(items=[User(**_user(each)) for each in found], next_cursor=following)


@app.get(
    "/api/admin/users/<username>/details",
    tags=["admin"],
    summary="A user with rights and sessions",
    operation_id="getUserDetails",
    responses=problems(401, 403, 404, 422, 429, 503, ok=UserWithRights),
)
def user_details(username: Username) -> UserWithRights:
    admin()
    return _details(users.details(username))


@app.post(
    "/api/admin/users/<username>/roles",
    tags=["admin"],
    summary="Give a user exactly these roles and teams",
    operation_id="setUserRoles",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=UserWithRights),
)
def set_roles(username: Username, body: UserRights) -> UserWithRights:
    by = admin()
    return _details(
        users.set_rights(
            username,
            roles=frozenset(Role(role) for role in body.roles),
            teams=body.teams,
            reason=body.reason,
            by=by.username,
            address=visitor(app).address,
        )
    )


@app.post(
    "/api/admin/users/<username>/disable",
    tags=["admin"],
    summary="Shut an account and end its sessions",
    operation_id="disableUser",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=UserWithRights),
)
def disable(username: Username, body: AccountReason) -> UserWithRights:
    by = admin()
    return _details(users.disable(username, reason=body.reason, by=by.username, address=visitor(app).address))


@app.post(
    "/api/admin/users/<username>/enable",
    tags=["admin"],
    summary="Open an account again",
    operation_id="enableUser",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503, ok=UserWithRights),
)
def enable(username: Username, body: AccountReason) -> UserWithRights:
    by = admin()
    return _details(users.enable(username, reason=body.reason, by=by.username, address=visitor(app).address))


def probes() -> dict[str, Probe]:
    """The reads that the dashboard makes, one by one."""
    today = day_of(now_ms())
    reads: dict[str, Callable[[], object]] = {
        "identity-table": trail_store.head,
        "calls-table": lambda: list(call_counts.days([today[:7]], today, today)),
        "cases-table": cases.counts,
        "models-table": lambda: registry.reports(settings.served_models.split()[0], 1),
        "user-pool": lambda: staff.page(group=None, prefix=None, limit=1, cursor=None),
        "queues": queues.waiting,
        "logs": lambda: logs.lines("admin_api", Wanted(), since=now_ms(), until=now_ms(), limit=1, cursor=None),
    }
    return {name: probe_of(read) for name, read in reads.items()}


def probe_of(read: Callable[[], object]) -> Probe:
    def probe() -> None:
        read()

    return probe


@app.get(
    "/api/admin/monitoring/health",
    tags=["admin"],
    summary="Every dependency with its latency",
    operation_id="getMonitoringHealth",
    responses=problems(401, 403, 429, ok=SystemHealth),
)
def health() -> SystemHealth:
    admin()
    found = examine(probes())
    return SystemHealth(
        healthy=all(one.healthy for one in found),
        at=now_ms(),
        dependencies=[
            DependencyHealth(name=one.name, healthy=one.healthy, latency_ms=one.latency_ms, error=one.error)
            for one in found
        ],
    )


@app.get(
    "/api/admin/monitoring/performance",
    tags=["admin"],
    summary="How often and how fast every function ran",
    operation_id="getPerformance",
    responses=problems(401, 403, 422, 429, 503, ok=FunctionPerformance),
)
def performance(hours: Hours = 1) -> FunctionPerformance:
    admin()
    until = now_ms()
    since = until - hours * HOUR_MS
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(lambda name: logs.usage(name, since=since, until=until), functions))
    return FunctionPerformance(since=since, until=until, items=found)


@app.get(
    "/api/admin/monitoring/vendors",
    tags=["admin"],
    summary="How vendors answered",
    operation_id="getVendorPerformance",
    responses=problems(401, 403, 422, 429, 503, ok=VendorPerformance),
)
def vendors(hours: Hours = 1) -> VendorPerformance:
    admin()
    until = now_ms()
    since = until - hours * HOUR_MS
    with ThreadPoolExecutor(max_workers=8) as pool:
        read = list(pool.map(lambda name: logs.saying(name, VENDOR_CALL, since=since, until=until), vendor_functions))
    return VendorPerformance(
        since=since,
        until=until,
        partial=any(more for _, more in read),
        items=vendor_usage(line for lines, _ in read for line in lines),
    )


@app.get(
    "/api/admin/logs",
    tags=["admin"],
    summary="Log lines of a function",
    operation_id="getLogs",
    responses=problems(401, 403, 422, 429, 503, ok=LogPage),
)
def read_logs(
    function: Annotated[str, Query(max_length=64, description="The function's name")],
    level: Annotated[Level | None, Query(description="Only lines of this level")] = None,
    correlation_id: Annotated[str | None, Query(max_length=128, description="Only lines of one request")] = None,
    hours: Hours = 1,
    limit: Annotated[int, Query(ge=1, le=200, description="Lines a page")] = 100,
    cursor: Cursor = None,
) -> LogPage:
    admin()
    if function not in functions:
        raise InvalidInputError("there is no such function", field="function")
    if correlation_id is not None and not _CORRELATION.fullmatch(correlation_id):
        raise InvalidInputError("this is not a correlation id", field="correlation_id")
    until = now_ms()
    found, following = logs.lines(
        function,
        Wanted(level, correlation_id),
        since=until - hours * HOUR_MS,
        until=until,
        limit=limit,
        cursor=cursor,
    )
    return LogPage(functions=list(functions), items=found, next_cursor=following)


@app.get(
    "/api/admin/audit",
    tags=["admin"],
    summary="The audit trail of a day",
    operation_id="getAudit",
    responses=problems(401, 403, 422, 429, 503, ok=AuditPage),
)
def audit(
    day: Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$", description="UTC; today unless given")] = None,
    action: Annotated[Action | None, Query(description="Only this was done")] = None,
    person: Annotated[str | None, Query(max_length=128, description="Done by or to this user")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AuditPage:
    admin()
    chosen = day or day_of(now_ms())
    page = reader.page(chosen, Filter(action=action, username=person), limit=limit, cursor=cursor)
    return AuditPage(
        day=chosen,
        items=[
            AuditEntry(
                entry=entry,
                actor=page.names.get(entry.actor or "", entry.actor),
                person=page.names.get(entry.person or "", entry.person),
            )
            for entry in page.entries
        ],
        next_cursor=page.next_cursor,
        integrity=trail.integrity(chosen) if cursor is None else None,
    )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
