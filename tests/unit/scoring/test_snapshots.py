"""A snapshot says what the models say, records nothing, and a round goes on where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import rapport_inference
from rapport.calls.model import Band
from rapport.customers.model import Customer
from rapport.customers.search import CustomerQuery
from rapport.customers.snapshot import Snapshot
from rapport.registry.artifacts import LayerAndBucket
from rapport.registry.host import ModelHost
from rapport.registry.model import Prediction, Rollout
from rapport.runtime.errors import NotFoundError
from rapport.scoring.history import CustomerHistory
from rapport.scoring.service import Scoring
from rapport.scoring.snapshots import ROUND_MS, Round, Snapshotter

from tests.builders.scoring import Records, customer, transactions

MODELS = rapport_inference.ROOT / "models"
IDS = sorted(transactions())[:5]


class Rounds:
    """Implements `Rounds`."""

    def __init__(self) -> None:
        self.kept: list[Round] = []

    def load(self) -> Round | None:
        return self.kept[-1] if self.kept else None

    def save(self, progress: Round) -> None:
        self.kept.append(progress)


class Directory:
    """Implements `Customers`: two customers a page."""

    def page(self, query: CustomerQuery, *, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]:
        assert query == CustomerQuery()
        start = int(cursor or 0)
        following = str(start + 2) if start + 2 < len(IDS) else None
        return [customer(customer_id) for customer_id in IDS[start : start + 2]][:limit], following


class Bench:
    """A snapshotter on the shipped models, with everything it writes."""

    def __init__(self, scratch: Path, now: int) -> None:
        self.now = now
        self.predictions: list[Prediction] = []
        self.taken: list[Snapshot] = []
        self.gone: set[str] = set()
        history = CustomerHistory(Records(), Records())  # type: ignore[arg-type]
        host = ModelHost(
            artifacts=LayerAndBucket(MODELS, None, "", scratch),
            rollouts=self,
            log=self,
            clock=lambda: self.now,
            new_id=lambda: "id",
        )
        scoring = Scoring(host=host, history=history, models=MODELS, clock=lambda: self.now)
        self.snapshotter = Snapshotter(scoring=scoring, history=history, snapshots=self, clock=lambda: self.now)

    def rollout(self, name: str) -> Rollout | None:
        del name

    def record(self, predictions: Sequence[Prediction]) -> None:
        self.predictions += predictions

    def put(self, snapshot: Snapshot) -> None:
        if snapshot.customer_id in self.gone:
            raise NotFoundError("there is no such customer")
        self.taken.append(snapshot)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, max(booked[-1].at for booked in transactions().values()) + 86_400_000)


def test_a_snapshot_holds_every_models_answer_and_records_no_prediction(bench: Bench) -> None:
    customer_id = max(transactions(), key=lambda name: len(transactions()[name]))
    found = bench.snapshotter.snapshot(customer_id)
    assert found.versions.keys() == {"churn", "lifetime_value", "spend_forecast", "segmentation"}
    assert (found.currency, len(found.ahead), found.synthetic) == ("USD", 3, True)
    assert found.segment_name is not None
    assert found.value_12m > 0
    assert bench.predictions == []


def test_the_level_follows_the_models_threshold_and_what_is_usual(bench: Bench) -> None:
    levels = [(found.churn, found.level) for found in map(bench.snapshotter.snapshot, sorted(transactions()))]
    ordered = [level for _, level in sorted(levels, key=lambda pair: pair[0])]
    assert ordered == sorted(ordered, key=[Band.LOW, Band.MEDIUM, Band.HIGH].index)
    assert {Band.LOW, Band.HIGH} <= set(ordered)


def test_a_customer_who_is_gone_is_passed_over(bench: Bench) -> None:
    bench.gone = {IDS[1]}
    assert bench.snapshotter.refresh([*IDS[:3], "nobody"]) == 2
    assert [each.customer_id for each in bench.taken] == [IDS[0], IDS[2]]


def test_a_round_goes_on_where_it_stopped_and_begins_again_only_when_due(bench: Bench) -> None:
    rounds, directory = Rounds(), Directory()
    left = iter([True, False])
    stopped = bench.snapshotter.go_on(directory, rounds, in_time=lambda: next(left))
    assert (stopped.done, stopped.finished_at) == (2, None)
    finished = bench.snapshotter.go_on(directory, rounds, in_time=lambda: True)
    assert (finished.done, finished.cursor, finished.started_at) == (5, None, stopped.started_at)
    assert [each.customer_id for each in bench.taken] == IDS
    assert bench.snapshotter.go_on(directory, rounds, in_time=lambda: True) == finished
    bench.now += ROUND_MS
    assert bench.snapshotter.go_on(directory, rounds, in_time=lambda: True).started_at == bench.now
    assert len(bench.taken) == 2 * len(IDS)
