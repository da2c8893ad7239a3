"""What the service asks a model is what the model was trained on: no skew between training and serving."""

from __future__ import annotations

from math import isnan

import pytest
from rapport.runtime.clock import month_of
from rapport.runtime.errors import NotFoundError
from rapport.scoring.history import CustomerHistory
from rapport.scoring.rows import churn_row, fraud_row, purchase_history, rfm

from models.tasks import churn, fraud, product
from tests.builders.scoring import Records, bank, known, transactions

DAY_MS = 86_400_000


def same(served: object, trained: float) -> bool:
    if served is None:
        return isnan(trained)
    return float(served) == pytest.approx(trained, rel=1e-6, abs=1e-9)  # type: ignore[arg-type]


def test_a_churn_row_equals_that_of_the_training_set() -> None:
    found = churn.training_set(bank(), known=product.of_customer)
    for row in range(0, len(found), max(1, len(found) // 25)):
        served = churn_row(known(str(found.customer[row]), int(found.time[row]), calls_90d=0))
        assert served.keys() == set(found.features)
        wrong = {
            name: (served[name], float(found.columns[name][row]))
            for name in found.features
            if name != "calls_90d" and not same(served[name], float(found.columns[name][row]))
        }
        assert wrong == {}


def test_a_fraud_row_equals_that_of_the_training_set() -> None:
    found = fraud.training_set(bank(), known=product.before_payment, own=product.of_transaction)
    payments = {t.transaction_id: t for booked in transactions().values() for t in booked}
    for row in range(0, len(found), len(found) // 40):
        payment = payments[str(found.row[row])]
        # A payment is scored before it is booked; those of the same instant may be.
        served = fraud_row(known(payment.customer_id, payment.at), payment, product.FRAUD_CONTEXT)
        assert served.keys() == set(found.features)
        wrong = {
            name: (served[name], float(found.columns[name][row]))
            for name in found.features
            if not same(served[name], float(found.columns[name][row]))
        }
        assert wrong == {}


def test_purchases_are_counted_by_day_and_refunds_are_none() -> None:
    customer_id, booked = max(transactions().items(), key=lambda item: len(item[1]))
    at = booked[-1].at + 3 * DAY_MS
    bought = [t for t in booked if t.amount > 0]
    values = rfm(known(customer_id, at))
    assert values is not None
    assert values["frequency"] == len(bought)
    assert values["monetary_mean"] == pytest.approx(sum(t.amount for t in bought) / len(bought))
    history = purchase_history(known(customer_id, at))
    assert history is not None
    days = {t.at // DAY_MS for t in bought}
    assert (history.repeats, history.valued) == (len(days) - 1, len(days))
    assert 0 <= history.recency <= history.age
    assert purchase_history(known(customer_id, booked[0].at)) is None
    assert rfm(known(customer_id, booked[0].at)) is None


def test_a_history_is_read_in_pages_and_remembered_unless_it_must_be_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.scoring.history.PAGE", 40)
    records = Records()
    history = CustomerHistory(records, records)
    customer_id, booked = max(transactions().items(), key=lambda item: len(item[1]))
    at = booked[-1].at + 1
    found = history.known(customer_id, at)
    assert list(found.transactions) == [t for t in booked if t.at >= at - 400 * DAY_MS]
    pages = records.pages
    assert pages > 1
    assert history.known(customer_id, at) is found
    assert records.pages == pages
    history.known(customer_id, at, fresh=True)
    assert records.pages == 2 * pages
    with pytest.raises(NotFoundError):
        history.known("nobody", at)


def test_months_are_those_of_utc() -> None:
    assert [month_of(ms) for ms in (0, 31 * DAY_MS - 1, 31 * DAY_MS)] == ["1970-01", "1970-01", "1970-02"]
