"""What may happen to an application in which state, and what its events make of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, get_args

from rapport.onboarding.model import (
    OVER,
    Application,
    Effect,
    EffectKind,
    Event,
    EventType,
    HelpAction,
    Language,
    ReviewDecision,
    State,
    Step,
    Tag,
    Verdict,
    Wait,
    Waiting,
)
from rapport.runtime.chain import GENESIS, Integrity, verify
from rapport.runtime.errors import ConflictError

Change = dict[str, Any]
# What a step answers the state machine: the state to go to, and whether a code is asked for again.
Output = dict[str, str]

_ANYWHERE = frozenset(
    {
        EventType.WAITING,
        EventType.REMINDED,
        EventType.RESUMED,
        EventType.STEP_FAILED,
        EventType.HELPED,
        EventType.UNDONE,
        EventType.UNDO_FAILED,
        EventType.WITHDRAWAL,
        EventType.CLOSED,
        EventType.REVIEW_OPENED,
    }
)
# What a state allows beside `_ANYWHERE`. An application that is over allows nothing but the rest of its unwinding.
ALLOWED: dict[State, frozenset[EventType]] = {
    State.SCREENING: frozenset({EventType.SCREENED}),
    State.PHONE: frozenset(
        {EventType.CODE_SENT, EventType.CODE_WRONG, EventType.PHONE_VERIFIED, EventType.PHONE_FAILED}
    ),
    State.PLAN: frozenset({EventType.PLANNED}),
    State.VIDEO: frozenset({EventType.VIDEO_CREATED, EventType.VIDEO_HELD}),
    State.DOCUMENTS: frozenset({EventType.DOCUMENT_MADE, EventType.DOCUMENT_SIGNED}),
    State.REVIEW: frozenset({EventType.REVIEWED}),
    State.CRM: frozenset({EventType.CRM_WRITTEN}),
    State.WELCOME: frozenset({EventType.DOCUMENT_MADE, EventType.WELCOMED}),
}
_AFTER_THE_END = frozenset({EventType.UNDONE, EventType.UNDO_FAILED})


def check(application: Application, kind: EventType) -> None:
    """Raise `ConflictError` when this cannot happen to the application now."""
    allowed = _AFTER_THE_END if application.state.over else ALLOWED[application.state] | _ANYWHERE
    if kind not in allowed:
        raise ConflictError(f"the application is at {application.state.value}: {kind.value} cannot happen now")


def whither(application: Application, *, again: bool = False) -> Output:
    """Where the state machine goes next: to the step of the application's state, or to an end."""
    return {"next": (application.ending or application.state).value, "again": "yes" if again else "no"}


_AWAITED = {Wait.CODE: State.PHONE, Wait.VIDEO: State.VIDEO, Wait.SIGNATURE: State.DOCUMENTS, Wait.REVIEW: State.REVIEW}


def arrived(application: Application, what: Wait) -> bool:
    """Whether what the workflow is about to wait for has come already."""
    if what is Wait.HELP:
        return application.failed_step is None
    return application.ending is not None or application.state is not _AWAITED[what]


def after_documents(application: Application) -> State:
    """Where a customer who has signed everything goes: to a person if anything asked for one."""
    return State.CRM if application.verdict is Verdict.APPROVE else State.REVIEW


def after_approval(application: Application) -> State:
    """Where an approved application goes: to what is still missing."""
    if application.plan is None:
        return State.PLAN
    if not application.documents or application.signed < set(application.documents):
        return State.DOCUMENTS
    return State.CRM


def following(application: Application | None, **content: Any) -> Event:
    """The next event of an application, sealed into its chain."""
    seq, before = (1, GENESIS) if application is None else (application.version + 1, application.head)
    return Event(seq=seq, before=before, **content).sealed()


def fold(events: Sequence[Event], username: str) -> Application:
    """The application of a user that these events make, of which the first started it. Whose it is the events do not
    say: a user is erased, and the chain stays whole.
    """
    return reduce(apply, events[1:], started(events[0], username))


