"""A SYNTHETIC day of calls to a centre, and bursts of coordinated calls to plant in it.

Normal traffic has what could be taken for a campaign: companies whose lines lie in one hundred of numbers, machines
that read one script from one number, families, an outage that makes hundreds of people say similar things at once.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, pi

from rapport.callers.calls import ENDED
from rapport.callers.minhash import sketch
from rapport.realtime.event import Event, EventKind

DAY_S = 86_400
CALLS = 100_000
# Epoch ms of the day's midnight, centre's time.
MIDNIGHT = 1_767_193_200_000
INTENTS = 16
DIALLED = tuple(f"line-{n}" for n in range(12))


@dataclass
class Speech:
    """What people say: sentences of an intent with words of their own, and scripts that machines read."""

    rng: random.Random
    words: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    sentences: list[list[list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        letters = "aeiou", "bcdfghklmnprstvw"
        self.words = [
            "".join(self.rng.choice(letters[1]) + self.rng.choice(letters[0]) for _ in range(self.rng.randint(2, 4)))
            for _ in range(3000)
        ]
        self.weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self.sentences = [[self.some(self.rng.randint(5, 11)) for _ in range(8)] for _ in range(INTENTS)]

    def some(self, count: int) -> list[str]:
        return self.rng.choices(self.words, self.weights, k=count)

    def talk(self, intent: int | None = None, own: float = 0.05) -> str:
        """Two to six sentences of an intent; `own` is the share of words that are the caller's."""
        pool = self.sentences[self.rng.randrange(INTENTS) if intent is None else intent]
        said = [word for sentence in self.rng.sample(pool, self.rng.randint(3, 6)) for word in sentence]
        return " ".join(self.noisy([*said, *self.some(self.rng.randint(2, 12))], own))

    def noisy(self, said: Sequence[str], share: float) -> list[str]:
        """The words as recognised or paraphrased: this share of them is another one or missing."""
        kept = [self.some(1)[0] if self.rng.random() < share * 0.7 else word for word in said]
        return [word for word in kept if self.rng.random() >= share * 0.3]


