"""SYNTHETIC events of three weeks, so that profiles and campaigns of a new stack show something: customers who sign in
at their hour and answer on their channel, one account that somebody else tried, and a burst of calls that read one
script from two rows of numbers. They go into the intelligence stream; what the console shows of them is what the
processors made of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapport.callers.calls import ENDED
from rapport.callers.feed import Stream
from rapport.callers.minhash import sketch
from rapport.callers.tokens import NumberTokens
from rapport.customers.features.calendar import hour_of
from rapport.customers.phone import read_number
from rapport.profiles.store import DynamoProfiles
from rapport.realtime.event import Attribute, Event, EventKind
from rapport.runtime.clock import DAY_MS

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
DAYS = 21
# The numbers are Ofcom's for drama: nobody has them.
ROWS = (("+4420794601", range(11, 20)), ("+4420794607", range(40, 46)))
SCRIPT = (
    "good afternoon this is the refund department of your streaming subscription your yearly plan renews today for "
    "three hundred and ninety nine if you did not order this renewal press one now and have your card ready so that "
    "our officer can cancel the payment and return the money before the bank closes this evening"
)


@dataclass(frozen=True)
class Habit:
    """When somebody signs in (UTC hour), on which share of days, and where messages reach them."""

    customer_id: str
    hour: int
    often: float
    channel: str
    answers: float


HABITS = (
    Habit("C00001", 11, 0.9, "sms", 0.8),
    Habit("C00002", 22, 0.7, "email", 0.6),
    Habit("C00004", 3, 0.5, "push", 0.7),
    Habit("C00005", 9, 0.8, "email", 0.9),
    Habit("C00006", 13, 0.4, "sms", 0.5),
    Habit("C00008", 12, 0.6, "chat", 0.8),
)
# Whose password somebody guessed from abroad, so many hours ago and after so many tries.
TAKEN, TAKEN_AGO_H, TRIES = "C00001", 15, 7


@dataclass(frozen=True)
class Activity:
    """What goes into the stream of a new stack, in two steps: unusual is what habits known before do not explain."""

    stream: Stream
    profiles: DynamoProfiles
    tokens: NumberTokens
    now: int

    def begin(self) -> None:
        """Habits and the burst; nothing where these customers are known already."""
        if not self.profiles.load([habit.customer_id for habit in HABITS]):
            self.stream.publish(ordered([*habits(self.now), *burst(self.tokens, self.now)]))

    def end(self, within_s: float = 30) -> None:
        """The account that somebody tried, as soon as every habit is known: a profile takes no events from long before
        what it knows.
        """
        newest = {event.user_id: event.at for event in ordered(habits(self.now)) if event.user_id}
        until = time.monotonic() + within_s
        while not self._folded(newest) and time.monotonic() < until:
            time.sleep(0.2)
        self.stream.publish(ordered(taken(self.now)))

    def _folded(self, newest: Mapping[str, int]) -> bool:
        known = self.profiles.load(newest)
        return all(user_id in known and known[user_id].state().last_at >= at for user_id, at in newest.items())


def ordered(events: Iterable[Event]) -> list[Event]:
    """As they happened."""
    return sorted(events, key=lambda event: (event.at, event.event_id))


def habits(now: int, seed: int = 11) -> list[Event]:
    """Three weeks of sign-ins and messages, up to the day before `now` (epoch ms)."""
    rng = random.Random(seed)
    return [event for habit in HABITS for event in _days(habit, now, rng)]


def _days(habit: Habit, now: int, rng: random.Random) -> Iterator[Event]:
    for ago in range(DAYS, 0, -1):
        at = (now // DAY_MS - ago) * DAY_MS + habit.hour * HOUR_MS + rng.randrange(50) * MINUTE_MS
        name = f"activity-{habit.customer_id}-{ago}"
        if rng.random() < habit.often:
            yield _login(name, habit.customer_id, at, device="phone", country="JP")
        if ago % 3 == 0:
            sent = at + 5 * MINUTE_MS
            yield _message(f"{name}-sent", habit, sent, "message.sent")
            if rng.random() < habit.answers:
                yield _message(f"{name}-answered", habit, sent + rng.randrange(2, 50) * MINUTE_MS, "message.answered")


def _message(event_id: str, habit: Habit, at: int, name: str) -> Event:
    return Event(
        event_id=event_id,
        kind=EventKind.INTERACTION,
        name=name,
        at=at,
        user_id=habit.customer_id,
        attributes={"channel": habit.channel},
    )


def _login(event_id: str, user_id: str, at: int, *, device: str, country: str, failed: bool = False) -> Event:
    return Event(
        event_id=event_id,
        kind=EventKind.SECURITY,
        name="login.failed" if failed else "login.succeeded",
        at=at,
        user_id=user_id,
        attributes={"device": device, "address_country": country},
    )


def taken(now: int) -> Iterator[Event]:
    """Guesses at a password from a device and a country that are not the customer's, and the last of them is right."""
    at = now - TAKEN_AGO_H * HOUR_MS
    for left in range(TRIES, 0, -1):
        name = f"activity-{TAKEN}-try-{left}"
        yield _login(name, TAKEN, at - left * MINUTE_MS, device="laptop", country="BR", failed=True)
    yield _login(f"activity-{TAKEN}-in", TAKEN, at, device="laptop", country="BR")


def burst(tokens: NumberTokens, now: int) -> Iterator[Event]:
    """A call every two minutes, the last one five minutes ago and more."""
    numbers = [f"{row}{line:02d}" for row, lines in ROWS for line in lines]
    random.Random(3).shuffle(numbers)
    for place, number in enumerate(numbers):
        yield _call(tokens, number, place, now - (2 * len(numbers) - 2 * place + 5) * MINUTE_MS)


def _call(tokens: NumberTokens, number: str, place: int, at: int) -> Event:
    read = read_number(number)
    attributes: dict[str, Attribute | None] = {
        "contact_id": f"activity-burst-{place}",
        "channel": "VOICE",
        "direction": "inbound",
        "number_kind": read.kind.value,
        "country": read.country,
        "block": tokens.block_of(number),
        "local_hour": float(hour_of(at)),
        "answered": True,
        "duration_s": 22.0,
        "sketch": sketch(SCRIPT),
    }
    return Event(
        event_id=f"activity-burst-{place}:ended",
        kind=EventKind.CALL,
        name=ENDED,
        at=at,
        caller=tokens.of(number),
        attributes={key: value for key, value in attributes.items() if value is not None},
    )
