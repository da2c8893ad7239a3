"""What the smaller models say of a customer: what comes next, what is unusual, whether a caller is spam."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from math import atan2, cos, nan, pi, sin
from pathlib import Path
from statistics import median

from rapport.customers.model import Transaction
from rapport.inference.anomaly import Anomaly, AnomalyScorer, Kind
from rapport.inference.asking.customers import load_behaviour
from rapport.inference.asking.scores import load_anomaly
from rapport.inference.behaviour import BehaviourModel, Past, Prediction
from rapport.inference.spam_caller import SpamScore, SpamScorer, load_spam_caller
from rapport.runtime.clock import DAY_MS
from rapport.scoring.history import Known

HOUR_MS = 3_600_000


class Insights:
    """One method for each question; every model is loaded when it is first asked."""

    def __init__(self, models: Path) -> None:
        """`models` is the folder of models in the inference layer."""
        self._models = models
        self._behaviour: dict[str, BehaviourModel] = {}
        self._anomaly: dict[Kind, AnomalyScorer] = {}
        self._spam: SpamScorer | None = None

    def next_channel(self, known: Known) -> Prediction:
        """By which channel does the customer act next? Probabilities of all, with reasons."""
        return self._next("channel", [Past(t.channel, t.at) for t in known.transactions], known.at)

    def next_category(self, known: Known) -> Prediction:
        """In which spending category does the customer act next?"""
        return self._next("category", [Past(t.category, t.at) for t in known.transactions], known.at)

    def _next(self, what: str, history: list[Past], at: int) -> Prediction:
        if what not in self._behaviour:
            self._behaviour[what] = load_behaviour(self._models, what)
        return self._behaviour[what].predict(history, at)

    def transaction(self, known: Known, payment: Transaction) -> Anomaly:
        """How unusual is this payment for the customer, from what came before it?"""
        return self.event(Kind.TRANSACTION, transaction_event(known, payment))

    def event(self, kind: Kind, values: Mapping[str, float]) -> Anomaly:
        """How unusual is an event with these features? What is not given counts as usual.

        Raises `InvalidInputError` for infinite values and negative counts.
        """
        if kind not in self._anomaly:
            self._anomaly[kind] = load_anomaly(self._models, kind)
        return self._anomaly[kind].score(values)

    def spam(self, values: Mapping[str, float]) -> SpamScore:
        """Is a caller with these features (`rapport.inference.caller_features`) spam?"""
        if self._spam is None:
            self._spam = load_spam_caller(self._models)
        return self._spam.score(values)


def transaction_event(known: Known, payment: Transaction) -> dict[str, float]:
    """The features of anomaly_transaction: the payment beside the customer's earlier transactions. Hours are UTC.

    What nothing is known of is left out: without a history nothing is unusual.
    """
    before = [t for t in known.transactions if t.at < payment.at and t.transaction_id != payment.transaction_id]
    if not before:
        return {}
    bought = [t.amount for t in before if t.amount > 0]
    return {
        "amount_ratio": abs(payment.amount) / median(bought) if bought else nan,
        "hour_distance": _distance(_hour(payment.at), [_hour(t.at) for t in before]),
        "gap_hours": (payment.at - before[-1].at) / HOUR_MS,
        "in_last_hour": float(sum(payment.at - t.at < HOUR_MS for t in before)),
        "in_last_day": float(sum(payment.at - t.at < DAY_MS for t in before)),
        "new_merchant": float(all(t.merchant != payment.merchant for t in before)),
        "new_country": float(all(t.country != payment.country for t in before)),
        "category_share": sum(t.category == payment.category for t in before) / len(before),
        "channel_share": sum(t.channel == payment.channel for t in before) / len(before),
    }


def _hour(at: int) -> float:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.hour + moment.minute / 60


def _distance(hour: float, usual: list[float]) -> float:
    """Hours from the middle of the usual ones, round the clock: at most twelve."""
    angles = [2 * pi * h / 24 for h in usual]
    middle = atan2(sum(map(sin, angles)), sum(map(cos, angles))) * 24 / (2 * pi)
    return abs((hour - middle + 12) % 24 - 12)
