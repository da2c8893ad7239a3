"""Answers to a workflow that waits, from whoever has one: the desk, or a vendor's callback."""

from __future__ import annotations

from collections.abc import Callable

from rapport.onboarding.model import Application, EffectKind, EventType, State, Wait
from rapport.onboarding.ports import Journal, Tokens, Workflow
from rapport.onboarding.progress import whither
from rapport.onboarding.recorder import Recorder


class Answers:
    """Records what was learned and tells the task that waits for it."""

    def __init__(self, journal: Journal, tokens: Tokens, workflow: Workflow, now: Callable[[], int]) -> None:
        self._journal = journal
        self._tokens = tokens
        self._workflow = workflow
        self._recorder = Recorder(journal, now)

    def tell(self, application: Application, what: Wait, *, again: bool = False) -> None:
        """Answer the waiting task. Where none waits yet, the workflow finds the answer when it comes to wait."""
        token = self._tokens.get(application.application_id, what)
        if token is not None:
            self._workflow.answer(token, whither(application, again=again))

    def give_up_phone(self, application: Application, reason: str) -> Application:
        """Leave a number that cannot be verified to a person."""
        application = self._recorder.record(
            application,
            EventType.PHONE_FAILED,
            state=State.REVIEW,
            detail={"reason": reason},
            skip=lambda newest: newest.state is not State.PHONE,
        )
        self.tell(application, Wait.CODE)
        return application

    def number_blocked(self, application_id: str, request_id: str) -> bool:
        """The network let no code through: Vonage tells it in the summary of a verification and nowhere else.

        False, and nothing changed, where no application waits for this request; one that is not recorded yet counts
        as waited for, because the callback may be faster than the step that asked.
        """
        application = self._journal.load(application_id)
        if application is None or application.state is not State.PHONE:
            return False
        standing = application.effect(EffectKind.VERIFICATION)
        if standing is not None and standing.id != request_id:
            return False
        self.give_up_phone(application, "blocked")
        return True
