"""What each feature is asked with. Texts in here are data of others: customers, CRM, agents."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

Language = Literal["en", "ja"]
Name = Annotated[str, StringConstraints(max_length=120)]
Word = Annotated[str, StringConstraints(max_length=80)]
Note = Annotated[str, StringConstraints(max_length=2000)]
Hour = Annotated[int, Field(strict=True, ge=0, le=23)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Count = Annotated[int, Field(strict=True, ge=0, le=100_000)]
Minutes = Annotated[int, Field(strict=True, ge=0, le=525_600)]


class PlanStep(StrEnum):
    """Steps of onboarding that a customer sees, in the only order in which they may come."""

    PHONE_VERIFICATION = "phone_verification"
    DOCUMENTS = "documents"
    VIDEO = "video"
    REVIEW = "review"
    WELCOME = "welcome"


class MessageChannel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    REMINDER = "reminder"
    DOCUMENT_REQUEST = "document_request"
    VIDEO_INVITE = "video_invite"
    UNDER_REVIEW = "under_review"
    WELCOME = "welcome"
    EXPIRY_WARNING = "expiry_warning"


class DocumentKind(StrEnum):
    ACCOUNT_AGREEMENT = "account_agreement"
    WELCOME_LETTER = "welcome_letter"
    RISK_DISCLOSURE = "risk_disclosure"


class Context(BaseModel):
    """Base of every context. `people` are the names that must not leave; `links` the addresses that may appear."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAMES: ClassVar[tuple[str, ...]] = ("customer_name",)

    language: Language = "en"

    def people(self) -> tuple[str, ...]:
        found = (getattr(self, name, None) for name in self.NAMES)
        return tuple(name for name in found if name)

    def links(self) -> tuple[str, ...]:
        link = getattr(self, "link", None)
        return (link,) if link else ()


class OnboardingContext(Context):
    """Who is about to be onboarded. Counts and hours are of the customer's own time zone."""

    customer_name: Name = ""
    product: Word = "account"
    segment: Word | None = None
    device: Literal["phone", "desktop", "tablet", "unknown"] = "unknown"
    has_documents: StrictBool | None = None
    camera: StrictBool | None = None
    first_time_online: StrictBool = False
    risk: Literal["low", "medium", "high"] = "low"
    earlier_attempts: Count = 0
    hour: Hour | None = None
    available: Annotated[tuple[PlanStep, ...], Field(min_length=1, max_length=5)] = tuple(PlanStep)
    required: Annotated[tuple[PlanStep, ...], Field(max_length=5)] = (PlanStep.PHONE_VERIFICATION, PlanStep.WELCOME)
    notes: Note = ""


class CommunicationContext(Context):
    """What should be said, and by which ways the customer may be reached. `link` is put in as it is."""

    customer_name: Name = ""
    purpose: Purpose
    product: Word = "account"
    channels: Annotated[tuple[MessageChannel, ...], Field(min_length=1, max_length=2)] = tuple(MessageChannel)
    answer_rates: dict[MessageChannel, Share] = {}
    hour: Hour = 12
    preferred_hour: Hour | None = None
    attempt: Annotated[int, Field(strict=True, ge=1, le=20)] = 1
    days_left: Annotated[int, Field(strict=True, ge=0, le=365)] | None = None
    link: Annotated[str, StringConstraints(max_length=300, pattern=r"^https?://[^\s\"<>]+$")] | None = None
    notes: Note = ""


class EventKind(StrEnum):
    VISIT = "visit"
    STEP_STARTED = "step_started"
    STEP_DONE = "step_done"
    ERROR = "error"
    UPLOAD_REJECTED = "upload_rejected"
    HELP_OPENED = "help_opened"
    MESSAGE_SENT = "message_sent"
    MESSAGE_ANSWERED = "message_answered"


class BehaviorEvent(BaseModel):
    """Something the customer did or met, `minutes_ago` before now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: EventKind
    minutes_ago: Minutes
    step: PlanStep | None = None
    seconds: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0


class BehaviorContext(Context):
    """What happened in an application so far."""

    customer_name: Name = ""
    events: Annotated[tuple[BehaviorEvent, ...], Field(max_length=200)] = ()
    steps_left: Annotated[tuple[PlanStep, ...], Field(max_length=5)] = ()
    notes: Note = ""


class FraudContext(Context):
    """What the fraud model said (probability 0 to 1, null where it was not asked) and what else is known."""

    customer_name: Name = ""
    model_probability: Share | None = None
    model_reasons: Annotated[tuple[Annotated[str, StringConstraints(max_length=200)], ...], Field(max_length=8)] = ()
    phone_country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    address_country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    network_country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    phone_kind: Literal["mobile", "fixed", "voip", "unknown"] = "unknown"
    disposable_email: StrictBool = False
    applications_same_phone_24h: Count = 0
    applications_same_device_24h: Count = 0
    name_matches_document: StrictBool | None = None
    seconds_to_fill: Annotated[int, Field(strict=True, ge=0, le=86_400)] | None = None
    notes: Note = ""


class DocumentContext(Context):
    """A document to be personalised. `facts` are sentences that may be relied on."""

    customer_name: Name = ""
    kind: DocumentKind
    product: Word = "account"
    segment: Word | None = None
    facts: Annotated[tuple[Annotated[str, StringConstraints(max_length=300)], ...], Field(max_length=10)] = ()
    notes: Note = ""


class Passage(BaseModel):
    """An entry of the FAQ that was found for a question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    text: str
    score: float


class Said(BaseModel):
    """A turn of the conversation so far, masked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["customer", "assistant"]
    text: Annotated[str, StringConstraints(max_length=4000)]


class ChatContext(Context):
    """A customer's message, what was said before, and what the FAQ says about it."""

    NAMES: ClassVar[tuple[str, ...]] = ("customer_name", "username")

    customer_name: Name = ""
    username: Name = ""
    message: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    history: Annotated[tuple[Said, ...], Field(max_length=12)] = ()
    passages: Annotated[tuple[Passage, ...], Field(max_length=5)] = ()
    application: Word | None = None