@dataclass
class Day:
    """One day. `calls` is how many normal ones there are; a seed gives the same day again."""

    seed: int
    calls: int = CALLS

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.speech = Speech(self.rng)
        self.contacts = 0

    def normal(self) -> Iterator[Event]:
        """Calls in the order in which they end."""
        people = [self._number("mobile") for _ in range(self.calls // 2)]
        companies = [self._company() for _ in range(max(4, self.calls // 800))]
        machines = [(self._number("voip"), self.speech.some(self.rng.randint(30, 60))) for _ in range(40)]
        kinds: tuple[tuple[float, Callable[[int], Event]], ...] = (
            (0.70, lambda at: self._customer(at, people)),
            (0.12, lambda at: self._business(at, companies)),
            (0.14, self._stranger),
            (0.04, lambda at: self._machine(at, machines)),
        )
        shares = [share for share, _ in kinds]
        made = [self.rng.choices(kinds, shares)[0][1](self._time()) for _ in range(self.calls - 360)]
        made += self._outage()
        yield from sorted(made, key=lambda event: event.at)

    def bursts(self, *, calls: int = 40) -> Iterator[list[Event]]:
        """One burst of each kind, at a time of its own in working hours."""
        for kind in (self._row, self._script, self._slow, self._silent):
            yield sorted(kind(self.rng.uniform(9, 19) * 3600, calls), key=lambda event: event.at)

    def _customer(self, at: int, people: Sequence[str]) -> Event:
        number = self.rng.choice(people)
        return self._event(number, at, self.rng.lognormvariate(5.2, 0.6), "MOBILE", user=f"C-{number[1:]}")

    def _company(self) -> list[str]:
        block = self._number("block")[:-2]
        return [f"{block}{line:02d}" for line in self.rng.sample(range(100), self.rng.randint(4, 40))]

    def _business(self, at: int, companies: Sequence[list[str]]) -> Event:
        brief = self.rng.random() < 0.15
        seconds = self.rng.uniform(3, 25) if brief else self.rng.lognormvariate(4.9, 0.7)
        return self._event(
            self.rng.choice(self.rng.choice(companies)),
            at,
            seconds,
            "FIXED",
            said=None if brief else self.speech.talk(),
        )

    def _stranger(self, at: int) -> Event:
        brief = self.rng.random() < 0.3
        kind = self.rng.choices(("MOBILE", "FIXED", "VOIP", "WITHOUT"), (0.6, 0.22, 0.15, 0.03))[0]
        seconds = self.rng.uniform(1, 14) if brief else self.rng.lognormvariate(4.8, 0.8)
        country = "JP" if self.rng.random() < 0.96 else self.rng.choice(("US", "KR", "PH", "GB"))
        said = None if brief or seconds < 20 else self.speech.talk()
        return self._event(self._number(kind), at, seconds, kind, said=said, country=country, answered=not brief)

    def _machine(self, at: int, machines: Sequence[tuple[str, list[str]]]) -> Event:
        number, script = self.rng.choice(machines)
        return self._event(number, at, 25, "VOIP", said=" ".join(self.speech.noisy(script, 0.05)))

    def _outage(self) -> list[Event]:
        """Three hundred customers and sixty strangers who say similar things within half an hour."""
        begin = self._time()
        made = []
        for person in range(360):
            at = begin + self.rng.randrange(1_800_000)
            user = None if person % 6 == 0 else f"C-out-{person}"
            said = self.speech.talk(intent=0)
            made.append(self._event(self._number("mobile"), at, self.rng.lognormvariate(4.6, 0.5), "MOBILE", said=said,
                                    user=user))  # fmt: skip
        return made

    def _row(self, begin: float, calls: int) -> list[Event]:
        """Neighbouring numbers, one after the other, that hang up at once."""
        block, start = self._number("block")[:-2], self.rng.randrange(0, 99 - calls)
        return [
            self._event(f"{block}{start + n:02d}", self._at(begin + n * self.rng.uniform(10, 40)), 4, "VOIP",
                        answered=self.rng.random() < 0.5)
            for n in range(calls)
        ]  # fmt: skip

    def _script(self, begin: float, calls: int) -> list[Event]:
        """Numbers at random that read one script, as a recogniser hears it: 5 % of words wrong."""
        script = self.speech.some(self.rng.randint(35, 70))
        return [
            self._event(self._number("voip"), self._at(begin + n * self.rng.uniform(10, 45)), 25, "VOIP",
                        said=" ".join(self.speech.noisy(script, 0.05)))
            for n in range(calls)
        ]  # fmt: skip

    def _slow(self, begin: float, calls: int) -> list[Event]:
        """Over two hours, from three blocks, one script, 10 % of words wrong."""
        script, blocks = self.speech.some(self.rng.randint(35, 70)), [self._number("block")[:-2] for _ in range(3)]
        return [
            self._event(f"{self.rng.choice(blocks)}{self.rng.randrange(100):02d}",
                        self._at(begin + n * 7200 / calls), 30, "FIXED",
                        said=" ".join(self.speech.noisy(script, 0.10)))
            for n in range(calls)
        ]  # fmt: skip

    def _silent(self, begin: float, calls: int) -> list[Event]:
        """Foreign numbers at random that say nothing, within a few minutes."""
        return [
            self._event(self._number("voip"), self._at(begin + n * self.rng.uniform(2, 6)), 2, "VOIP", country="US",
                        answered=False)
            for n in range(calls)
        ]  # fmt: skip

    def _event(
        self,
        number: str,
        at: int,
        seconds: float,
        kind: str,
        *,
        said: str | None = None,
        user: str | None = None,
        country: str = "JP",
        answered: bool = True,
    ) -> Event:
        self.contacts += 1
        words = sketch(said) if said else None
        duration = round(seconds, 1)
        return Event(
            event_id=f"{self.seed}-{self.contacts}:ended",
            kind=EventKind.CALL,
            name=ENDED,
            at=at + round(1000 * duration),
            user_id=user,
            caller=_token(number),
            attributes={
                "contact_id": f"{self.seed}-{self.contacts}",
                "dialled": self.rng.choice(DIALLED),
                "duration_s": duration,
                "answered": answered,
                "number_kind": kind,
                "country": country,
                "block": _token(number[:-2]),
                "local_hour": float((at - MIDNIGHT) // 3_600_000 % 24),
                **({"sketch": words} if words else {}),
            },
        )

    def _time(self) -> int:
        """A moment of the day: most calls come at noon, few at night."""
        while True:
            second = self.rng.uniform(0, DAY_S)
            if self.rng.random() < 0.52 - 0.48 * cos(2 * pi * second / DAY_S):
                return self._at(second)

    def _at(self, second: float) -> int:
        return MIDNIGHT + round(1000 * second)

    def _number(self, kind: str) -> str:
        lead = {"mobile": "+8190", "MOBILE": "+8190", "FIXED": "+813", "block": "+813"}.get(kind, "+8150")
        return f"{lead}{self.rng.randrange(10**8):08d}"


def _token(number: str) -> str:
    digest = hashlib.blake2b(number.encode(), digest_size=20).digest()
    value = int.from_bytes(digest, "big")
    return "n_" + "".join("abcdefghijklmnopqrstuvwxyz234567"[value >> 5 * place & 31] for place in range(26))
