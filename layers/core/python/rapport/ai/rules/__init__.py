"""The rules engine: answers of the same shape as the model's, from documented rules, without any key.

Each feature's rules are one module with `answer(context) -> Ruled`. The names of the rules that held are kept with
the interaction, so that an answer can be traced to what decided it (docs/ai.md lists them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapport.ai.contexts import Context
from rapport.ai.model import Feature
from rapport.ai.results import Strict


@dataclass(frozen=True)
class Ruled:
    """A result and the rules that made it."""

    result: Strict
    rules: tuple[str, ...]


def answer(feature: Feature, context: Context) -> Ruled:
    """The rules' answer. The modules are loaded when they are first asked."""
    from rapport.ai.rules import behavior, chatbot, communication, documents, fraud, onboarding  # noqa: PLC0415

    rules: dict[Feature, Callable[[Any], Ruled]] = {
        Feature.PERSONALIZE_ONBOARDING: onboarding.answer,
        Feature.OPTIMIZE_COMMUNICATION: communication.answer,
        Feature.ANALYZE_BEHAVIOR: behavior.answer,
        Feature.DETECT_FRAUD: fraud.answer,
        Feature.DOCUMENT_CONTENT: documents.answer,
        Feature.CHATBOT: chatbot.answer,
    }
    return rules[feature](context)
