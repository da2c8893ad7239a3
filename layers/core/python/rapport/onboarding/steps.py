"""What the workflow does at each step. A step may run twice: what it did before it finds again and does not repeat.

`run` answers the state machine with where to go next; it raises what the definition retries and catches:
`VendorUnavailable`, `VendorRefused`, `VendorMisconfigured`, `WithdrawnError`, `UnwindingError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rapport.onboarding.model import (
    Applicant,
    Application,
    Effect,
    EffectKind,
    EventType,
    State,
    Step,
    Wait,
)
from rapport.onboarding.ports import (
    Crm,
    Customers,
    Documents,
    Journal,
    Messages,
    Opinion,
    Planner,
    Reminders,
    Reviews,
    Sightings,
    Tokens,
    Verifications,
    Videos,
    Workflow,
)
from rapport.onboarding.progress import Output, arrived, whither
from rapport.onboarding.recorder import Recorder
from rapport.onboarding.screening import Facts, screen, verdict
from rapport.vendors.errors import VendorError

# A number in more applications of a day than these gets no code, but a person: new applications must not be the way
# around the cap on codes.
MOST_OF_A_NUMBER = 5
# The kind of document that a new customer is given.
LETTER = "welcome_letter"


class WithdrawnError(Exception):
    """The customer took the application back: the definition goes on to undo what was done."""


class UnwindingError(Exception):
    """Something could not be undone yet."""


@dataclass(frozen=True)
class World:
    """Everything the steps need."""

    journal: Journal
    tokens: Tokens
    verifications: Verifications
    videos: Videos
    documents: Documents
    crm: Crm
    messages: Messages
    opinion: Opinion
    sightings: Sightings
    planner: Planner
    reviews: Reviews
    reminders: Reminders
    customers: Customers
    workflow: Workflow
    now: Callable[[], int]


class Steps:
    """The workflow's side of onboarding."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._recorder = Recorder(world.journal, world.now)
        self._runs: Mapping[str, Callable[[Application, Mapping[str, str]], Application]] = {
            "screen": self._screen,
            "send_code": self._send_code,
            "plan": self._plan,
            "create_video": self._create_video,
            "make_documents": self._make_documents,
            "open_review": self._open_review,
            "write_crm": self._write_crm,
            "welcome": self._welcome,
            "ask_for_help": self._ask_for_help,
            "await": self._await,
            "unwind": self._unwind,
            "close": self._close,
        }

    def run(self, name: str, application_id: str, arguments: Mapping[str, str]) -> Output:
        """Do a step of an application. KeyError for a name that the definition should not have."""
        application = self._recorder.current(application_id)
        if application.withdrawal and name not in {"unwind", "close", "ask_for_help", "await"}:
            raise WithdrawnError
        return whither(self._runs[name](application, arguments))

    def _applicant(self, application: Application) -> Applicant:
        applicant = self._world.journal.applicant(application.application_id)
        if applicant is None:
            raise WithdrawnError  # erased meanwhile
        return applicant

    def _screen(self, application: Application, arguments: Mapping[str, str]) -> Application:
        del arguments
        if application.state is State.SCREENING:
            applicant = self._applicant(application)
            today = datetime.fromtimestamp(self._world.now() / 1000, UTC).date()
            facts = Facts(applicant, self._world.sightings.count(applicant), today)
            hits = screen(facts, self._world.opinion.of(applicant, facts.seen))
            application = self._recorder.record(
                application,
                EventType.SCREENED,
                state=State.PHONE,
                detail={"verdict": verdict(hits).value},
                hits=hits,
                skip=lambda newest: newest.state is not State.SCREENING,
            )
        return application

    def _send_code(self, application: Application, arguments: Mapping[str, str]) -> Application:
        """Send a code, unless a request of this application stands: a retry must not send a second one."""
        standing = application.effect(EffectKind.VERIFICATION)
        if application.state is not State.PHONE or (standing is not None and arguments.get("again") != "yes"):
            return application
        if self._world.sightings.count(self._applicant(application)).get("phone", 0) > MOST_OF_A_NUMBER:
            return self._recorder.record(
                application,
                EventType.PHONE_FAILED,
                state=State.REVIEW,
                detail={"reason": "too_many_of_a_number"},
                skip=lambda newest: newest.state is not State.PHONE,
            )
        with self._failing(application, Step.PHONE):
            if standing is not None:
                self._world.verifications.cancel(standing.id)
            request_id = self._world.verifications.start(self._applicant(application))
        return self._recorder.record(application, EventType.CODE_SENT, detail={"request_id": request_id})

    def _plan(self, application: Application, arguments: Mapping[str, str]) -> Application:
        del arguments
        if application.state is State.PLAN:
            plan = self._world.planner.plan(self._applicant(application), application)
            after = State.VIDEO if plan.video else State.DOCUMENTS
            application = self._recorder.record(
                application,
                EventType.PLANNED,
                state=after,
                plan=plan,
                skip=lambda newest: newest.state is not State.PLAN,
            )
        return application

    def _create_video(self, application: Application, arguments: Mapping[str, str]) -> Application:
        del arguments
        if application.state is State.VIDEO and application.effect(EffectKind.VIDEO_SESSION) is None:
            with self._failing(application, Step.VIDEO):
                session_id = self._world.videos.create(application.application_id)
            return self._recorder.record(application, EventType.VIDEO_CREATED, detail={"session_id": session_id})
        return application

    def _make_documents(self, application: Application, arguments: Mapping[str, str]) -> Application:
        del arguments
        if application.state is State.DOCUMENTS and not application.documents:
            application = self._discard_revised(application)
        kinds = application.plan.documents if application.plan else ()
        for kind in kinds if application.state is State.DOCUMENTS else ():
            with self._failing(application, Step.DOCUMENTS):
                document_id = self._world.documents.make(self._applicant(application), kind)
            application = self._recorder.record(
                application,
                EventType.DOCUMENT_MADE,
                detail={"document_id": document_id, "kind": kind},
                skip=lambda newest, made=document_id: made in newest.documents,  # type: ignore[misc]
            )
        return application

    def _discard_revised(self, application: Application) -> Application:
        """After a revision the documents are made anew: those before are thrown away."""
        for effect in application.undoable():
            if effect.kind is EffectKind.DOCUMENT:
                self._world.documents.discard(effect.id)
                detail = {"kind": effect.kind.value, "id": effect.id}
                application = self._recorder.record(application, EventType.UNDONE, detail=detail)
        return application

    def _open_review(self, application: Application, arguments: Mapping[str, str]) -> Application:
        del arguments
        if application.state is State.REVIEW:
            return self._opened(application, self._world.reviews.open(application, step=None))
        return application

    def _write_crm(self, application: Application, arguments: Mapping[str, str]) -> Application:
        del arguments
        if application.state is State.CRM:
            with self._failing(application, Step.CRM):
                record = self._world.crm.write(self._applicant(application), application)
            return self._recorder.record(
                application,
                EventType.CRM_WRITTEN,
                state=State.WELCOME,
                detail={"record": record},
                skip=lambda newest: newest.state is not State.CRM,
            )
        return application

    def _welcome(self, application: Application, arguments: Mapping[str, str]) -> Application:
        """Make the applicant a customer and say so. The event comes last: a retry may say it twice, not never."""
        del arguments
        if application.state is State.WELCOME and application.customer_id is None:
            applicant = self._applicant(application)
            customer_id = self._world.customers.activate(applicant, application)
            if not application.welcomed_by_hand:
                application = self._letter(application, applicant)
                with self._failing(application, Step.WELCOME):
                    self._world.messages.send(applicant, application, "welcome")
            return self._recorder.record(application, EventType.WELCOMED, detail={"customer_id": customer_id})
        return application

    def _letter(self, application: Application, applicant: Applicant) -> Application:
        """The welcome letter, which lies among the customer's documents."""
        with self._failing(application, Step.WELCOME):
            letter = self._world.documents.make(applicant, LETTER)
        return self._recorder.record(
            application,
            EventType.DOCUMENT_MADE,
            detail={"document_id": letter, "kind": LETTER},
            skip=lambda newest: any(effect.id == letter for effect in newest.effects),
        )

    def _ask_for_help(self, application: Application, arguments: Mapping[str, str]) -> Application:
        """A person must look at a step that failed for good: never a rejection."""
        del arguments
        if application.failed_step is None and not application.state.over:
            # Not a vendor: something here failed for good, and a person must know.
            detail = {"step": application.state.value, "kind": "internal-error"}
            application = self._recorder.record(application, EventType.STEP_FAILED, detail=detail)
        return self._opened(application, self._world.reviews.open(application, step=application.failed_step))

    def _opened(self, application: Application, case_id: str) -> Application:
        return self._recorder.record(
            application,
            EventType.REVIEW_OPENED,
            detail={"case_id": case_id},
            skip=lambda newest: newest.case_id == case_id,
        )

    def _await(self, application: Application, arguments: Mapping[str, str]) -> Application:
        """Keep the token of a task that waits. What came before the token was there is answered at once."""
        what = Wait(arguments["what"])
        token = arguments["token"]
        until = self._world.now() + 1000 * int(float(arguments["seconds"]))
        self._world.tokens.put(application.application_id, what, token)
        application = self._recorder.record(
            application,
            EventType.WAITING,
            detail={"what": what.value, "until": str(until)},
            skip=lambda newest: newest.withdrawal or arrived(newest, what),
        )
        if application.withdrawal:
            self._world.workflow.interrupt(token, WithdrawnError.__name__)
        elif arrived(application, what):
            self._world.workflow.answer(token, whither(application))
        elif what in {Wait.CODE, Wait.VIDEO, Wait.SIGNATURE}:
            self._world.reminders.schedule(application, what, until)
        return application

    def _unwind(self, application: Application, arguments: Mapping[str, str]) -> Application:
        """Undo what was done outside, last first. Each is recorded; what fails is tried again by the definition."""
        del arguments
        self._world.reminders.cancel(application.application_id)
        failed = 0
        for effect in application.undoable():
            try:
                self._undo(application, effect)
            except VendorError as error:
                failed += 1
                detail = {"kind": effect.kind.value, "id": effect.id, "vendor": error.vendor}
                application = self._recorder.record(application, EventType.UNDO_FAILED, detail=detail)
                continue
            application = self._recorder.record(
                application, EventType.UNDONE, detail={"kind": effect.kind.value, "id": effect.id}
            )
        if failed:
            raise UnwindingError(f"{failed} of the effects could not be undone")
        return application

    def _undo(self, application: Application, effect: Effect) -> None:
        world = self._world
        match effect.kind:
            case EffectKind.VERIFICATION:
                world.verifications.cancel(effect.id)
            case EffectKind.VIDEO_SESSION:
                world.videos.end(effect.id)
            case EffectKind.DOCUMENT:
                world.documents.discard(effect.id)
            case EffectKind.CRM_RECORD:
                world.crm.cancel(application.application_id)

    def _close(self, application: Application, arguments: Mapping[str, str]) -> Application:
        end = State(arguments["end"])
        if not application.state.over:
            application = self._recorder.record(
                application, EventType.CLOSED, state=end, skip=lambda newest: newest.state.over
            )
            applicant = self._world.journal.applicant(application.application_id)
            if applicant is not None and end in {State.REJECTED, State.EXPIRED, State.CANCELLED}:
                self._say_the_end(applicant, application, end)
        for what in Wait:
            self._world.tokens.drop(application.application_id, what)
        self._world.reminders.cancel(application.application_id)
        return application

    def _say_the_end(self, applicant: Applicant, application: Application, end: State) -> None:
        """A message that cannot be sent must not keep an application from its end."""
        try:
            self._world.messages.send(applicant, application, end.value)
        except VendorError as error:
            detail = {"kind": "message", "id": end.value, "vendor": error.vendor}
            self._recorder.record(application, EventType.UNDO_FAILED, detail=detail)

    def _failing(self, application: Application, step: Step) -> _Failing:
        return _Failing(self._recorder, application, step)


class _Failing:
    """Records that a vendor failed at a step, and lets the failure go on to the definition."""

    def __init__(self, recorder: Recorder, application: Application, step: Step) -> None:
        self._recorder = recorder
        self._application = application
        self._step = step

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, VendorError):
            self._recorder.record(
                self._application,
                EventType.STEP_FAILED,
                detail={"step": self._step.value, "vendor": error.vendor, "kind": error.kind},
                skip=lambda newest: newest.failed_step is self._step,
            )