def audited(application: Application, events: Sequence[Event]) -> Integrity:
    """Whether every event is as it was written, none is missing, and the application is what they make of it."""
    found = verify(events)
    if not found.intact:
        return found
    if application.version != len(events):
        said = f"the application counts {application.version} events, {len(events)} are there"
        return Integrity(intact=False, events=len(events), broken_at=len(events) + 1, problem=said)
    if fold(events, application.username) != application:
        said = "the application is not what its events make of it"
        return Integrity(intact=False, events=len(events), broken_at=len(events), problem=said)
    return found


def started(event: Event, username: str) -> Application:
    """The application of a user after its first event. ValueError when that did not start it."""
    if event.type is not EventType.STARTED:
        raise ValueError(f"the first event of application {event.application_id} did not start it")
    language = event.detail["language"]
    languages: dict[str, Language] = {known: known for known in get_args(Language)}
    return Application(
        application_id=event.application_id,
        username=username,
        product=event.detail["product"],
        language=languages[language],
        state=event.state,
        definition_version=int(event.detail["definition_version"]),
        started_at=event.at,
        changed_at=event.at,
        version=event.seq,
        head=event.hash,
    )


def apply(application: Application, event: Event) -> Application:
    """The application after one more event. Leaving a state, or closing, ends the wait."""
    always: Change = {
        "state": event.state,
        "version": event.seq,
        "changed_at": event.at,
        "head": event.hash,
    }
    if event.state is not application.state:
        always["waiting"] = None
    return application.model_copy(update=always | _MAKES.get(event.type, _nothing)(application, event))


def _nothing(application: Application, event: Event) -> Change:
    del application, event
    return {}


def _tagged(application: Application, *tags: Tag) -> Change:
    return {"tags": application.tags | set(tags)}


def _done(application: Application, kind: EffectKind, name: str) -> Change:
    """A new effect; one that is known already stays one."""
    if any(effect.kind is kind and effect.id == name for effect in application.effects):
        return {}
    return {"effects": (*application.effects, Effect(kind=kind, id=name))}


def _screened(application: Application, event: Event) -> Change:
    verdict = Verdict(event.detail["verdict"])
    change: Change = {"verdict": verdict, "hits": event.hits, "failed_step": None, "failed_vendor": None}
    return change | (_tagged(application, Tag.FLAGGED) if verdict is not Verdict.APPROVE else {})


def _code_sent(application: Application, event: Event) -> Change:
    count = application.codes_sent + 1
    sent = {"codes_sent": count, "code_sent_at": event.at, "failed_step": None, "failed_vendor": None}
    return sent | _done(application, EffectKind.VERIFICATION, event.detail["request_id"])


def _phone_failed(application: Application, event: Event) -> Change:
    """A number that could not be verified is for a person to judge."""
    return {"verdict": Verdict.REVIEW} | _phone_verified(application, event)


def _phone_verified(application: Application, event: Event) -> Change:
    """A verified request has nothing left to cancel."""
    del event
    kept = tuple(
        effect.model_copy(update={"undone": True}) if effect.kind is EffectKind.VERIFICATION else effect
        for effect in application.effects
    )
    return {"effects": kept}


def _planned(application: Application, event: Event) -> Change:
    del application
    return {"plan": event.plan, "failed_step": None, "failed_vendor": None}


def _video_created(application: Application, event: Event) -> Change:
    effect = _done(application, EffectKind.VIDEO_SESSION, event.detail["session_id"])
    return {"failed_step": None, "failed_vendor": None, **effect}


def _document_made(application: Application, event: Event) -> Change:
    """A document of the plan is to be signed; a letter at the end is not."""
    name = event.detail["document_id"]
    counts = event.state is State.DOCUMENTS and name not in application.documents
    documents = (*application.documents, name) if counts else application.documents
    effect = _done(application, EffectKind.DOCUMENT, name)
    return {"documents": documents, "failed_step": None, "failed_vendor": None, **effect}


def _document_signed(application: Application, event: Event) -> Change:
    return {"signed": application.signed | {event.detail["document_id"]}}


def _waiting(application: Application, event: Event) -> Change:
    del application
    until = int(event.detail["until"])
    return {"waiting": Waiting(what=Wait(event.detail["what"]), since=event.at, until=until)}


