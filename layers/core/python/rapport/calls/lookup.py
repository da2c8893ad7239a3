"""The look-up of a caller inside the contact flow.

Connect waits at most eight seconds, retries up to three times, and fails the block unless the answer is a
flat map of strings. So the answer is always such a map, the same for every retry of a contact, and given
within a time budget: whatever is not known by then has its default.

Rules: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rapport.calls.model import Band, Channel
from rapport.calls.ports import Clock, CustomerFeatures
from rapport.customers.model import Customer
from rapport.customers.phone import CallerNumber, NumberKind, read_number
from rapport.runtime.errors import RapportError

# Every key that the answer has, with its default. The contact flow uses no other (tested).
DEFAULTS: dict[str, str] = {
    "lookupStatus": "degraded",
    "known": "false",
    "customerId": "none",
    "customerName": "none",
    "riskBand": "UNKNOWN",
    "riskScore": "none",
    "spamProbability": "0.0",
    "isSpam": "false",
    "spamReason": "none",
    "isVip": "false",
    "language": "none",
    "lastContactAt": "none",
    "nextBestAction": "none",
}
SPAM_THRESHOLD = 0.8
# Calls from one number in an hour: more than a person in need makes.
MANY_CALLS = 6
_UNSAFE = re.compile(r"[^\w .,:+-]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of the number: how often it called in the last hour, and lists it is on."""

    calls_last_hour: int
    blocked: bool
    allowed: bool
    last_contact_ms: int | None


class Customers(Protocol):
    def by_phone(self, phone: str) -> Customer | None: ...


class Callers(Protocol):
    """Counts a number's calls, each contact once, and knows the lists."""

    def note_call(self, e164: str, contact_id: str) -> Caller: ...


class Answers(Protocol):
    """Keeps the first answer of each contact."""

    def recall(self, contact_id: str) -> dict[str, str] | None: ...

    def keep(self, contact_id: str, answer: dict[str, str]) -> dict[str, str]: ...


class Linker(Protocol):
    """Tells the calls context who is calling."""

    def link_customer(
        self,
        contact_id: str,
        *,
        customer_id: str | None,
        customer_name: str | None,
        phone: str | None,
        channel: Channel,
        language: str,
        previous_contact_id: str | None,
    ) -> object: ...


class HistoryScorer(Protocol):
    """The risk that is known before anybody has spoken."""

    def probability(self, features: Mapping[str, float]) -> float: ...

    def band_of(self, value: int) -> Band: ...


@dataclass(slots=True)
class CallerLookup:
    """Answers the contact flow. `left_ms` says how much time there is."""

    customers: Customers
    callers: Callers
    answers: Answers
    linker: Linker
    scorer: HistoryScorer
    features: CustomerFeatures
    clock: Clock
    default_country: str = "JP"

    def look_up(self, event: Mapping[str, Any], left_ms: Callable[[], int]) -> dict[str, str]:
        """The answer for a contact flow's event. It never raises."""
        answer = dict(DEFAULTS)
        try:
            contact = _contact(event)
            contact_id = str(contact.get("ContactId") or "")
            if not contact_id:
                return answer
            kept = self.answers.recall(contact_id)
            if kept is not None:
                return {**DEFAULTS, **kept}
            complete = self._fill(answer, contact, contact_id, left_ms)
            if complete:
                answer["lookupStatus"] = "ok"
                return {**DEFAULTS, **self.answers.keep(contact_id, answer)}
        except RapportError:
            return answer
        return answer

    def _fill(
        self, answer: dict[str, str], contact: Mapping[str, Any], contact_id: str, left_ms: Callable[[], int]
    ) -> bool:
        """Fill the answer step by step; False when time ran out and something is missing."""
        endpoint = contact.get("CustomerEndpoint")
        number = read_number(endpoint.get("Address") if isinstance(endpoint, Mapping) else None, self.default_country)
        caller = self.callers.note_call(number.e164, contact_id) if number.e164 else None
        customer = self.customers.by_phone(number.e164) if number.e164 and left_ms() > 2_000 else None
        answer.update(_spam(number, caller, known=customer is not None))
        if caller is not None and caller.last_contact_ms is not None:
            answer["lastContactAt"] = str(caller.last_contact_ms)
        if customer is not None:
            answer.update(self._customer(customer))
        if left_ms() <= 1_500:
            return False
        previous = contact.get("PreviousContactId")
        self.linker.link_customer(
            contact_id,
            customer_id=customer.customer_id if customer else None,
            customer_name=customer.name if customer else None,
            phone=number.e164,
            channel=Channel.CHAT if contact.get("Channel") == "CHAT" else Channel.VOICE,
            language=customer.language if customer else str(contact.get("LanguageCode") or "en-US"),
            previous_contact_id=str(previous) if previous and previous != contact_id else None,
        )
        return True

    def _customer(self, customer: Customer) -> dict[str, str]:
        value = round(100 * self.scorer.probability(self._features(customer)))
        band = self.scorer.band_of(value)
        return {
            "known": "true",
            "customerId": _safe(customer.customer_id),
            "customerName": _safe(customer.name),
            "riskBand": band.value,
            "riskScore": str(value),
            "isVip": "true" if customer.vip else "false",
            "language": customer.language,
            "nextBestAction": "hardship-team" if band is Band.HIGH else "vip-desk" if customer.vip else "standard",
        }

    def _features(self, customer: Customer) -> Mapping[str, float]:
        """What is known of the customer now; of the record alone where the rest cannot be read."""
        try:
            return self.features.features(customer.customer_id, self.clock()) or customer.features()
        except RapportError:
            return customer.features()


def _contact(event: Mapping[str, Any]) -> Mapping[str, Any]:
    details = event.get("Details")
    contact = details.get("ContactData") if isinstance(details, Mapping) else None
    return contact if isinstance(contact, Mapping) else {}


def _spam(number: CallerNumber, caller: Caller | None, *, known: bool) -> dict[str, str]:
    """Plain evidence with its reason: lists first, then how often and from where. No model yet, and it says so."""
    probability, reason = 0.05, "none"
    if caller is not None and caller.allowed:
        probability, reason = 0.0, "allow-list"
    elif caller is not None and caller.blocked:
        probability, reason = 1.0, "block-list"
    elif known:
        probability, reason = 0.01, "customer"
    elif caller is not None and caller.calls_last_hour >= MANY_CALLS:
        probability, reason = 0.9, "many-calls"
    elif number.kind is NumberKind.INVALID:
        probability, reason = 0.6, "invalid-number"
    elif number.kind is NumberKind.PREMIUM:
        probability, reason = 0.5, "premium-number"
    elif number.kind is NumberKind.WITHHELD:
        probability, reason = 0.3, "withheld"
    elif number.kind is NumberKind.VOIP:
        probability, reason = 0.2, "voip"
    return {
        "spamProbability": f"{probability:.2f}",
        "isSpam": "true" if probability >= SPAM_THRESHOLD else "false",
        "spamReason": reason,
    }


def _safe(text: str) -> str:
    """Only what a flow attribute carries without harm; letters of any script stay."""
    return _UNSAFE.sub("", text)[:120] or "none"
