"""Builders of the callers context: tokens, call events, what is known of a number."""

from __future__ import annotations

from collections.abc import Mapping

from rapport.callers.calls import ENDED, STARTED
from rapport.callers.tokens import NumberTokens
from rapport.calls.model import LocalisedText, Reason
from rapport.inference.spam_caller import SpamScore
from rapport.realtime.event import Attribute, Event, EventKind

NOW = 1_767_236_400_000
MINUTE = 60_000
TOKENS = NumberTokens(bytes(range(32)))
STRANGER, CUSTOMER = "+815031234567", "+81312345678"
SCRIPT = (
    "this is the alert system of your card issuer with important information about the interest rate on your account "
    "you now qualify for a reduced rate press one to speak with a representative before the offer expires today"
)


def ended(
    number: str = STRANGER,
    contact: str = "c-1",
    at: int = NOW,
    *,
    seconds: float = 5.0,
    user: str | None = None,
    answered: bool = True,
    **more: Attribute | None,
) -> Event:
    """A call that ended at `at`."""
    attributes: dict[str, Attribute | None] = {
        "contact_id": contact,
        "duration_s": seconds,
        "answered": answered,
        "number_kind": "VOIP",
        "country": "JP",
        "block": TOKENS.block_of(number),
        "local_hour": 12.0,
        "dialled": "line-1",
    } | more
    return Event(
        event_id=f"{contact}:ended",
        kind=EventKind.CALL,
        name=ENDED,
        at=at,
        user_id=user,
        caller=TOKENS.of(number),
        attributes={name: value for name, value in attributes.items() if value is not None},
    )


def started(number: str = STRANGER, contact: str = "c-1", at: int = NOW, user: str | None = None) -> Event:
    """A call that began at `at`."""
    return Event(
        event_id=f"{contact}:started",
        kind=EventKind.CALL,
        name=STARTED,
        at=at,
        user_id=user,
        caller=TOKENS.of(number),
        attributes={"contact_id": contact, "number_kind": "VOIP", "country": "JP", "block": TOKENS.block_of(number)},
    )


def row(calls: int, at: int = NOW, first: int = 10) -> list[Event]:
    """Neighbouring numbers that call one after the other and hang up."""
    return [ended(f"+8150312345{first + n}", f"row-{n}", at + n * 20_000) for n in range(calls)]


class FakeSpam:
    """A model that always says the same, and remembers what it was asked."""

    def __init__(self, probability: float = 0.1, *, block: bool = False, warn: bool = False) -> None:
        said = Reason(code="volume", text=LocalisedText(en="Calls", ja="着信"), direction="raises", contribution=1.0)
        self.score_ = SpamScore(probability, block, warn, (said,))
        self.asked: list[Mapping[str, float]] = []

    def score(self, values: Mapping[str, float]) -> SpamScore:
        self.asked.append(dict(values))
        return self.score_
