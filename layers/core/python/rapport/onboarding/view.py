"""What an applicant and an operator see of an application. The applicant never sees why a rule fired."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from rapport.onboarding.model import OVER, Application, Language, Plan, RuleHit, State, Tag, Waiting
from rapport.onboarding.progress import whither


class View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepView(View):
    """A step of the way: done, where the application is now, or still to come."""

    step: State
    standing: Literal["done", "now", "ahead"]


class DocumentView(View):
    document_id: str
    signed: bool


class ApplicationView(View):
    """An application as its applicant sees it. `waiting` says for what and until when (epoch ms) we wait."""

    application_id: str
    product: str
    language: Language
    state: State
    steps: tuple[StepView, ...]
    waiting: Waiting | None
    documents: tuple[DocumentView, ...]
    codes_left: int
    code_again_at: int | None
    started_at: int
    changed_at: int


class OperatorView(ApplicationView):
    """The same for an operator, with what machines and people said of it."""

    username: str
    tags: tuple[Tag, ...]
    hits: tuple[RuleHit, ...]
    plan: Plan | None
    failed_step: str | None
    failed_vendor: str | None
    case_id: str | None
    customer_id: str | None
    version: int


ORDER = (State.SCREENING, State.PHONE, State.PLAN, State.VIDEO, State.DOCUMENTS, State.REVIEW, State.CRM, State.WELCOME)


def way(application: Application) -> tuple[StepView, ...]:
    """The steps of this application in their order. A step that the plan leaves out is not shown."""
    state = State(whither(application)["next"])
    shown = [step for step in ORDER if _shown(application, step)]
    place = shown.index(state) if state in shown else len(shown)
    if state in OVER and state is not State.ACTIVE:
        return ()
    return tuple(
        StepView(step=step, standing="done" if number < place else "now" if number == place else "ahead")
        for number, step in enumerate(shown)
    )


def _shown(application: Application, step: State) -> bool:
    if step is State.VIDEO:
        return application.state is step or (application.plan is not None and application.plan.video)
    if step is State.REVIEW:
        return application.state is step or application.case_id is not None
    return True


def _common(application: Application, *, most_codes: int, apart_ms: int) -> dict[str, object]:
    sent_at = application.code_sent_at
    return {
        "application_id": application.application_id,
        "product": application.product,
        "language": application.language,
        "state": application.state,
        "steps": way(application),
        "waiting": application.waiting,
        "documents": tuple(
            DocumentView(document_id=name, signed=name in application.signed) for name in application.documents
        ),
        "codes_left": max(0, most_codes - application.codes_sent),
        "code_again_at": sent_at + apart_ms if sent_at is not None else None,
        "started_at": application.started_at,
        "changed_at": application.changed_at,
    }


def for_applicant(application: Application, *, most_codes: int, apart_ms: int) -> ApplicationView:
    """What the applicant sees."""
    return ApplicationView.model_validate(_common(application, most_codes=most_codes, apart_ms=apart_ms))


def for_operator(application: Application, *, most_codes: int, apart_ms: int) -> OperatorView:
    """What an operator sees."""
    return OperatorView.model_validate(
        {
            **_common(application, most_codes=most_codes, apart_ms=apart_ms),
            "username": application.username,
            "tags": tuple(sorted(application.tags)),
            "hits": application.hits,
            "plan": application.plan,
            "failed_step": application.failed_step,
            "failed_vendor": application.failed_vendor,
            "case_id": application.case_id,
            "customer_id": application.customer_id,
            "version": application.version,
        }
    )
