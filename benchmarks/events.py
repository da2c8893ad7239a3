"""The processors of the intelligence stream on a million mixed events: own work without AWS calls, memory, bytes.

The events are SYNTHETIC: a month of 50,000 users of very different diligence, calls, pages, messages, logins, payments.
"""

from __future__ import annotations

import math
import random
import resource
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial

import rapport_inference
from rapport.calls.ports import RawRecord
from rapport.inference.asking.scores import load_anomaly
from rapport.profiles import anomalies, updater
from rapport.profiles.anomalies import Findings, Judge
from rapport.profiles.model import AnomalyFound
from rapport.profiles.updater import StoredProfile
from rapport.realtime.delivery import Delivery
from rapport.realtime.event import Event
from rapport.realtime.measures import Measures
from rapport.realtime.processor import Processor
from rapport.runtime.errors import DependencyUnavailableError

from benchmarks.report import Row, Section

EVENTS, USERS, BATCH = 1_000_000, 50_000, 500
JUDGED_EVENTS = 100_000
BEGAN, MONTH_MS = 1_790_000_000_000, 30 * 86_400_000
# The bar that the design was given, events per second and core.
BAR = 5_000


class Memory:
    """States in memory: what a table would keep, without the calls."""

    def __init__(self) -> None:
        self.states: dict[str, StoredProfile] = {}
        self.found = 0

    def load(self, keys: Collection[str]) -> Mapping[str, StoredProfile]:
        return {key: self.states[key] for key in keys if key in self.states}

    def save(self, changes: Mapping[str, StoredProfile]) -> Collection[str]:
        self.states.update(changes)
        return ()

    def add_anomalies(self, user_id: str, found: Collection[AnomalyFound]) -> None:
        self.found += len(found)


class Nowhere:
    """Takes measures and late events."""

    def __init__(self) -> None:
        self.whole = Measures()

    def add(self, name: str, at: int, measures: Measures) -> None:
        self.whole.add(measures)

    def send(self, record: RawRecord, reason: str) -> None:
        if not reason.startswith("late"):
            raise DependencyUnavailableError(reason)


def mixed(number: int, seed: int = 5) -> Iterator[Event]:
    """A month of events in the order of time, but for one in a hundred that is up to an hour late."""
    rng = random.Random(seed)
    for index in range(number):
        # Few users do much and many do little.
        user = min(int(rng.paretovariate(0.8)) - 1, USERS - 1) if rng.random() < 0.3 else rng.randrange(USERS)
        at = BEGAN + index * MONTH_MS // number - (rng.randrange(3_600_000) if rng.random() < 0.01 else 0)
        yield Event.model_validate({"event_id": f"e-{index}", "at": at, "user_id": f"C{user}", **_what(rng, user)})


def _what(rng: random.Random, user: int) -> dict[str, object]:
    kind = rng.random()
    if kind < 0.25:
        return {
            "kind": "call",
            "name": "call.ended",
            "caller": "n_" + f"{user:026d}".translate(str.maketrans("0123456789", "abcdefghij")),
            "attributes": {
                "contact_id": f"{rng.getrandbits(64):016x}",
                "channel": "voice",
                "direction": "inbound" if rng.random() < 0.7 else "outbound",
                "answered": rng.random() < 0.8,
                "abandoned": False,
                "duration_s": math.exp(rng.gauss(5, 0.8)),
                "talk_share": rng.random(),
                "sentiment": rng.uniform(-1, 1),
                "score": float(rng.randrange(100)),
                "agent_id": f"agent-{rng.randrange(200)}",
                "team": "collections",
                "number_kind": "mobile",
                "country": "JP",
                "night": False,
                "local_hour": 11.5,
            },
        }
    if kind < 0.5:
        return {"kind": "interaction", "name": "page.viewed", "attributes": {"channel": "web", "page": "accounts"}}
    if kind < 0.7:
        name = "message.sent" if rng.random() < 0.7 else "message.answered"
        channel = rng.choice(["sms", "email", "push"])
        return {"kind": "interaction", "name": name, "attributes": {"channel": channel, "campaign": "spring"}}
    if kind < 0.9:
        name = "login.succeeded" if rng.random() < 0.93 else "login.failed"
        device = f"d{user}-{min(int(rng.expovariate(1.5)), 20)}"
        return {"kind": "security", "name": name, "attributes": {"device": device, "address_country": "JP"}}
    amount = math.exp(rng.gauss(8, 1))
    return {"kind": "interaction", "name": "payment.made", "attributes": {"amount": amount, "currency": "JPY"}}


