"""What an answer is: who was asked for what, where the answer came from, and what it cost."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Result = TypeVar("Result", bound=BaseModel)


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Feature(StrEnum):
    PERSONALIZE_ONBOARDING = "personalize_onboarding"
    OPTIMIZE_COMMUNICATION = "optimize_communication"
    ANALYZE_BEHAVIOR = "analyze_behavior"
    DETECT_FRAUD = "detect_fraud"
    DOCUMENT_CONTENT = "document_content"
    CHATBOT = "chatbot"


class Source(StrEnum):
    MODEL = "model"
    RULES = "rules"


class Fallback(StrEnum):
    """Why the rules answered and not the model."""

    NO_KEY = "no_key"
    BUDGET = "budget"
    LEDGER = "ledger"
    CIRCUIT_OPEN = "circuit_open"
    NO_TIME = "no_time"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    REJECTED = "rejected"
    INCOMPLETE = "incomplete"
    REFUSAL = "refusal"
    INVALID_JSON = "invalid_json"
    INVALID_RESULT = "invalid_result"
    UNSAFE_OUTPUT = "unsafe_output"


class Usage(Model):
    """Tokens that were paid for. `cached` is the part of `input` that the vendor had cached."""

    input: int = 0
    cached: int = 0
    output: int = 0
    reasoning: int = 0


class Answer(Model, Generic[Result]):
    """A result with its provenance. `cost_micro_usd` is null where the model's price is unknown."""

    feature: Feature
    result: Result
    source: Source
    confidence: float
    interaction_id: str
    cost_micro_usd: int | None
    fallback: Fallback | None
    rules: tuple[str, ...]
    prompt_version: str
    model: str | None


class Interaction(Model):
    """One line of the ledger. `input` and `output` are redacted: placeholders stand for what was personal."""

    interaction_id: str
    at: int
    username: str
    tenant: str
    feature: Feature
    source: Source
    fallback: Fallback | None
    model: str | None
    prompt_version: str
    prompt_sha256: str
    usage: Usage
    cost_micro_usd: int | None
    estimated: bool
    cached: bool
    latency_ms: int
    attempts: int
    request_id: str | None
    rules: tuple[str, ...]
    confidence: float
    input: Any
    output: Any
    helpful: bool | None = None
    feedback: str | None = None
