"""Makes snapshots of customers, a few on demand or all in a round that may take several runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.calls.model import LocalisedText
from rapport.customers.model import Customer, Transaction
from rapport.customers.search import CustomerQuery
from rapport.customers.snapshot import Ahead, Said, Snapshot
from rapport.registry.model import Answer
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import NotFoundError
from rapport.scoring.history import CustomerHistory, Known
from rapport.scoring.rows import rfm
from rapport.scoring.service import Scoring

MONTHS_AHEAD = 3
PAGE = 25
# A little less than a day, so that a round does not start later every day.
ROUND_MS = 20 * 3_600_000


class Round(BaseModel):
    """How far a round through all customers has come; `finished_at` is None while it runs."""

    model_config = ConfigDict(frozen=True)

    started_at: int
    cursor: str | None = None
    done: int = 0
    finished_at: int | None = None


class Customers(Protocol):
    """What `CustomerSearch` reads."""

    def page(self, query: CustomerQuery, *, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]: ...


class Snapshots(Protocol):
    """What `SnapshotStore` writes."""

    def put(self, snapshot: Snapshot) -> None: ...


class Rounds(Protocol):
    """What `RoundStore` keeps."""

    def load(self) -> Round | None: ...

    def save(self, progress: Round) -> None: ...


class Snapshotter:
    """Asks every model about a customer at once. Nobody is answered, so nothing is recorded as a prediction."""

    def __init__(
        self, *, scoring: Scoring, history: CustomerHistory, snapshots: Snapshots, clock: Callable[[], int]
    ) -> None:
        self._scoring = scoring
        self._history = history
        self._snapshots = snapshots
        self._clock = clock

    def snapshot(self, customer_id: str) -> Snapshot:
        """What the models say of this customer now. `NotFoundError` for a customer nobody knows."""
        known = self._history.known(customer_id, self._clock(), fresh=True)
        churn = self._scoring.churn(customer_id, record=False)
        value = self._scoring.value(customer_id)
        spend = self._scoring.spending(customer_id, MONTHS_AHEAD)
        values = rfm(known)
        segment = self._scoring.segment(customer_id) if values else None
        versions = {churn.name: churn.version, "lifetime_value": value.version, "spend_forecast": spend.version}
        if segment is not None:
            versions["segmentation"] = segment.version
        return Snapshot(
            customer_id=customer_id,
            at=known.at,
            currency=main_currency(known),
            segment=segment.code if segment else None,
            segment_name=segment.name if segment else None,
            segment_reasons=tuple(Said(text=text) for text in segment.reasons) if segment else (),
            recency_days=values["recency_days"] if values else None,
            frequency=values["frequency"] if values else None,
            mean_purchase=values["monetary_mean"] if values else None,
            value_12m=value.value,
            probability_active=value.probability_active,
            churn=churn.probability,
            level=self._scoring.churn_level(churn),
            churn_reasons=tuple(_said(churn)),
            ahead=tuple(Ahead(**month.model_dump()) for month in spend.months),
            spent_30d=spent(known.purchases(), known.at - 30 * DAY_MS, known.at),
            spent_30d_before=spent(known.purchases(), known.at - 60 * DAY_MS, known.at - 30 * DAY_MS),
            synthetic=churn.synthetic or value.synthetic or spend.synthetic,
            versions=versions,
        )

    def refresh(self, customer_ids: Sequence[str]) -> int:
        """Take and keep a snapshot of each; says of how many. A customer who is gone meanwhile is passed over."""
        count = 0
        for customer_id in customer_ids:
            try:
                self._snapshots.put(self.snapshot(customer_id))
            except NotFoundError:
                continue
            count += 1
        return count

    def go_on(self, customers: Customers, rounds: Rounds, *, in_time: Callable[[], bool]) -> Round:
        """Continue the round through all customers while `in_time`, or begin the next when it is due.

        Progress is kept after every page: what stops in between goes on there.
        """
        now = self._clock()
        progress = rounds.load()
        if progress is None or (progress.finished_at is not None and now - progress.started_at >= ROUND_MS):
            progress = Round(started_at=now)
        while progress.finished_at is None and in_time():
            page, cursor = customers.page(CustomerQuery(), limit=PAGE, cursor=progress.cursor)
            done = progress.done + self.refresh([customer.customer_id for customer in page])
            finished_at = self._clock() if cursor is None else None
            progress = Round(started_at=progress.started_at, cursor=cursor, done=done, finished_at=finished_at)
            rounds.save(progress)
        return progress


def main_currency(known: Known) -> str | None:
    """The currency of most purchases, the first of equals by name; None without a purchase."""
    counted = Counter(purchase.currency for purchase in known.purchases())
    return min(counted, key=lambda name: (-counted[name], name), default=None)


def spent(purchases: Sequence[Transaction], since: int, until: int) -> float:
    return round(sum(purchase.amount for purchase in purchases if since <= purchase.at < until), 2)


def _said(answer: Answer) -> Iterator[Said]:
    for reason in answer.reasons:
        yield Said(text=LocalisedText(en=reason.en, ja=reason.ja), direction=reason.direction)
