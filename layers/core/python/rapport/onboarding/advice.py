"""The assistant as onboarding's ports. It advises: it may add to what the rules ask for, never take away.

Neither question holds anything personal, so that no answer can, and answers may stand in the application's events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from rapport.ai.contexts import Context, FraudContext, OnboardingContext, PlanStep
from rapport.ai.model import Answer, Feature, Source
from rapport.ai.results import FraudOpinion, OnboardingPlan
from rapport.onboarding.model import Applicant, Application, Plan, RuleHit, Verdict
from rapport.onboarding.planning import required
from rapport.onboarding.screening import throwaway

RULE = "assistant_opinion"
NO_CONCERN = "no_concern"
# How long a step waits for the assistant, seconds: the rules answer within it whatever a model does.
PATIENCE_S = 20.0


class Asks(Protocol):
    """`rapport.ai.service.Assistant`."""

    def ask(
        self, feature: Feature, context: Context, username: str, *, remaining_s: float
    ) -> Answer[OnboardingPlan] | Answer[FraudOpinion]: ...


class AssistedPlanner:
    """Implements `Planner`."""

    def __init__(self, assistant: Asks) -> None:
        self._assistant = assistant

    def plan(self, applicant: Applicant, application: Application) -> Plan:
        """What is required, a video conversation besides if the assistant thinks that it helps, and how likely the
        customer is to finish. Whether a person reviews follows from the screen alone.
        """
        least = required(application)
        steps = (PlanStep.PHONE_VERIFICATION, PlanStep.DOCUMENTS, PlanStep.VIDEO, PlanStep.WELCOME)
        context = OnboardingContext(
            language=applicant.language,
            product=applicant.product,
            risk="low" if application.verdict is Verdict.APPROVE else "medium",
            available=steps,
            required=tuple(step for step in steps if step is not PlanStep.VIDEO or least.video),
        )
        answer = self._assistant.ask(
            Feature.PERSONALIZE_ONBOARDING, context, applicant.username, remaining_s=PATIENCE_S
        )
        advised = answer.result
        assert isinstance(advised, OnboardingPlan)  # noqa: S101 - the feature's own result
        return least.model_copy(
            update={
                "video": least.video or any(step.step is PlanStep.VIDEO for step in advised.steps),
                "completion_probability": advised.completion_probability,
                "source": answer.source.value,
            }
        )


class AssistedOpinion:
    """Implements `Opinion`: a concern asks for a person. Concerns of the assistant's own rules are recorded in shadow
    only, because the screen's rules have judged the same signals.
    """

    def __init__(self, assistant: Asks) -> None:
        self._assistant = assistant

    def of(self, applicant: Applicant, seen: Mapping[str, int]) -> Sequence[RuleHit]:
        """One hit, or none without a concern."""
        context = FraudContext(
            language=applicant.language,
            disposable_email=throwaway(applicant.email),
            applications_same_phone_24h=seen.get("phone", 0),
            applications_same_device_24h=seen.get("device", 0),
        )
        answer = self._assistant.ask(Feature.DETECT_FRAUD, context, applicant.username, remaining_s=PATIENCE_S)
        opinion = answer.result
        assert isinstance(opinion, FraudOpinion)  # noqa: S101 - the feature's own result
        if opinion.opinion == NO_CONCERN:
            return ()
        said = f"{opinion.opinion}: {' '.join(opinion.explanations)}"[:500]
        return (RuleHit(rule=RULE, verdict=Verdict.REVIEW, detail=said, shadow=answer.source is Source.RULES),)
