"""What people do to an application: the applicant, and the operators who help. Each action is recorded first and
then told to the waiting workflow; an action that comes twice is recorded once and told again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from rapport.onboarding.answers import Answers
from rapport.onboarding.model import (
    Applicant,
    Application,
    EffectKind,
    EventType,
    HelpAction,
    ReviewDecision,
    State,
    Step,
    Wait,
)
from rapport.onboarding.ports import CheckOutcome, Documents, Journal, StaleError, Tokens, Verifications, Workflow
from rapport.onboarding.progress import after_approval, after_documents, following, started
from rapport.onboarding.recorder import APPLICANT, Recorder
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError, TooManyRequestsError

DEFINITION_VERSION = 1
# Vonage gives three tries a request; new requests are free of tries, which is what SMS pumping lives on.
MOST_CODES = 3
# Applications that somebody may begin within a day, for the same reason.
MOST_APPLICATIONS = 5
DAY_MS = 86_400_000
WITHDRAWN = "WithdrawnError"


@dataclass(frozen=True)
class Counter:
    """Everything the desk needs. `code_apart_ms` lie between two codes at least."""

    journal: Journal
    tokens: Tokens
    workflow: Workflow
    verifications: Verifications
    documents: Documents
    now: Callable[[], int]
    code_apart_ms: int = 30_000


class Desk:
    """The people's side of onboarding."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._recorder = Recorder(counter.journal, counter.now)
        self._answers = Answers(counter.journal, counter.tokens, counter.workflow, counter.now)

    def start(self, applicant: Applicant) -> Application:
        """A new application with its workflow started. Starting the same one again changes nothing."""
        detail = {
            "product": applicant.product,
            "language": applicant.language,
            "definition_version": str(DEFINITION_VERSION),
        }
        event = following(
            None,
            application_id=applicant.application_id,
            type=EventType.STARTED,
            at=self._counter.now(),
            by=APPLICANT,
            state=State.SCREENING,
            detail=detail,
        )
        application = started(event, applicant.username)
        try:
            self._counter.journal.begin(application, event, applicant)
        except StaleError:
            application = self._recorder.current(applicant.application_id)
        self._counter.workflow.start(application)
        return application

    def enter_code(self, application_id: str, code: str) -> Application:
        """Check a code. `InvalidInputError` when it is wrong, `ConflictError` when a new one is needed."""
        application = self._recorder.current(application_id)
        if application.state is not State.PHONE:
            self._answers.tell(application, Wait.CODE)
            return application
        request = application.effect(EffectKind.VERIFICATION)
        if request is None:
            raise ConflictError("no code has been sent yet")
        outcome = self._counter.verifications.check(request.id, code)
        if outcome is CheckOutcome.COMPLETED:
            application = self._recorder.record(
                application,
                EventType.PHONE_VERIFIED,
                state=State.PLAN,
                by=APPLICANT,
                skip=lambda newest: newest.state is not State.PHONE,
            )
            self._answers.tell(application, Wait.CODE)
            return application
        self._recorder.record(application, EventType.CODE_WRONG, by=APPLICANT, detail={"outcome": outcome.value})
        if outcome is CheckOutcome.WRONG:
            raise InvalidInputError("the code is not right", field="code")
        if application.codes_sent >= MOST_CODES:
            self._answers.give_up_phone(application, "codes_used_up")
            raise ConflictError("the number could not be verified; one of our people will look at it")
        raise ConflictError("this code is used up or too old; ask for a new one")

    def another_code(self, application_id: str) -> Application:
        """Ask for a new code. `ConflictError` when none may be sent any more."""
        application = self._recorder.current(application_id)
        if application.state is not State.PHONE:
            raise ConflictError("the number is verified already")
        if application.codes_sent >= MOST_CODES:
            return self._answers.give_up_phone(application, "codes_used_up")
        sent_at, apart_ms = application.code_sent_at, self._counter.code_apart_ms
        if sent_at is not None and self._counter.now() - sent_at < apart_ms:
            raise TooManyRequestsError("the code was just sent; wait half a minute before you ask for another one")
        self._answers.tell(application, Wait.CODE, again=True)
        return application

    def video_held(self, application_id: str, *, by: str) -> Application:
        """An operator says that the video session took place."""
        application = self._recorder.record(
            self._recorder.current(application_id),
            EventType.VIDEO_HELD,
            state=State.DOCUMENTS,
            by=by,
            skip=lambda newest: newest.state not in {State.SCREENING, State.PHONE, State.PLAN, State.VIDEO},
        )
        self._answers.tell(application, Wait.VIDEO)
        return application

    def sign(self, application_id: str, document_id: str, *, name: str) -> Application:
        """Sign a document by typing one's name. The last signature sends the application on."""
        application = self._recorder.current(application_id)
        if document_id not in application.documents:
            raise NotFoundError("this application has no such document")
        applicant = self._counter.journal.applicant(application_id)
        if applicant is None or not hmac.compare_digest(_plain(name), _plain(applicant.name)):
            raise InvalidInputError("type your name as it stands in the application", field="name")
        if document_id not in application.signed:
            self._counter.documents.sign(document_id, by=applicant.name, at=self._counter.now())
            last = application.signed | {document_id} == set(application.documents)
            application = self._recorder.record(
                application,
                EventType.DOCUMENT_SIGNED,
                state=after_documents(application) if last else None,
                by=APPLICANT,
                detail={"document_id": document_id},
                skip=lambda newest: document_id in newest.signed,
            )
        if application.state is not State.DOCUMENTS:
            self._answers.tell(application, Wait.SIGNATURE)
        return application

    def review(self, application_id: str, decision: ReviewDecision, *, code: str, text: str, by: str) -> Application:
        """Decide a review: on to what is missing, back to the documents, or to the end."""
        application = self._recorder.current(application_id)
        if application.state is State.REVIEW:
            if decision is not ReviewDecision.APPROVE and not text.strip():
                raise InvalidInputError("say why, in words for the customer's file", field="text")
            after = {
                ReviewDecision.APPROVE: after_approval(application),
                ReviewDecision.REVISION: State.DOCUMENTS,
                ReviewDecision.REJECT: State.REVIEW,
            }[decision]
            application = self._recorder.record(
                application,
                EventType.REVIEWED,
                state=after,
                by=by,
                detail={"decision": decision.value, "code": code, "text": text},
                skip=lambda newest: newest.state is not State.REVIEW,
            )
        self._answers.tell(application, Wait.REVIEW)
        return application

    def help(self, application_id: str, action: HelpAction, *, text: str, by: str) -> Application:
        """Answer a step that a vendor failed: try it again, take it as done by hand, or give up."""
        application = self._recorder.current(application_id)
        step = application.failed_step
        if step is not None:
            if action is not HelpAction.RETRY and not text.strip():
                raise InvalidInputError("say what you did, for the file", field="text")
            application = self._recorder.record(
                application,
                EventType.HELPED,
                state=_done_by_hand(application, step) if action is HelpAction.DONE else None,
                by=by,
                detail={"step": step.value, "action": action.value, "text": text},
                skip=lambda newest: newest.failed_step is None,
            )
        self._answers.tell(application, Wait.HELP)
        return application

    def withdraw(self, application_id: str) -> Application:
        """Take an application back. What was done outside is undone by the workflow."""
        application = self._recorder.current(application_id)
        if application.state.over:
            raise ConflictError(f"the application is {application.state.value} already")
        application = self._recorder.record(
            application, EventType.WITHDRAWAL, by=APPLICANT, skip=lambda newest: newest.withdrawal
        )
        for what in Wait:
            token = self._counter.tokens.get(application_id, what)
            if token is not None:
                self._counter.workflow.interrupt(token, WITHDRAWN)
        return application

    def resumed(self, application_id: str) -> Application:
        """Record that the applicant went on on another device."""
        return self._recorder.record(
            self._recorder.current(application_id),
            EventType.RESUMED,
            by=APPLICANT,
            skip=lambda newest: newest.state.over,
        )


def _done_by_hand(application: Application, step: Step) -> State:
    """The state after a step that a person did by hand."""
    match step:
        case Step.SCREENING:
            return State.PHONE
        case Step.PHONE:
            return State.PLAN
        case Step.PLAN | Step.VIDEO:
            return State.DOCUMENTS
        case Step.DOCUMENTS:
            return after_documents(application)
        case Step.REVIEW:
            return after_approval(application)
        case Step.CRM:
            return State.WELCOME
        case Step.WELCOME:
            return State.WELCOME


def _plain(name: str) -> bytes:
    """A name without differences of case and spacing."""
    return " ".join(name.casefold().split()).encode()
