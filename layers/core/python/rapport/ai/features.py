"""Which context and which result belong to each feature."""

from __future__ import annotations

from rapport.ai import contexts, results
from rapport.ai.model import Feature

CONTEXTS: dict[Feature, type[contexts.Context]] = {
    Feature.PERSONALIZE_ONBOARDING: contexts.OnboardingContext,
    Feature.OPTIMIZE_COMMUNICATION: contexts.CommunicationContext,
    Feature.ANALYZE_BEHAVIOR: contexts.BehaviorContext,
    Feature.DETECT_FRAUD: contexts.FraudContext,
    Feature.DOCUMENT_CONTENT: contexts.DocumentContext,
    Feature.CHATBOT: contexts.ChatContext,
}
RESULTS: dict[Feature, type[results.Strict]] = {
    Feature.PERSONALIZE_ONBOARDING: results.OnboardingPlan,
    Feature.OPTIMIZE_COMMUNICATION: results.Communication,
    Feature.ANALYZE_BEHAVIOR: results.Behavior,
    Feature.DETECT_FRAUD: results.FraudOpinion,
    Feature.DOCUMENT_CONTENT: results.DocumentContent,
    Feature.CHATBOT: results.ChatReply,
}
# What a model may write at most. An answer that is cut off falls back to the rules.
MAX_OUTPUT_TOKENS: dict[Feature, int] = {
    Feature.PERSONALIZE_ONBOARDING: 900,
    Feature.OPTIMIZE_COMMUNICATION: 700,
    Feature.ANALYZE_BEHAVIOR: 600,
    Feature.DETECT_FRAUD: 600,
    Feature.DOCUMENT_CONTENT: 900,
    Feature.CHATBOT: 500,
}
# A conversation is nobody else's, and its answer depends on what was said before.
CACHEABLE = frozenset(Feature) - {Feature.CHATBOT}
