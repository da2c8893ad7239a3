"""The vocabulary of onboarding. Times are epoch milliseconds. All models are frozen.

An application is what its events make of it (`progress.fold`). Events hold no personal data, so that erasing the
applicant (`Applicant`, kept beside them) leaves the record whole.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rapport.runtime.chain import Link

Language = Literal["en", "ja"]
Probability = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(StrEnum):
    """What the workflow does, in its usual order."""

    SCREENING = "screening"
    PHONE = "phone"
    PLAN = "plan"
    VIDEO = "video"
    DOCUMENTS = "documents"
    REVIEW = "review"
    CRM = "crm"
    WELCOME = "welcome"


class State(StrEnum):
    """Where an application is: at a step, or at its end."""

    SCREENING = "screening"
    PHONE = "phone"
    PLAN = "plan"
    VIDEO = "video"
    DOCUMENTS = "documents"
    REVIEW = "review"
    CRM = "crm"
    WELCOME = "welcome"
    ACTIVE = "active"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        return self in OVER


OVER = frozenset({State.ACTIVE, State.REJECTED, State.WITHDRAWN, State.EXPIRED, State.CANCELLED})


class Tag(StrEnum):
    """What else is true of an application. States change with the definition of the workflow, tags do not."""

    FLAGGED = "flagged"
    MANUAL_REVIEW = "manual_review"
    REVISION = "revision"
    VENDOR_OUTAGE = "vendor_outage"
    REMINDED = "reminded"
    RESUMED = "resumed"
    UNWOUND = "unwound"
    UNWINDING_FAILED = "unwinding_failed"


class Wait(StrEnum):
    """Whom the workflow waits for."""

    CODE = "code"
    VIDEO = "video"
    SIGNATURE = "signature"
    REVIEW = "review"
    HELP = "help"


class EventType(StrEnum):
    STARTED = "started"
    SCREENED = "screened"
    CODE_SENT = "code_sent"
    CODE_WRONG = "code_wrong"
    PHONE_VERIFIED = "phone_verified"
    PHONE_FAILED = "phone_failed"
    PLANNED = "planned"
    VIDEO_CREATED = "video_created"
    VIDEO_HELD = "video_held"
    DOCUMENT_MADE = "document_made"
    DOCUMENT_SIGNED = "document_signed"
    WAITING = "waiting"
    REMINDED = "reminded"
    RESUMED = "resumed"
    REVIEW_OPENED = "review_opened"
    REVIEWED = "reviewed"
    STEP_FAILED = "step_failed"
    HELPED = "helped"
    CRM_WRITTEN = "crm_written"
    WELCOMED = "welcomed"
    UNDONE = "undone"
    UNDO_FAILED = "undo_failed"
    WITHDRAWAL = "withdrawal"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What a rule or a person says, the worst wins: `Verdict.worst`."""

    APPROVE = "approve"
    REVIEW = "review"
    DECLINE = "decline"

    @classmethod
    def worst(cls, *verdicts: Verdict) -> Verdict:
        return max(verdicts, key=list(cls).index, default=cls.APPROVE)


class ReviewDecision(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    REVISION = "revision"


class HelpAction(StrEnum):
    """What a person does about a step that a vendor failed: try it again, take it as done, or give up."""

    RETRY = "retry"
    DONE = "done"
    CANCEL = "cancel"


class EffectKind(StrEnum):
    """What was done outside and is undone, in reverse order, when an application does not come to its end."""

    VERIFICATION = "verification"
    VIDEO_SESSION = "video_session"
    DOCUMENT = "document"
    CRM_RECORD = "crm_record"


class Effect(Model):
    """Something done outside: `id` is the vendor's or our own name of it."""

    kind: EffectKind
    id: str
    undone: bool = False


class RuleHit(Model):
    """A rule that fired, why, and what it asks for. A rule in shadow asks for nothing and is only recorded."""

    rule: str
    verdict: Verdict
    detail: str
    shadow: bool = False


class Plan(Model):
    """The personalised way: which steps, which documents, and how likely it is that the customer finishes."""

    video: bool
    documents: tuple[str, ...]
    channel: Literal["sms", "email"]
    completion_probability: Probability | None
    source: Literal["model", "rules"]


class Event(Link):
    """Something that happened to an application. `state` is the state after it;
    `by` is the user name of one of ours, `applicant` or `system`.

    `detail` holds identifiers and codes, never personal data.
    """

    application_id: str
    type: EventType
    at: int
    by: str
    state: State
    detail: dict[str, str] = Field(default_factory=dict)
    plan: Plan | None = None
    hits: tuple[RuleHit, ...] = ()


class Waiting(Model):
    """Whom the workflow waits for since when, until when."""

    what: Wait
    since: int
    until: int
    reminders: int = 0


class Applicant(Model):
    """Who applies: personal data, erased on request. `phone` is E.164; `utc_offset_min` is that of the browser's clock
    in minutes east of UTC, None where it did not say.
    """

    application_id: str
    username: str
    name: Annotated[str, Field(min_length=1, max_length=100)]
    phone: str
    email: Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,250}$")]
    birth_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    language: Language
    product: str
    device: str = ""
    utc_offset_min: int | None = None


class Application(Model):
    """An application as it is now. `version` is the number of its events and the optimistic lock; `ending` is an end
    that a person decided and the workflow has not come to yet.
    """

    application_id: str
    username: str
    product: str
    language: Language
    state: State
    definition_version: int
    started_at: int
    changed_at: int
    version: int
    head: str
    tags: frozenset[Tag] = frozenset()
    verdict: Verdict = Verdict.APPROVE
    hits: tuple[RuleHit, ...] = ()
    waiting: Waiting | None = None
    plan: Plan | None = None
    effects: tuple[Effect, ...] = ()
    documents: tuple[str, ...] = ()
    signed: frozenset[str] = frozenset()
    codes_sent: int = 0
    code_sent_at: int | None = None
    failed_step: Step | None = None
    failed_vendor: str | None = None
    case_id: str | None = None
    withdrawal: bool = False
    ending: State | None = None
    welcomed_by_hand: bool = False
    customer_id: str | None = None

    def undoable(self) -> tuple[Effect, ...]:
        """What is to be undone, last first."""
        return tuple(effect for effect in reversed(self.effects) if not effect.undone)

    def effect(self, kind: EffectKind) -> Effect | None:
        """The last effect of a kind that stands."""
        return next((e for e in reversed(self.effects) if e.kind is kind and not e.undone), None)