def _reminded(application: Application, event: Event) -> Change:
    del event
    waiting = application.waiting
    if waiting is None:
        return {}
    reminded = waiting.model_copy(update={"reminders": waiting.reminders + 1})
    return {"waiting": reminded, **_tagged(application, Tag.REMINDED)}


def _resumed(application: Application, event: Event) -> Change:
    del event
    return _tagged(application, Tag.RESUMED)


def _review_opened(application: Application, event: Event) -> Change:
    return {"case_id": event.detail["case_id"], **_tagged(application, Tag.MANUAL_REVIEW)}


def _reviewed(application: Application, event: Event) -> Change:
    """An approval clears the verdict. A revision asks for the documents again: what was signed counts no more."""
    match ReviewDecision(event.detail["decision"]):
        case ReviewDecision.APPROVE:
            return {"verdict": Verdict.APPROVE}
        case ReviewDecision.REJECT:
            return {"ending": State.REJECTED}
        case ReviewDecision.REVISION:
            return {"signed": frozenset(), "documents": (), **_tagged(application, Tag.REVISION)}


def _step_failed(application: Application, event: Event) -> Change:
    vendor = event.detail.get("vendor")
    failed = {"failed_step": Step(event.detail["step"]), "failed_vendor": vendor}
    return failed | _tagged(application, Tag.MANUAL_REVIEW, *((Tag.VENDOR_OUTAGE,) if vendor else ()))


def _helped(application: Application, event: Event) -> Change:
    del application
    over: Change = {"failed_step": None, "failed_vendor": None, "waiting": None}
    match HelpAction(event.detail["action"]):
        case HelpAction.CANCEL:
            over["ending"] = State.CANCELLED
        case HelpAction.DONE if event.detail["step"] == Step.WELCOME:
            over["welcomed_by_hand"] = True
    return over


def _crm_written(application: Application, event: Event) -> Change:
    effect = _done(application, EffectKind.CRM_RECORD, event.detail["record"])
    return {"failed_step": None, "failed_vendor": None, **effect}


def _welcomed(application: Application, event: Event) -> Change:
    del application
    return {"failed_step": None, "failed_vendor": None, "customer_id": event.detail.get("customer_id")}


def _undone(application: Application, event: Event) -> Change:
    effects = tuple(
        effect.model_copy(update={"undone": True})
        if (effect.kind.value, effect.id) == (event.detail["kind"], event.detail["id"])
        else effect
        for effect in application.effects
    )
    return {"effects": effects, **_tagged(application, Tag.UNWOUND)}


def _undo_failed(application: Application, event: Event) -> Change:
    del event
    return _tagged(application, Tag.UNWINDING_FAILED)


def _withdrawal(application: Application, event: Event) -> Change:
    del application, event
    return {"withdrawal": True}


def _closed(application: Application, event: Event) -> Change:
    del application
    if event.state not in OVER:
        raise ValueError(f"event {event.seq} of application {event.application_id} closed nothing")
    return {"waiting": None}


_MAKES: dict[EventType, Callable[[Application, Event], Change]] = {
    EventType.SCREENED: _screened,
    EventType.CODE_SENT: _code_sent,
    EventType.PHONE_VERIFIED: _phone_verified,
    EventType.PHONE_FAILED: _phone_failed,
    EventType.PLANNED: _planned,
    EventType.VIDEO_CREATED: _video_created,
    EventType.DOCUMENT_MADE: _document_made,
    EventType.DOCUMENT_SIGNED: _document_signed,
    EventType.WAITING: _waiting,
    EventType.REMINDED: _reminded,
    EventType.RESUMED: _resumed,
    EventType.REVIEW_OPENED: _review_opened,
    EventType.REVIEWED: _reviewed,
    EventType.STEP_FAILED: _step_failed,
    EventType.HELPED: _helped,
    EventType.CRM_WRITTEN: _crm_written,
    EventType.WELCOMED: _welcomed,
    EventType.UNDONE: _undone,
    EventType.UNDO_FAILED: _undo_failed,
    EventType.WITHDRAWAL: _withdrawal,
    EventType.CLOSED: _closed,
}
