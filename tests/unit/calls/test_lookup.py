"""The look-up answers a flat map of strings in time, the same for every retry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from rapport.callers.judge import Around, Judge
from rapport.callers.lists import Entry, ListName, Lists
from rapport.callers.model import Dossier, Noted
from rapport.callers.spam import Assessment
from rapport.callers.store import DynamoWatch
from rapport.calls.lookup import DEFAULTS, CallerLookup
from rapport.calls.model import Band
from rapport.customers.model import Customer
from rapport.customers.phone import CallerNumber
from rapport.runtime.errors import DependencyUnavailableError

from tests.builders.callers import FakeSpam
from tests.builders.calls import CONTACT

CUSTOMER = Customer(
    customer_id="C1", name="山田 花子", phone="+81312345678", language="ja-JP", vip=True, days_past_due=3
)


NOW = 1_750_000_000_000
ORDINARY = Dossier("n_" + "a" * 26)
BLOCK = Entry(ORDINARY.token, ListName.BLOCK, NOW - 1, NOW + 1, "eve")


@dataclass
class World:
    """Everything behind the look-up."""

    caller: Dossier = ORDINARY
    model: FakeSpam = field(default_factory=FakeSpam)
    asked_around: int = 0
    customer: Customer | None = CUSTOMER
    error: Exception | None = None
    kept: dict[str, dict[str, str]] = field(default_factory=dict)
    linked: list[str | None] = field(default_factory=list)
    counted: int = 0
    unreadable: bool = False
    scored: list[dict[str, float]] = field(default_factory=list)

    def by_phone(self, phone: str) -> Customer | None:
        return self.customer if phone == CUSTOMER.phone else None

    def meet(self, number: CallerNumber, contact_id: str, dialled: str | None) -> Dossier:
        if self.error:
            raise self.error
        self.counted += 1
        return self.caller

    def around(self, number: CallerNumber) -> Around:
        self.asked_around += 1
        return Around(neighbours=2)

    def assess(self, number: CallerNumber, dossier: Dossier, around: Around, *, customer: bool) -> Assessment:
        judge = Judge(network=DynamoWatch(None, "", lambda: NOW), model=self.model, clock=lambda: NOW)
        return judge.assess(number, dossier, around, customer=customer)

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


def test_callers_that_cannot_be_read_leave_the_customer_recognised_and_nothing_kept() -> None:
    world = World(error=DependencyUnavailableError("table"))
    answer = world.ask()
    assert (answer["lookupStatus"], answer["customerId"], answer["isSpam"]) == ("degraded", "C1", "false")
    assert world.kept == {}


def test_neighbours_are_left_out_when_time_is_short() -> None:
    world = World()
    assert world.ask(left_ms=3000)["lookupStatus"] == "ok"
    assert world.asked_around == 0
    world.ask(left_ms=6000)


def test_the_last_contact_is_the_one_before_this_call() -> None:
    caller = replace(ORDINARY, noted=(Noted("other", NOW - 9, "line"), Noted(CONTACT, NOW, "line")))
    assert World(caller=caller).ask()["lastContactAt"] == str(NOW - 9)


def test_when_time_runs_out_what_is_known_is_answered_and_nothing_is_kept() -> None:
    world = World()
    answer = world.ask(left_ms=1000)
    assert answer["lookupStatus"] == "degraded"
    assert world.kept == {}


@pytest.mark.parametrize(
    ("lists", "known", "model", "is_spam", "reason"),
    [
        (Lists(), False, FakeSpam(0.9, block=True, warn=True), "true", "volume"),
        (Lists(), True, FakeSpam(0.9, block=True, warn=True), "false", "customer"),
        (Lists(block=BLOCK), True, FakeSpam(), "true", "block-list"),
        (Lists(block=BLOCK, allow=replace(BLOCK, name=ListName.ALLOW)), False, FakeSpam(), "false", "allow-list"),
    ],
)
def test_spam_has_its_evidence(lists: Lists, known: bool, model: FakeSpam, is_spam: str, reason: str) -> None:
    world = World(caller=replace(ORDINARY, lists=lists), model=model, customer=CUSTOMER if known else None)
    answer = world.ask()
    assert (answer["isSpam"], answer["spamReason"]) == (is_spam, reason)
