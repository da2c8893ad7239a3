"""What became of recommendations: those that nobody took up, and what happened some weeks after each round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rapport.recommendations.lifecycle import closed
from rapport.recommendations.model import RecommendationOutcome, RecommendationState, Round
from rapport.recommendations.ports import Customers, OutcomeStore, Transactions
from rapport.runtime.dynamodb import ContendedError

BATCH = 200
PAGE = 100


@dataclass(frozen=True, slots=True)
class Swept:
    """How many recommendations were found ignored, and how many rounds were settled."""

    ignored: int = 0
    settled: int = 0


class OutcomeSweep:
    """Looks at what is due. Doing it twice does it once; what is left over is due the next time."""

    def __init__(
        self, store: OutcomeStore, customers: Customers, transactions: Transactions, clock: Callable[[], int]
    ) -> None:
        self._store = store
        self._customers = customers
        self._transactions = transactions
        self._clock = clock

    def run(self, time_left: Callable[[], bool]) -> Swept:
        """Everything that is due, as long as there is time."""
        ignored = self._each(self._expire, time_left)
        return Swept(ignored, self._each(self._settle, time_left))

    def _each(self, step: Callable[[], int | None], time_left: Callable[[], bool]) -> int:
        done = 0
        while time_left() and (count := step()) is not None:
            done += count
        return done

    def _expire(self) -> int | None:
        """A batch of what nobody took up; None when there is no more, or others are at it."""
        now, done = self._clock(), 0
        found = self._store.overdue(now, BATCH)
        for one in found:
            try:
                self._store.change(one, closed(one, RecommendationState.IGNORED, at=now))
            except ContendedError:
                continue
            done += 1
        return done or None

    def _settle(self) -> int | None:
        now, done = self._clock(), 0
        for each in self._store.mature(now, BATCH):
            try:
                self._store.settle(each.model_copy(update={"outcomes": self.outcomes(each)}))
            except ContendedError:
                continue
            done += 1
        return done or None

    def outcomes(self, round_: Round) -> dict[RecommendationOutcome, bool]:
        """What happened between a round and its outcome date; nothing of a customer who is gone."""
        customer = self._customers.get(round_.customer_id)
        if customer is None:
            return {}
        found = {RecommendationOutcome.ACTIVE: self._bought(round_)}
        if round_.owed > 0 and customer.balance_due is not None:
            found[RecommendationOutcome.ARREARS_REDUCED] = customer.balance_due < round_.owed
        return found

    def _bought(self, round_: Round) -> bool:
        cursor: str | None = None
        while True:
            page, cursor = self._transactions.page(
                round_.customer_id, since=round_.at + 1, until=round_.outcome_at, limit=PAGE, cursor=cursor
            )
            if any(each.amount > 0 for each in page):
                return True
            if cursor is None:
                return False
