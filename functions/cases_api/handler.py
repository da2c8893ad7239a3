"""Entry point of cases_api: the inbox of suspicious payments and what analysts do with them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

import boto3
import rapport_inference
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from rapport.audit.model import Action
from rapport.audit.service import Trail
from rapport.audit.store import DynamoTrailStore
from rapport.calls.model import Band
from rapport.cases.compose import compose
from rapport.cases.gateway import ROLES, CognitoStaff
from rapport.cases.model import Case, CaseKind, CaseOutcome, CaseState, DecisionCode
from rapport.cases.settings import CasesApiSettings
from rapport.cases.similar import similar
from rapport.cases.store import CaseQuery
from rapport.cases.view import CaseCounts, CaseDetail, CasePage, CaseSummary
from rapport.customers.model import Identifier
from rapport.customers.view import CustomerView
from rapport.identity.http import require, visitor
from rapport.identity.limits import shortened
from rapport.identity.model import Principal
from rapport.runtime.clock import DAY_MS, now_ms
from rapport.runtime.documented import problems
from rapport.runtime.errors import InvalidInputError
from rapport.runtime.http import AsWord, Body, create_app, serve
from rapport.runtime.idempotency import Idempotency
from rapport.runtime.paging import Cursor, Limit

SIMILAR_DAYS, SIMILAR_MOST = 90, 200

settings = CasesApiSettings.from_environment(os.environ)
dynamodb = boto3.client("dynamodb")
staff = CognitoStaff(boto3.client("cognito-idp"), settings.user_pool_id)
composed = compose(
    settings,
    models=rapport_inference.ROOT / "models",
    dynamodb=dynamodb,
    s3=boto3.client("s3"),
    staff=staff,
    four_eyes=settings.four_eyes,
)
cases = composed.cases
trail = Trail(DynamoTrailStore(dynamodb, settings.identity_table), now_ms, shortened, time.sleep)
idempotency = Idempotency(dynamodb, settings.identity_table)
app = create_app()


def _plain(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise ValueError("control characters are not allowed")
    return text


CaseId = Annotated[str, Path(description="The case's id", pattern=r"^[0-9a-f-]{36}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_plain)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_plain)]
Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$")]
Version = Annotated[int, Field(ge=1, le=10**6, description="The version of the case that you looked at")]
READ = (401, 403, 404, 422, 429, 503)
WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)


class OpenCase(Body):
    """A payment of the last 400 days that somebody should look at."""

    customer_id: Identifier
    transaction_id: Identifier


class AssignCase(Body):
    """Whom the case goes to; null gives it back to nobody."""

    assignee: Username | None
    version: Version | None = None


class CommentOnCase(Body):
    text: Words


class DecideCase(Body):
    """Either a decision (outcome, reason code, text), or a second person's word on one: `confirm` true closes the
    case, false sends it back with a text that says why.
    """

    outcome: AsWord[CaseOutcome] | None = None
    reason_code: AsWord[DecisionCode] | None = None
    confirm: bool | None = None
    text: Reason = ""
    version: Version | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> DecideCase:
        if self.confirm is None and (self.outcome is None or self.reason_code is None):
            raise ValueError("a decision needs outcome and reason_code; a second person sends confirm")
        if self.confirm is not None and (self.outcome is not None or self.reason_code is not None):
            raise ValueError("confirm says yes or no to what was decided: send no outcome and no reason_code with it")
        return self


class ReopenCase(Body):
    text: Words
    version: Version | None = None


class StaffList(BaseModel):
    """Who may work on cases, by user name."""

    items: list[str]


def worker() -> Principal:
    """The caller, who must be somebody who decides on cases."""
    return require(app, *ROLES)


def change(case_id: str, action: str, body: BaseModel, operation: Callable[[str], Case]) -> Case:
    """Run a change of a case once per key, for the caller."""
    caller = worker().username
    found = idempotency.once(app, caller, f"cases/{case_id}/{action}", body, lambda: operation(caller))
    return Case.model_validate(found)


@app.get("/api/cases", tags=["cases"], summary="The inbox: cases by state, kind, assignee and band",
         operation_id="listCases", responses=problems(401, 403, 422, 429, 503, ok=CasePage))  # fmt: skip
def list_cases(
    state: Annotated[CaseState | None, Query(description="Only this state")] = None,
    kind: Annotated[CaseKind | None, Query(description="Only this kind")] = None,
    assignee: Annotated[
        str | None, Query(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$", description="`me`, `nobody`, or a user name")
    ] = None,
    band: Annotated[Band | None, Query(description="Only this band")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> CasePage:
    caller = worker()
    query = CaseQuery(
        state=state,
        kind=kind,
        assignee={"me": caller.username, "nobody": None}.get(assignee or "nobody", assignee),
        unassigned=assignee == "nobody",
        band=band,
    )
    found, following = composed.store.page(query, limit=limit, cursor=cursor)
    counts = {state.value: number for state, number in composed.store.counts(kind).items()}
    return CasePage(
        items=[CaseSummary.of(case) for case in found],
        counts=CaseCounts.model_validate(counts),
        next_cursor=following,
    )


@app.get("/api/cases/staff", tags=["cases"], summary="Who may work on cases", operation_id="listCaseStaff",
         responses=problems(401, 403, 429, 503, ok=StaffList))  # fmt: skip
def list_staff() -> StaffList:
    worker()
    return StaffList(items=sorted(staff.names()))


@app.post("/api/cases", tags=["cases"], summary="Open a case for a payment by hand", operation_id="openCase",
          status_code=201, responses=problems(*WRITE, created=Case))  # fmt: skip
def open_case(body: OpenCase) -> Response[Case]:
    caller = worker().username
    made = idempotency.once(
        app,
        caller,
        "cases",
        body,
        lambda: composed.intake.open_by_hand(body.customer_id, body.transaction_id, caller),
    )
    return Response(HTTPStatus.CREATED.value, body=Case.model_validate(made), content_type="application/json")


@app.get("/api/cases/<case_id>", tags=["cases"], summary="A case with its payment, customer and whole record",
         operation_id="getCase", responses=problems(*READ, ok=CaseDetail))  # fmt: skip
def get_case(case_id: CaseId) -> CaseDetail:
    worker()
    case = cases.get(case_id)
    events, verification = cases.record(case)
    customer = composed.customers.get(case.subject.customer_id)
    others, _ = composed.ledger.page(
        case.subject.customer_id, since=now_ms() - SIMILAR_DAYS * DAY_MS, limit=SIMILAR_MOST, cursor=None
    )
    return CaseDetail(
        case=case,
        recommendation=case.finding.recommendation,
        customer=CustomerView.of(customer) if customer else None,
        similar=similar(case.transaction, others),
        events=events,
        verification=verification,
        second_for={outcome: list(reasons) for outcome, reasons in cases.second_for(case).items()},
    )


@app.post("/api/cases/<case_id>/assign", tags=["cases"], summary="Take a case, give it to somebody, or give it back",
          operation_id="assignCase", responses=problems(*WRITE, ok=Case))  # fmt: skip
def assign_case(case_id: CaseId, body: AssignCase) -> Case:
    return change(case_id, "assign", body, lambda by: cases.assign(case_id, body.assignee, by=by, version=body.version))


@app.post("/api/cases/<case_id>/comment", tags=["cases"], summary="Add a comment", operation_id="commentOnCase",
          responses=problems(*WRITE, ok=Case))  # fmt: skip
def comment_on_case(case_id: CaseId, body: CommentOnCase) -> Case:
    return change(case_id, "comment", body, lambda by: cases.comment(case_id, body.text, by=by))


def recorded(by: str, after: Case) -> None:
    """Into the audit trail. The case's own record, in which it stands already, says why."""
    what = {"outcome": after.decision.outcome.value} if after.decision else {}
    data = {"event": after.changed_type.value, "state": after.state.value, "version": str(after.version), **what}
    trail.record(
        Action.CASE_DECIDED, actor=by, subject=f"case/{after.case_id}", address=visitor(app).address, data=data
    )


@app.post("/api/cases/<case_id>/decision", tags=["cases"], summary="Decide, or confirm what somebody else decided",
          operation_id="decideCase", responses=problems(*WRITE, ok=Case))  # fmt: skip
def decide_case(case_id: CaseId, body: DecideCase) -> Case:
    def operation(by: str) -> Case:
        if body.confirm is not None:
            after = cases.second(case_id, body.text, confirm=body.confirm, by=by, version=body.version)
        elif body.outcome is None or body.reason_code is None:
            raise InvalidInputError("a decision needs outcome and reason_code")
        else:
            after = cases.decide(case_id, body.outcome, body.reason_code, body.text, by=by, version=body.version)
        recorded(by, after)
        return after

    return change(case_id, "decision", body, operation)


@app.post("/api/cases/<case_id>/reopen", tags=["cases"], summary="Look at a closed case again",
          operation_id="reopenCase", responses=problems(*WRITE, ok=Case))  # fmt: skip
def reopen_case(case_id: CaseId, body: ReopenCase) -> Case:
    return change(case_id, "reopen", body, lambda by: cases.reopen(case_id, body.text, by=by, version=body.version))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serve(app, event, context)
