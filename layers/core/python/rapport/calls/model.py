"""The calls context's vocabulary: what a live call is, segment by segment.

All models are frozen. Times are epoch milliseconds unless a name says otherwise; offsets are milliseconds
from the start of the contact (voice) or epoch milliseconds (chat), as Amazon Connect sends them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Frozen, and closed to fields nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Channel(StrEnum):
    VOICE = "VOICE"
    CHAT = "CHAT"


class Role(StrEnum):
    """Who speaks. Connect's role is a free string: an unknown one becomes OTHER, never an error."""

    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    SYSTEM = "SYSTEM"
    BOT = "BOT"
    SUPERVISOR = "SUPERVISOR"
    OTHER = "OTHER"


class Sentiment(StrEnum):
    POSITIVE = "POSITIVE"
    NEUTRAL = "NEUTRAL"
    NEGATIVE = "NEGATIVE"


class SentimentSource(StrEnum):
    CONTACT_LENS = "contact-lens"
    LEXICON = "lexicon"  # ours, English and Japanese; used when Contact Lens sends none


class Band(StrEnum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class CallStatus(StrEnum):
    """Life of the call: RINGING before an agent, ACTIVE while talking, ENDED after."""

    RINGING = "RINGING"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class AnalysisStatus(StrEnum):
    """Life of the real-time analysis session. FAILED means no score, whatever else arrives."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


class LocalisedText(Model):
    """One sentence in each language the console speaks."""

    en: str
    ja: str


class Reason(Model):
    """Why the score is what it is: one group of features, in words.

    `contribution` is the group's SHAP sum in log-odds before calibration; positive raises the risk.
    """

    code: str
    text: LocalisedText
    direction: Literal["raises", "lowers"]
    contribution: float


class RecommendedAction(Model):
    """What the agent should do now; priority 1 comes first."""

    code: str
    text: LocalisedText
    priority: Annotated[int, Field(ge=1)]


class ModelInfo(Model):
    """Which model produced a score, and whether it was trained on synthetic data."""

    name: str
    version: str
    synthetic: bool


class CustomerData(StrEnum):
    """What a score knew of the customer beside the conversation."""

    TRANSACTIONS = "transactions"  # the record and the features of the transactions
    RECORD = "record"  # the record alone: there are no transactions
    NONE = "none"  # nobody knows who calls
    UNAVAILABLE = "unavailable"  # it could not be read: the conversation alone was scored


class Score(Model):
    """A calibrated risk: `value` is 0 to 100, `probability` is 0 to 1."""

    value: Annotated[int, Field(ge=0, le=100)]
    probability: Annotated[float, Field(ge=0, le=1)]
    band: Band
    reasons: tuple[Reason, ...]
    actions: tuple[RecommendedAction, ...]
    model: ModelInfo
    customer_data: CustomerData = CustomerData.NONE


class Quality(Model):
    """How the conversation goes, over final segments. Shares are 0 to 1; None means not yet measurable."""

    agent_talk_share: float | None = None
    customer_talk_share: float | None = None
    interruptions_by_agent: int = 0
    interruptions_by_customer: int = 0
    silence_share: float | None = None
    longest_silence_ms: int = 0
    agent_pace_wpm: float | None = None
    customer_pace_wpm: float | None = None


class SentimentSummary(Model):
    """Mean sentiment by speaker in -1 to 1; neutral turns count as 0 and are part of the mean.

    `trend` is the mean of the customer's last three turns minus the mean of all before them.
    """

    customer: float | None = None
    agent: float | None = None
    trend: float | None = None
    source: SentimentSource | None = None


class CategoryMatch(Model):
    """A Contact Lens rule that matched; points of interest are (begin, end) offsets and may be none."""

    name: str
    points_of_interest: tuple[tuple[int, int], ...] = ()


class Insights(Model):
    """Everything derived from the conversation so far."""

    sentiment: SentimentSummary = SentimentSummary()
    quality: Quality = Quality()
    intents: tuple[str, ...] = ()
    categories: tuple[CategoryMatch, ...] = ()
    payment_trouble_count: int = 0
    promise_to_pay_count: int = 0
    segment_count: int = 0
    summary: str | None = None


class TimelineEntry(Model):
    """Exactly one per segment: a final transcript turn, or pieces of one whose final has not come (partial).

    `score` and `band` are those of the conversation up to and including this turn.
    """

    segment_id: str
    role: Role
    participant_id: str
    content: str
    begin_ms: int
    end_ms: int
    partial: bool = False
    sentiment: Sentiment | None = None
    sentiment_source: SentimentSource | None = None
    issues: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    payment_trouble: bool = False
    promise_to_pay: bool = False
    score: int | None = None
    band: Band | None = None


class Call(Model):
    """A call (Connect: contact) as lists and the detail page show it.

    `seq` is the number of the last live event of this call; the live protocol resumes from it.
    """

    contact_id: str
    channel: Channel
    language: str
    status: CallStatus
    analysis: AnalysisStatus
    seq: int
    started_at: int
    ended_at: int | None = None
    agent_id: str | None = None
    team: str | None = None
    customer_id: str | None = None
    customer_name: str | None = None
    queue: str | None = None
    phone: str | None = None
    escalated: bool = False
    outcome: str | None = None
    score: Score | None = None
    insights: Insights = Insights()


class Note(Model):
    """A note written during or after the call."""

    note_id: str
    author: str
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    created_at: int


class ActionKind(StrEnum):
    """What a person did about the call."""

    ESCALATE = "ESCALATE"
    ACCEPT_RECOMMENDATION = "ACCEPT_RECOMMENDATION"
    DISMISS_RECOMMENDATION = "DISMISS_RECOMMENDATION"


class ActionTaken(Model):
    """An action on the call, e.g. an escalation with its reason or a recommendation accepted."""

    action_id: str
    kind: ActionKind
    author: str
    recommendation: str | None = None
    comment: Annotated[str, Field(max_length=2000)] = ""
    created_at: int


class EventType(StrEnum):
    """Live events of a call, in the order of `seq`."""

    TRANSCRIPT = "transcript"  # a timeline entry, new or corrected: upsert by segment_id
    SCORE = "score"  # the whole call after a change: score, reasons, actions, insights, status
    NOTE = "note"
    ACTION = "action"
    ALERT = "alert"  # the band became HIGH, or someone escalated


class Alert(Model):
    """Something a supervisor should see now."""

    code: Literal["band-high", "escalated"]
    text: LocalisedText


class CallEvent(Model):
    """One live event. `seq` counts from 1 without gaps within a contact. Exactly one payload field is set."""

    contact_id: str
    seq: Annotated[int, Field(ge=1)]
    type: EventType
    at: int
    agent_id: str | None = None
    team: str | None = None
    entry: TimelineEntry | None = None
    call: Call | None = None
    note: Note | None = None
    action: ActionTaken | None = None
    alert: Alert | None = None
