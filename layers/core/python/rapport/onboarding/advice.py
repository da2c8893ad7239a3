"""The assistant as onboarding's ports. It advises: it may add to what the rules ask for, never take away.

Questions about plan and fraud hold nothing personal, so that no answer can, and answers may stand in the
application's events. Words for a message know the applicant's name, which the assistant masks and puts back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from rapport.ai.contexts import CommunicationContext, Context, FraudContext, OnboardingContext, PlanStep, Purpose
from rapport.ai.model import Answer, Feature, Source
from rapport.ai.results import Communication, FraudOpinion, OnboardingPlan
from rapport.customers.features.calendar import hour_of
from rapport.onboarding.model import Applicant, Application, Plan, RuleHit, Verdict, Wait, Waiting
from rapport.onboarding.planning import required
from rapport.onboarding.reminding import MINUTE_MS, Reminder
from rapport.onboarding.screening import throwaway
from rapport.runtime.clock import DAY_MS

RULE = "assistant_opinion"
NO_CONCERN = "no_concern"
# How long a step waits for the assistant, seconds: the rules answer within it whatever a model does.
PATIENCE_S = 20.0
# Who is waited for has been asked once already, on the page or by the code.
ASKED = 1
LAST_DAYS = 4
NOON = 12


class Asks(Protocol):
    """`rapport.ai.service.Assistant`."""

    def ask(
        self, feature: Feature, context: Context, username: str, *, remaining_s: float
    ) -> Answer[OnboardingPlan] | Answer[FraudOpinion] | Answer[Communication]: ...


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


class AssistedWording:
    """Implements `Wording`. `link` leads to the applicant's page; `now` in epoch ms."""

    def __init__(self, assistant: Asks, link: str, now: Callable[[], int]) -> None:
        self._assistant = assistant
        self._link = link
        self._now = now

    def reminder(self, applicant: Applicant, waiting: Waiting) -> Reminder:
        """One message. Without the applicant's time zone no hour is a bad one."""
        now = self._now()
        days_left = (waiting.until - now) // DAY_MS
        context = CommunicationContext(
            language=applicant.language,
            customer_name=applicant.name,
            purpose=_purpose(waiting.what, days_left),
            product=applicant.product,
            hour=_hour(now, applicant.utc_offset_min),
            attempt=ASKED + 1 + waiting.reminders,
            days_left=days_left if days_left > 0 else None,
            link=self._link,
        )
        answer = self._assistant.ask(
            Feature.OPTIMIZE_COMMUNICATION, context, applicant.username, remaining_s=PATIENCE_S
        )
        message = answer.result
        assert isinstance(message, Communication)  # noqa: S101 - the feature's own result
        return Reminder(
            channel=message.channel.value,
            subject=message.subject,
            text=message.body,
            after_min=message.send_after_minutes,
            source=answer.source.value,
        )


def _purpose(what: Wait, days_left: int) -> Purpose:
    if what is Wait.VIDEO:
        return Purpose.VIDEO_INVITE
    return Purpose.EXPIRY_WARNING if 0 < days_left < LAST_DAYS else Purpose.REMINDER


def _hour(now: int, utc_offset_min: int | None) -> int:
    """The applicant's hour of the day, 0 to 23; noon where the time zone is not known."""
    return NOON if utc_offset_min is None else hour_of(now, utc_offset_min * MINUTE_MS)
