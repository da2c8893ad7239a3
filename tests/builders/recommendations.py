"""Customers to recommend something for, a store in memory, and an office with a clock that can be set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import boto3
import rapport_inference
from moto import mock_aws
from rapport.calls.model import (
    AnalysisStatus,
    Band,
    Call,
    CallStatus,
    Channel,
    Insights,
    LocalisedText,
    ModelInfo,
    Score,
    SentimentSummary,
)
from rapport.customers.model import Customer, Transaction
from rapport.customers.snapshot import Snapshot
from rapport.inference.next_best_action import NAME, Policy
from rapport.inference.published import load_parameters
from rapport.recommendations.experiment import Experiment
from rapport.recommendations.facts import Facts
from rapport.recommendations.model import (
    Draw,
    ExperimentGroup,
    Head,
    Recommendation,
    RecommendationOutcome,
    RecommendationSource,
    RecommendationState,
    Round,
)
from rapport.recommendations.ports import Behaviour, Oddity, Tally, Turn
from rapport.recommendations.service import HOLDS_MS, Recommendations, Sources
from rapport.recommendations.statistics import counted
from rapport.runtime.clock import DAY_MS
from rapport.runtime.dynamodb import ContendedError

from infra.stacks.data import RECOMMENDATION_INDEXES
from tests.builders.customers import customer
from tests.builders.dynamodb import create_table
from tests.builders.snapshots import snapshot

NOON = 1_790_000_000_000
HOUR = 3_600_000
TABLE = "recommendations"
ANN, BOB = "ann.lee", "bob.ray"
EVERYBODY = Experiment(name="test", holdout=0.0, days=28, minimum=100)
NOBODY = Experiment(name="test", holdout=1.0, days=28, minimum=100)


def shipped_policy() -> Policy:
    return Policy.from_parameters(load_parameters(rapport_inference.ROOT / "models", NAME).parameters)


def debtor(customer_id: str = "C1", **fields: Any) -> Customer:
    """Owes 900 and is twenty days late."""
    return customer(customer_id, **{"balance_due": 900.0, "days_past_due": 20, "missed_payments_12m": 1, **fields})


def ended_call(at: int = NOON - HOUR, *, risk: float | None = 0.3, mood: float | None = None, **fields: Any) -> Call:
    """A call of an hour ago with a risk score."""
    score = None
    if risk is not None:
        info = ModelInfo(name="payment_risk", version="1.0.0", synthetic=True)
        score = Score(value=round(100 * risk), probability=risk, band=Band.LOW, reasons=(), actions=(), model=info)
    defaults: dict[str, Any] = {
        "contact_id": f"contact-{at}",
        "channel": Channel.VOICE,
        "language": "en-US",
        "status": CallStatus.ENDED,
        "analysis": AnalysisStatus.COMPLETED,
        "seq": 1,
        "started_at": at,
        "ended_at": at + 60_000,
        "score": score,
        "insights": Insights(sentiment=SentimentSummary(customer=mood)),
    }
    return Call.model_validate({**defaults, **fields})


def oddity(at: int = NOON - HOUR, rarity: float = 0.001, kind: str = "login") -> Oddity:
    return Oddity(at, kind, rarity, LocalisedText(en="Login from a new country", ja="初めての国からのログイン"))


def facts(**fields: Any) -> Facts:
    """What is known of a debtor at noon."""
    defaults: dict[str, Any] = {
        "customer": debtor(),
        "snapshot": None,
        "calls": (),
        "behaviour": None,
        "past": (),
        "at": NOON,
    }
    return Facts(**{**defaults, **fields})


def recommendation(number: int = 1, at: int = NOON, **fields: Any) -> Recommendation:
    """A payment reminder of the policy."""
    defaults: dict[str, Any] = {
        "recommendation_id": f"{at:013d}-{number}",
        "customer_id": "C1",
        "round_id": f"{at:013d}",
        "source": RecommendationSource.POLICY,
        "code": "payment_reminder",
        "text": LocalisedText(en="Send a friendly payment reminder", ja="お支払いのご案内を送る"),
        "rank": number,
        "reasons": (),
        "evidence": (),
        "made_at": at,
        "expires_at": at + HOLDS_MS,
        "propensity": 0.5,
    }
    return Recommendation.model_validate({**defaults, **fields})


def round_(customer_id: str = "C1", at: int = NOON, **fields: Any) -> Round:
    """A round in which a reminder was drawn with probability one half."""
    defaults: dict[str, Any] = {
        "round_id": f"{at:013d}",
        "customer_id": customer_id,
        "at": at,
        "day": "2026-09-21",
        "experiment": EVERYBODY.name,
        "group": ExperimentGroup.TREATED,
        "policy_version": "1.0.0",
        "context": {"balance_due": 900.0},
        "draws": (draw("payment_reminder", payment_reminder=0.5, no_action=0.5),),
        "first": True,
        "owed": 900.0,
        "outcome_at": at + 28 * DAY_MS,
    }
    return Round.model_validate({**defaults, **fields})


def draw(code: str, **probabilities: float) -> Draw:
    return Draw(code=code, propensity=probabilities[code], probabilities=probabilities, explored=False)


class MemoryRecommendations:
    """Implements `RecommendationStore` and `OutcomeStore` in memory."""

    def __init__(self) -> None:
        self.heads: dict[str, Head] = {}
        self.kept: dict[tuple[str, str], Recommendation] = {}
        self.rounds: dict[tuple[str, str], Round] = {}
        self.counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.tallies: dict[tuple[RecommendationOutcome, ExperimentGroup], Tally] = {}

    def head(self, customer_id: str) -> Head | None:
        return self.heads.get(customer_id)

    def past(self, customer_id: str, since: int) -> list[Recommendation]:
        found = [one for one in self.kept.values() if one.customer_id == customer_id and one.made_at >= since]
        return sorted(found, key=lambda one: (-one.made_at, one.rank))

    def load(self, customer_id: str, recommendation_id: str) -> Recommendation | None:
        return self.kept.get((customer_id, recommendation_id))

    def turn(self, change: Turn) -> None:
        if self.heads.get(change.after.customer_id) != change.before:
            raise ContendedError
        self.heads[change.after.customer_id] = change.after
        if change.round is not None:
            self.rounds[change.round.customer_id, change.round.round_id] = change.round
        for one in change.made:
            self._keep(None, one)
        for before, after in change.closed:
            self.change(before, after)

    def change(self, before: Recommendation, after: Recommendation) -> None:
        if self.kept[before.customer_id, before.recommendation_id].version != before.version:
            raise ContendedError
        self._keep(before, after)

    def _keep(self, before: Recommendation | None, after: Recommendation) -> None:
        if before is None and (after.customer_id, after.recommendation_id) in self.kept:
            raise ContendedError
        self.kept[after.customer_id, after.recommendation_id] = after
        for name, by in counted(before, after).items():
            self.counts[after.code][name] += by

    def overdue(self, now: int, limit: int) -> list[Recommendation]:
        due = [one for one in self.kept.values() if one.state is RecommendationState.OPEN and one.expires_at <= now]
        return sorted(due, key=lambda one: one.expires_at)[:limit]

    def mature(self, now: int, limit: int) -> list[Round]:
        due = [each for each in self.rounds.values() if each.outcomes is None and each.outcome_at <= now]
        return sorted(due, key=lambda each: each.outcome_at)[:limit]

    def settle(self, settled: Round) -> None:
        if self.rounds[settled.customer_id, settled.round_id].outcomes is not None:
            raise ContendedError
        self.rounds[settled.customer_id, settled.round_id] = settled
        for outcome, happened in (settled.outcomes or {}).items():
            if settled.first:
                held = self.tallies.get((outcome, settled.group), Tally())
                self.tallies[outcome, settled.group] = Tally(held.customers + 1, held.successes + happened)

    def settled(self, experiment: str, limit: int) -> list[Round]:
        done = [each for each in self.rounds.values() if each.outcomes is not None and each.experiment == experiment]
        return sorted(done, key=lambda each: -each.outcome_at)[:limit]


class Office:
    """Recommendations of customers of whom anything may be said, at a time that can be set."""

    def __init__(self, store: Any = None, experiment: Experiment = EVERYBODY) -> None:
        self.now = NOON
        self.store = store or MemoryRecommendations()
        self.people: dict[str, Customer] = {"C1": debtor()}
        self.snapshots: dict[str, Snapshot] = {"C1": snapshot("C1", churn=0.3)}
        self.calls: dict[str, Sequence[Call]] = {}
        self.behaviours: dict[str, Behaviour] = {}
        self.bought: list[Transaction] = []
        self.service = Recommendations(
            store=self.store,
            sources=Sources(_Table(self.people), _Table(self.snapshots), _Calls(self), _Behaviours(self)),
            policy=shipped_policy(),
            policy_version="1.0.0",
            experiment=experiment,
            clock=lambda: self.now,
            sleep=lambda _: None,
        )

    def open(self, customer_id: str = "C1") -> list[Recommendation]:
        """What stands after a look."""
        self.service.refresh(customer_id)
        return [one for one in self.store.past(customer_id, 0) if one.state is RecommendationState.OPEN]

    def until_the_policy_speaks(self, customer_id: str = "C1") -> Recommendation:
        """The first thing that the policy recommends, on whichever day it does."""
        for _ in range(60):
            for one in self.open(customer_id):
                if one.source is RecommendationSource.POLICY:
                    return one
            self.now += DAY_MS
        raise AssertionError("the policy has recommended nothing in sixty days")

    def page(
        self, customer_id: str, *, since: int | None = None, until: int | None = None, limit: int, cursor: str | None
    ) -> tuple[list[Transaction], str | None]:
        """Implements `Transactions`."""
        del cursor
        found = [
            each
            for each in self.bought
            if each.customer_id == customer_id and (since or 0) <= each.at < (until or 1 << 62)
        ]
        return found[:limit], None


class _Table:
    def __init__(self, rows: dict[str, Any]) -> None:
        self._rows = rows

    def get(self, customer_id: str) -> Any:
        return self._rows.get(customer_id)


class _Calls:
    def __init__(self, office: Office) -> None:
        self._office = office

    def of(self, customer_id: str) -> Sequence[Call]:
        return self._office.calls.get(customer_id, ())


class _Behaviours:
    def __init__(self, office: Office) -> None:
        self._office = office

    def of(self, customer_id: str) -> Behaviour | None:
        return self._office.behaviours.get(customer_id)


@contextmanager
def recommendations_table() -> Iterator[Any]:
    """A DynamoDB client with an empty recommendations table."""
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        create_table(client, TABLE, RECOMMENDATION_INDEXES)
        yield client
