"""Scores customers and payments with the models in service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import nan
from pathlib import Path
from typing import Any, TypeVar

from rapport.calls.model import Band, LocalisedText
from rapport.customers.model import Transaction
from rapport.inference import bgnbd, spend
from rapport.inference.actions_catalogue import Context
from rapport.inference.kmeans import KMeans
from rapport.inference.next_best_action import Policy
from rapport.inference.published import Described, load_parameters
from rapport.registry.host import ModelHost
from rapport.registry.model import Answer
from rapport.runtime.clock import day_of, month_of
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.scoring.history import CustomerHistory, Known
from rapport.scoring.model import (
    ActionAnswer,
    BatchItem,
    Explanation,
    FraudAnswer,
    FraudDecision,
    MonthForecast,
    RowAnswer,
    SegmentAnswer,
    SpendAnswer,
    ValueAnswer,
    WhatIf,
)
from rapport.scoring.rows import Cell, churn_row, credit_row, fraud_row, purchase_history, rfm
from rapport.scoring.words import say

CHURN, FRAUD, CREDIT = "churn", "fraud", "credit"
FORECAST_MONTHS = 12
MOST_CHANGES = 4
ModelT = TypeVar("ModelT")


class Scoring:
    """One method for each question."""

    def __init__(self, *, host: ModelHost, history: CustomerHistory, models: Path, clock: Callable[[], int]) -> None:
        """`models` is the folder of models in the inference layer."""
        self._host = host
        self._history = history
        self._models = models
        self._clock = clock
        self._built: dict[str, tuple[Described, Any]] = {}

    def churn(self, customer_id: str, *, record: bool = True) -> Answer:
        """Will this customer leave within 90 days? `NotFoundError` for a customer nobody knows."""
        row = churn_row(self._history.seen(customer_id, self._clock()))
        return self._host.predict(CHURN, customer_id, row, record=record)

    def churn_level(self, answer: Answer) -> Band:
        """HIGH from the threshold that the model was published with, MEDIUM from what is usual in its training data."""
        if answer.probability >= self._host.scorer(CHURN, answer.version).info.threshold:
            return Band.HIGH
        usual = self._host.reference(CHURN, answer.version)["prevalence"]
        return Band.MEDIUM if answer.probability >= usual else Band.LOW

    def churn_batch(self, customer_ids: Sequence[str]) -> list[BatchItem]:
        """The same of many; one that cannot be scored does not stop the others."""
        asked: list[tuple[str, Mapping[str, Cell]]] = []
        found: list[BatchItem | None] = []
        for customer_id in customer_ids:
            try:
                asked.append((customer_id, churn_row(self._history.seen(customer_id, self._clock()))))
                found.append(None)
            except NotFoundError as error:
                found.append(BatchItem(customer_id=customer_id, error=error.detail))
        scored = iter(self.rows(CHURN, asked))
        return [
            item or BatchItem(customer_id=(row := next(scored)).subject, answer=row.answer, error=row.error)
            for item in found
        ]

    def fraud(self, payment: Transaction) -> FraudAnswer:
        """Is this payment the customer's own? It need not be booked yet."""
        known = self._history.known(payment.customer_id, self._clock(), fresh=True)
        scorer = self._host.scorer(FRAUD, self._host.rollout(FRAUD).champion)
        own = {column.name for column in scorer.schema.columns}
        context = tuple(name for name in sorted(own) if not name.startswith("tx_"))
        answer = self._host.predict(FRAUD, payment.transaction_id, fraud_row(known, payment, context))
        answering = self._host.scorer(FRAUD, answer.version).info
        threshold = answering.threshold if answering.operating is None else answering.operating
        decision = FraudDecision.REVIEW if answer.probability >= threshold else FraudDecision.ALLOW
        return FraudAnswer(score=answer, threshold=threshold, decision=decision)

    def credit(self, application_id: str, form: Mapping[str, Cell]) -> Answer:
        """Will this credit default within a year? Fields of the form that are missing count as not known."""
        return self._host.predict(CREDIT, application_id, credit_row(form))

    def rows(self, name: str, rows: Sequence[tuple[str, Mapping[str, Cell]]]) -> list[RowAnswer]:
        """Many rows of any model that takes them; one that is wrong does not stop the others."""
        answers = self._host.predict_all(name, rows)
        return [
            RowAnswer(subject=subject, error=answer.detail, field=answer.field)
            if isinstance(answer, InvalidInputError)
            else RowAnswer(subject=subject, answer=answer)
            for (subject, _), answer in zip(rows, answers, strict=True)
        ]

    def segment(self, customer_id: str) -> SegmentAnswer:
        """Which group of customers is this one like?"""
        values = rfm(self._history.known(customer_id, self._clock()))
        if values is None:
            raise InvalidInputError("a customer without a purchase is in no segment", field="customer_id")
        described, model = self._model("segmentation", KMeans.from_parameters)
        found = model.assign(values)
        return SegmentAnswer(
            customer_id=customer_id,
            version=described.version,
            synthetic=described.synthetic,
            code=found.segment.code,
            name=found.segment.name,
            runner_up=found.runner_up.code,
            margin=round(found.margin, 4),
            reasons=tuple(reason.text for reason in found.reasons),
        )

    def value(self, customer_id: str) -> ValueAnswer:
        """What will this customer bring in twelve months? Nothing is expected of one who has never bought."""
        history = purchase_history(self._history.known(customer_id, self._clock()))
        described, model = self._model("lifetime_value", bgnbd.LifetimeValue.from_parameters)
        return ValueAnswer(
            customer_id=customer_id,
            version=described.version,
            synthetic=described.synthetic,
            months=bgnbd.MONTHS,
            value=round(model.value(history), 2) if history else 0.0,
            purchases=round(model.purchases(history, bgnbd.WEEKS_PER_YEAR), 3) if history else 0.0,
            probability_active=round(model.probability_alive(history), 4) if history else 0.0,
        )

    def spending(self, customer_id: str, months: int) -> SpendAnswer:
        """What will this customer spend in each of the next months?"""
        known = self._history.known(customer_id, self._clock())
        described, model = self._model("spend_forecast", spend.from_parameters)
        totals, first = self._totals(known)
        year, month = first
        ahead = model.ahead(totals, month, months)
        count = year * 12 + month - 1 + len(totals)
        return SpendAnswer(
            customer_id=customer_id,
            version=described.version,
            synthetic=described.synthetic,
            coverage=model.coverage,
            months=tuple(
                MonthForecast(
                    month=f"{(count + step) // 12:04d}-{(count + step) % 12 + 1:02d}",
                    expected=round(found.expected, 2),
                    low=round(found.low, 2),
                    high=round(found.high, 2),
                )
                for step, found in enumerate(ahead)
            ),
        )

    def _totals(self, known: Known) -> tuple[list[float], tuple[int, int]]:
        """Whole months with their spend, none left out, up to the last; and the (year, month) they begin with."""
        this = month_of(known.at)
        spent: dict[str, float] = {}
        for total in self._history.months(known.customer.customer_id):
            if total.month < this:
                spent[total.month] = spent.get(total.month, 0.0) + float(total.spent)
        start = min(spent, default=this)
        year, month = int(start[:4]), int(start[5:])
        end = int(this[:4]) * 12 + int(this[5:]) - 1
        names = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(year * 12 + month - 1, end)]
        return [spent.get(name, 0.0) for name in names], (year, month)

    def next_action(self, customer_id: str) -> ActionAnswer:
        """What to do for this customer today; asked again on the same day, the same."""
        known = self._history.known(customer_id, self._clock())
        described, model = self._model("next_best_action", Policy.from_parameters)
        day = day_of(self._clock())
        decision = model.decide(customer_id, day, self._context(known))
        return ActionAnswer(
            customer_id=customer_id,
            version=described.version,
            synthetic=described.synthetic,
            day=day,
            code=decision.action.code,
            text=decision.action.text,
            propensity=round(decision.propensity, 6),
            explored=decision.explored,
            reasons=tuple(reason.text for reason in decision.reasons),
        )

    def _context(self, known: Known) -> Context:
        customer = known.customer
        churn = self._host.predict(CHURN, customer.customer_id, churn_row(known), record=False).probability
        values = rfm(known)
        return Context(
            churn=churn,
            value_12m=self.value(customer.customer_id).value if values else nan,
            segment=self.segment(customer.customer_id).code if values else "",
            balance_due=customer.balance_due or 0.0,
            days_past_due=customer.days_past_due or 0,
        )

    def explain_churn(self, customer_id: str) -> Explanation:
        """The churn score with what would change it. Looking is not asking: nothing is recorded."""
        row = churn_row(self._history.seen(customer_id, self._clock()))
        answer = self._host.predict(CHURN, customer_id, row, record=False)
        return Explanation(score=answer, level=self.churn_level(answer), changes=tuple(self._changes(answer, row)))

    def _changes(self, answer: Answer, row: Mapping[str, Cell]) -> list[WhatIf]:
        """Each field that raises the score, taken to what is usual in training, one at a time."""
        usual = self._host.usual(answer.name, answer.version)
        scorer = self._host.scorer(answer.name, answer.version)
        found = []
        for reason in answer.reasons:
            typical = usual.get(reason.code)
            if reason.direction == "lowers" or typical is None:
                continue
            then = scorer.probability({**row, reason.code: typical})
            if then < answer.probability:
                now = LocalisedText(en=reason.en, ja=reason.ja)
                usually = say(reason.code, typical) or LocalisedText(en=str(typical), ja=str(typical))
                found.append(WhatIf(field=reason.code, now=now, then=usually, probability=then))
        return sorted(found, key=lambda change: change.probability)[:MOST_CHANGES]

    def _model(self, name: str, build: Callable[[Mapping[str, Any]], ModelT]) -> tuple[Described, ModelT]:
        """A published model of plain numbers with its description, built once a function."""
        if name not in self._built:
            published = load_parameters(self._models, name)
            self._built[name] = published.described, build(published.parameters)
        return self._built[name]
