"""The processors of the intelligence stream on a million mixed events: own work without AWS calls, memory, bytes.

The events are SYNTHETIC: a month of 50,000 users of very different diligence, calls, pages, messages, logins, payments.
"""

from __future__ import annotations

import math
import random
import resource
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import rapport_inference
from rapport.callers.consumer import NAME as CAMPAIGNS
from rapport.callers.consumer import CallerConsumer
from rapport.callers.store import DynamoWatch
from rapport.callers.watch import Watch
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
from models.data.caller_traffic import Day

EVENTS, USERS, BATCH = 1_000_000, 50_000, 500
JUDGED_EVENTS = 100_000
CALLERS_EVENTS, CALL_SHARE = 60_000, 0.25
BEGAN, MONTH_MS = 1_790_000_000_000, 30 * 86_400_000
# The bar that the design was given, events per second and core.
BAR = 5_000


class Table:
    """Profiles in a file, as a table would keep them: the memory measured is the processor's own. `spent` is the
    processor time of what stands for calls of AWS.
    """

    def __init__(self, folder: str) -> None:
        self._file = sqlite3.connect(f"{folder}/profiles.db", isolation_level=None)
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE profiles (user TEXT PRIMARY KEY, version INTEGER, data BLOB)")
        self.spent, self.found = 0.0, 0

    def load(self, keys: Collection[str]) -> Mapping[str, StoredProfile]:
        began = time.process_time()
        marks = ",".join("?" * len(keys))
        rows = self._file.execute(f"SELECT user, data, version FROM profiles WHERE user IN ({marks})", list(keys))
        found = {user: StoredProfile(data, version) for user, data, version in rows}
        self.spent += time.process_time() - began
        return found

    def save(self, changes: Mapping[str, StoredProfile]) -> Collection[str]:
        began = time.process_time()
        rows = [(user, stored.version, stored.data) for user, stored in changes.items()]
        self._file.execute("BEGIN")
        self._file.executemany("REPLACE INTO profiles VALUES (?, ?, ?)", rows)
        self._file.execute("COMMIT")
        self.spent += time.process_time() - began
        return ()

    def add_anomalies(self, user_id: str, found: Collection[AnomalyFound]) -> None:
        self.found += len(found)

    def sizes(self) -> list[int]:
        """Bytes of every profile, ascending."""
        return sorted(size for (size,) in self._file.execute("SELECT length(data) FROM profiles"))


