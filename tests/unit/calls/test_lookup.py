"""The look-up answers a flat map of strings in time, the same for every retry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from rapport.calls.lookup import DEFAULTS, Caller, CallerLookup
from rapport.calls.model import Band
from rapport.customers.model import Customer
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.calls import CONTACT

CUSTOMER = Customer(
    customer_id="C1", name="山田 花子", phone="+81312345678", language="ja-JP", vip=True, days_past_due=3
)


NOW = 1_750_000_000_000
ORDINARY = Caller(calls_last_hour=1, blocked=False, allowed=False, last_contact_ms=None)


@dataclass
class World:
    """Everything behind the look-up."""

    caller: Caller = ORDINARY
    customer: Customer | None = CUSTOMER
    error: Exception | None = None
    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    linked: list[str | None] = field(default_factory=list)
    counted: int = 0
    unreadable: bool = False
    scored: list[dict[str, float]] = field(default_factory=list)

    def by_phone(self, phone: str) -> Customer | None:
        return self.customer if phone == CUSTOMER.phone else None

    def note_call(self, e164: str, contact_id: str) -> Caller:
        if self.error:
            raise self.error
        self.counted += 1
        return self.caller

    def recall(self, contact_id: str) -> dict[str, str] | None:
        return self.kept.get(contact_id)

    def keep(self, contact_id: str, answer: dict[str, str]) -> dict[str, str]:
        return self.kept.setdefault(contact_id, dict(answer))

    def link_customer(self, contact_id: str, *, customer_id: str | None, **_: Any) -> None:
        self.linked.append(customer_id)

    def probability(self, features: Mapping[str, float]) -> float:
        self.scored.append(dict(features))
        return 0.82

    def features(self, customer_id: str, at: int) -> Mapping[str, float]:
        assert at == NOW
        if self.unreadable:
            raise DependencyUnavailableError("the customers table did not answer")
        return {"days_past_due": 3.0, "spend_30d": 120.0}

    def band_of(self, value: int) -> Band:
        return Band.HIGH if value >= 70 else Band.LOW

    def lookup(self) -> CallerLookup:
        return CallerLookup(
            customers=self, callers=self, answers=self, linker=self, scorer=self, features=self, clock=lambda: NOW
        )

    def ask(self, address: Any = "+81312345678", *, left_ms: int = 6000) -> dict[str, str]:
        contact = {"ContactId": CONTACT, "CustomerEndpoint": {"Address": address}, "Channel": "VOICE"}
        return self.lookup().look_up({"Details": {"ContactData": contact}}, lambda: left_ms)


def test_a_known_caller_is_told_with_risk_and_language() -> None:
    answer = World().ask()
    assert answer["lookupStatus"] == "ok"
    assert (answer["customerId"], answer["riskBand"], answer["riskScore"]) == ("C1", "HIGH", "82")
    assert (answer["isVip"], answer["language"], answer["known"]) == ("true", "ja-JP", "true")


def test_the_risk_of_a_caller_sees_what_the_customer_did_before() -> None:
    world = World()
    world.ask()
    assert world.scored == [{"days_past_due": 3.0, "spend_30d": 120.0}]


def test_a_caller_whose_features_cannot_be_read_is_scored_by_the_record() -> None:
    world = World(unreadable=True)
    assert world.ask()["riskScore"] == "82"
    assert world.scored == [CUSTOMER.features()]


@pytest.mark.parametrize(
    "address", ["03-1234-5678", "0312345678", "+81 3 1234 5678", "sip:+81312345678@carrier.example"]
)
def test_a_number_is_recognised_in_any_form(address: str) -> None:
    assert World().ask(address)["known"] == "true"


@pytest.mark.parametrize("address", ["anonymous", "Restricted", "", None, 7, "not a number", "+1", "110"])
def test_no_number_is_no_error(address: Any) -> None:
    answer = World().ask(address)
    assert answer["known"] == "false"
    assert all(isinstance(value, str) and value for value in answer.values())
    assert answer.keys() == DEFAULTS.keys()


@pytest.mark.parametrize("event", [{}, {"Details": None}, {"Details": {"ContactData": []}}])
def test_an_event_without_contact_gets_the_defaults(event: dict[str, Any]) -> None:
    world = World()
    lookup = world.lookup()
    assert lookup.look_up(event, lambda: 6000) == DEFAULTS


def test_a_retry_gets_the_same_answer_and_counts_nothing_twice() -> None:
    world = World()
    first = world.ask()
    world.customer = None
    assert world.ask() == first
    assert world.counted == 1
    assert world.linked == ["C1"]


def test_a_store_that_does_not_answer_degrades_the_answer() -> None:
    answer = World(error=DependencyUnavailableError("table")).ask()
    assert answer == DEFAULTS


def test_when_time_runs_out_what_is_known_is_answered_and_nothing_is_kept() -> None:
    world = World()
    answer = world.ask(left_ms=1000)
    assert answer["lookupStatus"] == "degraded"
    assert world.kept == {}


@pytest.mark.parametrize(
    ("caller", "known", "is_spam", "reason"),
    [
        (Caller(9, False, False, None), False, "true", "many-calls"),
        (Caller(9, False, False, None), True, "false", "customer"),
        (Caller(1, True, False, None), True, "true", "block-list"),
        (Caller(9, True, True, None), False, "false", "allow-list"),
    ],
)
def test_spam_has_its_evidence(caller: Caller, known: bool, is_spam: str, reason: str) -> None:
    answer = World(caller=caller, customer=CUSTOMER if known else None).ask()
    assert (answer["isSpam"], answer["spamReason"]) == (is_spam, reason)
