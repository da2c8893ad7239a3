"""Reminds whoever an application waits for: by the way, in the words and at the hour that the assistant advises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from rapport.onboarding.model import Applicant, EventType, Model, Wait, Waiting
from rapport.onboarding.ports import Journal
from rapport.onboarding.recorder import Recorder

MINUTE_MS = 60_000


class Reminder(Model):
    """What to say by which way; an SMS has no subject. `after_min` is how many minutes to wait before it is said."""

    channel: Literal["sms", "email"]
    subject: str | None
    text: str
    after_min: int
    source: str


class Wording(Protocol):
    """Whoever finds the words."""

    def reminder(self, applicant: Applicant, waiting: Waiting) -> Reminder: ...


class Reminds(Protocol):
    """Whoever sends them."""

    def remind(self, applicant: Applicant, reminder: Reminder) -> None: ...


class Later(Protocol):
    """Whoever calls again at a better hour."""

    def put_off(self, application_id: str, what: Wait, at: int) -> None:
        """Remind of it at `at`, epoch ms. What was put off before and is not said yet stays as it is."""


class Reminded(StrEnum):
    """What came of a reminder. `NO`: nobody is waited for any more, or for something else."""

    YES = "yes"
    LATER = "later"
    NO = "no"


@dataclass(frozen=True)
class Reminding:
    """`now` in epoch ms."""

    journal: Journal
    recorder: Recorder
    wording: Wording
    messages: Reminds
    later: Later
    now: Callable[[], int]

    def remind(self, application_id: str, what: Wait, *, put_off: bool = False) -> Reminded:
        """Remind, if the application still waits for `what`. Once `put_off`, or where the better hour would be too
        late, it is said now.
        """
        application, applicant = self.journal.load(application_id), self.journal.applicant(application_id)
        waiting = application.waiting if application is not None else None
        if application is None or applicant is None or waiting is None or waiting.what is not what:
            return Reminded.NO
        reminder = self.wording.reminder(applicant, waiting)
        at = self.now() + reminder.after_min * MINUTE_MS
        if reminder.after_min and at < waiting.until and not put_off:
            self.later.put_off(application_id, what, at)
            return Reminded.LATER
        self.messages.remind(applicant, reminder)
        self.recorder.record(
            application,
            EventType.REMINDED,
            detail={"channel": reminder.channel, "words": reminder.source},
            skip=lambda newest: newest.waiting is None or newest.state.over,
        )
        return Reminded.YES