class CallersTable:
    """What the callers' store asks of DynamoDB, kept in memory; `spent` as above."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], dict[str, Any]] = {}
        self.spent = 0.0

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        began = time.thread_time()
        ((table, asked),) = request["RequestItems"].items()
        found = [self._items[key] for each in asked["Keys"] if (key := self._key(each)) in self._items]
        self.spent += time.thread_time() - began
        return {"Responses": {table: found}}

    def put_item(self, **request: Any) -> None:
        """There is one writer, so every condition holds."""
        began = time.thread_time()
        self._items[self._key(request["Item"])] = request["Item"]
        self.spent += time.thread_time() - began

    def _key(self, item: Mapping[str, Any]) -> tuple[str, str]:
        return item["pk"]["S"], item["sk"]["S"]


class Consumer(Protocol):
    def consume(self, batch: Sequence[Delivery]) -> list[str]: ...


class Spends(Protocol):
    @property
    def spent(self) -> float: ...


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
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _consumed(processor: Consumer, events: Iterable[Event], number: int, table: Spends) -> tuple[float, list[float]]:
    """(processor time without that of the table, MB of the process after each tenth)."""
    spent, resident, done = 0.0, list[float](), 0
    before = table.spent
    for batch in _batches(iter(events)):
        began = time.process_time()
        processor.consume(batch)
        spent += time.process_time() - began
        done += len(batch)
        if done % (number // 10) < BATCH:
            resident.append(_resident_mb())
    return spent - (table.spent - before), resident


def _updater(table: Table) -> Processor[str, StoredProfile, StoredProfile]:
    nowhere = Nowhere()
    return Processor(
        updater.NAME,
        keys_of=updater.keys_of,
        keeper=table,
        fold=updater.fold,
        poison=nowhere,
        measures=nowhere,
        clock=lambda: BEGAN,
    )


def _judge(table: Table) -> Processor[str, StoredProfile, Sequence[AnomalyFound]]:
    nowhere = Nowhere()
    return Processor(
        anomalies.NAME,
        keys_of=anomalies.keys_of,
        keeper=Findings(table),
        fold=Judge(partial(load_anomaly, rapport_inference.ROOT / "models")).fold,
        poison=nowhere,
        measures=nowhere,
        clock=lambda: BEGAN,
    )


def _campaigns(events: Iterable[Event]) -> float:
    """Events a second and core of the processor that follows callers."""
    nowhere, table = Nowhere(), CallersTable()
    watch = Watch(DynamoWatch(table, CAMPAIGNS, lambda: BEGAN))
    consumer = CallerConsumer(watch, poison=nowhere, measures=nowhere, clock=lambda: BEGAN)
    spent, _ = _consumed(consumer, events, CALLERS_EVENTS, table)
    return CALLERS_EVENTS / spent


def with_callers(events: Iterable[Event], calls: Iterator[Event]) -> Iterator[Event]:
    """The same mix with these calls in place of its own: strangers, companies and machines among the customers."""
    for event in events:
        yield next(calls) if event.caller else event


def _next_month() -> Iterator[Event]:
    for event in islice(mixed(EVENTS, seed=6), JUDGED_EVENTS):
        yield event.model_copy(update={"event_id": f"j{event.event_id}", "at": event.at + MONTH_MS})


def section() -> Section:
    """A million events through the updater, and the first of the next month through the judge."""
    with TemporaryDirectory() as folder:
        table = Table(folder)
        spent, resident = _consumed(_updater(table), mixed(EVENTS), EVENTS, table)
        judged, _ = _consumed(_judge(table), _next_month(), JUDGED_EVENTS, table)
        sizes = table.sizes()
    ours = _campaigns(mixed(CALLERS_EVENTS))
    day = Day(1, round(1.1 * CALL_SHARE * CALLERS_EVENTS))
    harder = _campaigns(with_callers(mixed(CALLERS_EVENTS), day.normal()))
    rate, rate_judged = EVENTS / spent, JUDGED_EVENTS / judged
    method = (
        f"{EVENTS:,} SYNTHETIC mixed events of {USERS:,} users in batches of {BATCH} through the processors as they "
        "are deployed: parse, check, group, fold, serialise. Time of one core. "
        f"The baseline is the bar of {BAR:,} events a second and core. Judging runs the published isolation forests on "
        "calls, logins and payments. Profiles lie in a file, whose time and memory do not count. Callers are followed "
        f"on {CALLERS_EVENTS:,} of the events (three quarters are no calls and are read and left), once with their own "
        "calls, all of customers, and once with those of a day of models/data/caller_traffic.py in their place."
    )
    return Section(
        "Events",
        method,
        [
            Row("profiles_updater", f"{rate:,.0f} /s/core", f"{BAR:,} /s/core", rate / BAR),
            Row("profiles_anomalies", f"{rate_judged:,.0f} /s/core", f"{BAR:,} /s/core", rate_judged / BAR),
            Row("callers_campaigns", f"{ours:,.0f} /s/core", f"{BAR:,} /s/core", ours / BAR),
            Row("callers_campaigns, strangers among them", f"{harder:,.0f} /s/core", f"{BAR:,} /s/core", harder / BAR),
            Row("memory of the process after each tenth", " ".join(f"{each:.0f}" for each in resident) + " MB"),
            Row(
                f"bytes a profile ({EVENTS // USERS} events a user, at the mean)",
                f"{sizes[len(sizes) // 2]:,} at the median",
                f"{sizes[int(0.99 * len(sizes))]:,} at p99, {sizes[-1]:,} at the most",
            ),
            Row("anomalies told of ordinary events", f"{table.found / JUDGED_EVENTS:.2%}"),
        ],
    )