def _batches(events: Iterator[Event]) -> Iterator[list[Delivery]]:
    batch: list[Delivery] = []
    for number, event in enumerate(events, 1):
        batch.append(Delivery(RawRecord(str(number), event.at, event.encoded()), "shardId-0"))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _updated(number: int) -> tuple[Memory, float, list[float]]:
    """(profiles, seconds of processor time of our own, MB beyond the profiles at each tenth)."""
    memory, nowhere = Memory(), Nowhere()
    processor = Processor(
        updater.NAME,
        keys_of=updater.keys_of,
        keeper=memory,
        fold=updater.fold,
        poison=nowhere,
        measures=nowhere,
        clock=lambda: BEGAN,
    )
    spent, beyond = 0.0, []
    done, tenth = 0, number // 10
    for batch in _batches(mixed(number)):
        began = time.process_time()
        processor.consume(batch)
        spent += time.process_time() - began
        done += len(batch)
        if done % tenth < BATCH:
            kept = sum(len(stored.data) for stored in memory.states.values()) / 2**20
            beyond.append(_resident_mb() - kept)
    return memory, spent, beyond


def _judged(memory: Memory, events: Sequence[Event]) -> float:
    """Seconds of processor time to judge events by profiles that exist."""
    nowhere = Nowhere()
    judge = Judge(partial(load_anomaly, rapport_inference.ROOT / "models"))
    processor = Processor(
        anomalies.NAME,
        keys_of=anomalies.keys_of,
        keeper=Findings(memory),
        fold=judge.fold,
        poison=nowhere,
        measures=nowhere,
        clock=lambda: BEGAN,
    )
    spent = 0.0
    for batch in _batches(iter(events)):
        began = time.process_time()
        processor.consume(batch)
        spent += time.process_time() - began
    return spent


def section() -> Section:
    """A million events through the updater, and the first of the next month through the judge."""
    memory, spent, beyond = _updated(EVENTS)
    sizes = sorted(len(stored.data) for stored in memory.states.values())
    after = [
        each.model_copy(update={"event_id": f"j{each.event_id}", "at": each.at + MONTH_MS})
        for each, _ in zip(mixed(EVENTS, seed=6), range(JUDGED_EVENTS), strict=False)
    ]
    judged = _judged(memory, after)
    rate, rate_judged = EVENTS / spent, JUDGED_EVENTS / judged
    method = (
        f"{EVENTS:,} SYNTHETIC mixed events of {USERS:,} users in batches of {BATCH} through the processors as they "
        "are deployed, with a store that answers at once: parse, check, group, fold, serialise. Time of one core. "
        f"The baseline is the bar of {BAR:,} events a second and core. Judging runs the published isolation forests on "
        "calls, logins and payments. Memory is the peak of the process beyond the profiles it holds for the table."
    )
    return Section(
        "Events",
        method,
        [
            Row("profiles_updater", f"{rate:,.0f} /s/core", f"{BAR:,} /s/core", rate / BAR),
            Row("profiles_anomalies", f"{rate_judged:,.0f} /s/core", f"{BAR:,} /s/core", rate_judged / BAR),
            Row("memory beyond the profiles, after a tenth and at the end", f"{beyond[0]:.0f} and {beyond[-1]:.0f} MB"),
            Row(
                f"bytes a profile ({EVENTS // USERS} events a user, at the mean)",
                f"{sizes[len(sizes) // 2]:,} at the median",
                f"{sizes[int(0.99 * len(sizes))]:,} at p99, {sizes[-1]:,} at the most",
            ),
            Row("anomalies told of ordinary events", f"{memory.found / JUDGED_EVENTS:.2%}"),
        ],
    )
