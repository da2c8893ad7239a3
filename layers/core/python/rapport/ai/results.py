"""What each feature answers: the schema sent to the model and the shape the rules fill.

Every property is required and none has a default, as strict schemas demand; what may be absent is null.
Lengths and ranges are checked here after parsing, because not every model keeps to them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.ai.contexts import MessageChannel, PlanStep

Share = Annotated[float, Field(ge=0, le=1)]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def texts(self) -> list[str]:
        """Every text of the answer that a person may read."""
        return _texts(self.model_dump(mode="json"))


def _texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [text for value in node.values() for text in _texts(value)]
    return [text for value in node for text in _texts(value)] if isinstance(node, list) else []


class InterventionKind(StrEnum):
    REMINDER = "reminder"
    CALL_BACK = "call_back"
    VIDEO_INSTEAD = "video_instead"
    DOCUMENTS_INSTEAD = "documents_instead"
    SIMPLER_WORDS = "simpler_words"
    HUMAN_HELP = "human_help"
    NOTHING = "nothing"


class PlannedStep(Strict):
    """A step, what it is called, what is said about it, and about how long it takes."""

    step: PlanStep
    title: Title
    words: Sentence
    minutes: Annotated[int, Field(ge=1, le=120)]


class Intervention(Strict):
    """What helps a customer to go on, and when: hours without progress."""

    kind: InterventionKind
    after_hours: Annotated[int, Field(ge=0, le=336)]
    words: Sentence


class OnboardingPlan(Strict):
    steps: Annotated[list[PlannedStep], Field(min_length=1, max_length=5)]
    greeting: Sentence
    completion_probability: Share
    interventions: Annotated[list[Intervention], Field(max_length=4)]
    reasons: Annotated[list[Sentence], Field(max_length=6)]
    confidence: Share


class Communication(Strict):
    """A message. `subject` is null for an SMS. `send_after_minutes` is from now; `send_hour` is the customer's."""

    channel: MessageChannel
    subject: Annotated[str, StringConstraints(min_length=1, max_length=78)] | None
    body: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    send_after_minutes: Annotated[int, Field(ge=0, le=2880)]
    send_hour: Annotated[int, Field(ge=0, le=23)]
    reasons: Annotated[list[Sentence], Field(max_length=6)]
    confidence: Share


class Behavior(Strict):
    engagement: Literal["high", "medium", "low"]
    abandonment_risk: Share
    stuck_at: PlanStep | None
    reasons: Annotated[list[Sentence], Field(max_length=6)]
    actions: Annotated[list[Intervention], Field(max_length=4)]
    confidence: Share


class FraudOpinion(Strict):
    """An opinion beside the fraud model's score. There is no field to approve or reject with: people decide."""

    opinion: Literal["no_concern", "look_closer", "serious_concern"]
    explanations: Annotated[list[Sentence], Field(min_length=1, max_length=8)]
    checks: Annotated[list[Sentence], Field(max_length=6)]
    agrees_with_model: bool | None
    confidence: Share


class Paragraph(Strict):
    heading: Title
    text: Annotated[str, StringConstraints(min_length=1, max_length=800)]


class DocumentContent(Strict):
    """Paragraphs beside the fixed terms of a document, never in their place."""

    paragraphs: Annotated[list[Paragraph], Field(min_length=1, max_length=5)]
    confidence: Share


class Intent(StrEnum):
    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HUMAN = "human"
    COMPLAINT = "complaint"
    FRAUD = "fraud"
    VULNERABLE = "vulnerable"
    LEGAL = "legal"
    UNKNOWN = "unknown"


class ChatReply(Strict):
    """`citations` are ids of the passages used. `escalate` asks for a person; nothing else can be done with it."""

    intent: Intent
    reply: Annotated[str, StringConstraints(min_length=1, max_length=1200)]
    citations: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=5)]
    escalate: bool
    confidence: Share
