"""The customer of a call is read once, before the first score, and a failure to read stops nobody."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from rapport.calls.model import CustomerData
from rapport.calls.ports import KnownCustomer, StoredCall
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.calls import CONTACT, Bench, Customers, transcript, utterance, voice

SPENDER = {"days_past_due": 10.0, "spend_30d": 2_000.0, "observed_days": 90.0, "balance_due": nan}
BROKEN = DependencyUnavailableError("the customers table did not answer")


def linked(bench: Bench, customer_id: str = "C1") -> None:
    """Tell the call who is calling, as the look-up does."""
    stored = bench.store.headers[CONTACT]
    bench.store.headers[CONTACT] = replace(stored, call=stored.call.model_copy(update={"customer_id": customer_id}))


def stored(bench: Bench) -> StoredCall:
    return bench.store.headers[CONTACT]


def call_of(customers: Customers) -> Bench:
    bench = Bench(customers=customers)
    bench.deliver(voice("STARTED"))
    linked(bench)
    return bench


def data(bench: Bench) -> CustomerData | None:
    score = stored(bench).call.score
    return score.customer_data if score else None


def test_the_customer_is_read_once_a_call_whatever_function_scores_next() -> None:
    bench = call_of(Customers({"C1": SPENDER}))
    for number in range(5):
        bench.deliver(voice("SEGMENTS", transcript(number)))
    assert bench.customers.asked == [("C1", stored(bench).call.started_at)]
    assert data(bench) is CustomerData.TRANSACTIONS


def test_only_features_that_the_model_takes_and_that_have_a_value_are_kept() -> None:
    bench = call_of(Customers({"C1": SPENDER}))
    bench.deliver(voice("SEGMENTS", transcript(0)))
    assert stored(bench).known == KnownCustomer(
        "C1", CustomerData.TRANSACTIONS, {"days_past_due": 10.0, "spend_30d": 2_000.0}
    )


def test_what_the_customer_did_moves_the_score() -> None:
    spender, other = call_of(Customers({"C1": SPENDER})), call_of(Customers({"C1": {**SPENDER, "spend_30d": 0.0}}))
    for bench in (spender, other):
        bench.deliver(voice("SEGMENTS", transcript(0)))
    first, second = stored(spender).call.score, stored(other).call.score
    assert first is not None
    assert second is not None
    assert first.probability > second.probability


def test_pieces_of_a_turn_read_nothing() -> None:
    bench = call_of(Customers({"C1": SPENDER}))
    bench.deliver(voice("SEGMENTS", utterance(0, 0)))
    assert bench.customers.asked == []


def test_a_failure_to_read_scores_the_conversation_says_so_and_is_made_up_for() -> None:
    bench = call_of(Customers({"C1": SPENDER}, broken=BROKEN))
    assert bench.deliver(voice("SEGMENTS", transcript(0))) == []
    assert data(bench) is CustomerData.UNAVAILABLE
    assert stored(bench).known is None
    bench.customers.broken = None
    bench.deliver(voice("SEGMENTS", transcript(1)))
    assert data(bench) is CustomerData.TRANSACTIONS


def test_a_customer_without_transactions_is_scored_by_the_record() -> None:
    bench = call_of(Customers({"C1": {"days_past_due": 3.0, "observed_days": nan}}))
    bench.deliver(voice("SEGMENTS", transcript(0)))
    assert data(bench) is CustomerData.RECORD


def test_nobody_is_asked_about_a_caller_who_is_not_linked_and_a_stranger_is_asked_about_once() -> None:
    bench = Bench()
    bench.deliver(voice("STARTED"), voice("SEGMENTS", transcript(0)))
    assert bench.customers.asked == []
    assert data(bench) is CustomerData.NONE
    linked(bench, "unknown")
    for number in (1, 2):
        bench.deliver(voice("SEGMENTS", transcript(number)))
    assert len(bench.customers.asked) == 1
    assert data(bench) is CustomerData.NONE


def test_a_caller_who_turns_out_to_be_another_is_read_anew() -> None:
    bench = call_of(Customers({"C1": SPENDER, "C2": {"days_past_due": 1.0}}))
    bench.deliver(voice("SEGMENTS", transcript(0)))
    linked(bench, "C2")
    bench.deliver(voice("SEGMENTS", transcript(1)))
    assert [customer_id for customer_id, _ in bench.customers.asked] == ["C1", "C2"]
    known = stored(bench).known
    assert known is not None
    assert known.features == {"days_past_due": 1.0}
