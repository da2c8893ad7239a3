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

from rapport.callers.judge import Around
from rapport.callers.model import Dossier
from rapport.callers.spam import Assessment
from rapport.calls.model import Band, Channel
from rapport.calls.ports import Clock, CustomerFeatures
from rapport.customers.model import Customer
from rapport.customers.phone import CallerNumber, read_number
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
# Below this much time left (ms) each of these is given up: what neighbours say, the customer, the link to the call.
FOR_NETWORK, FOR_CUSTOMER, FOR_LINK = 3_500, 2_000, 1_500
_UNSAFE = re.compile(r"[^\w .,:+-]", re.UNICODE)


class Customers(Protocol):
    def by_phone(self, phone: str) -> Customer | None: ...


class Callers(Protocol):
    """What is stored of numbers, under tokens."""

    def meet(self, number: CallerNumber, contact_id: str, dialled: str | None) -> Dossier:
        """Note the call, each contact once; what was known of the number before it."""

    def around(self, number: CallerNumber) -> Around:
        """What the neighbours of the number say."""

    def assess(self, number: CallerNumber, dossier: Dossier, around: Around, *, customer: bool) -> Assessment: ...


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
        number = read_number(_address(contact, "CustomerEndpoint"), self.default_country)
        customer = self.customers.by_phone(number.e164) if number.e164 and left_ms() > FOR_CUSTOMER else None
        seen = self._spam(answer, number, contact, contact_id, left_ms, known=customer is not None)
        if customer is not None:
            answer.update(self._customer(customer))
        if left_ms() <= FOR_LINK:
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
        return seen

    def _spam(
        self,
        answer: dict[str, str],
        number: CallerNumber,
        contact: Mapping[str, Any],
        contact_id: str,
        left_ms: Callable[[], int],
        *,
        known: bool,
    ) -> bool:
        """Fill in what is known of the number. False when it could not be read: who calls matters more than whether
        it is spam, so the answer goes on without, and is not kept.
        """
        try:
            dossier = Dossier("")
            if number.e164:
                dossier = self.callers.meet(number, contact_id, _dialled(contact, self.default_country))
            around = self.callers.around(number) if number.e164 and left_ms() > FOR_NETWORK else Around()
            found = self.callers.assess(number, dossier, around, customer=known)
        except RapportError:
            return False
        answer["spamProbability"] = f"{found.probability:.2f}"
        answer["isSpam"] = "true" if found.advice == "block" else "false"
        answer["spamReason"] = found.why
        before = [noted.at for noted in dossier.noted if noted.contact_id != contact_id]
        last = max([*before, *([dossier.state.last_seen or 0] if dossier.state else [])], default=0)
        if last:
            answer["lastContactAt"] = str(last)
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


def _address(contact: Mapping[str, Any], endpoint: str) -> object:
    found = contact.get(endpoint)
    return found.get("Address") if isinstance(found, Mapping) else None


def _dialled(contact: Mapping[str, Any], country: str) -> str | None:
    return read_number(_address(contact, "SystemEndpoint"), country).e164


def _safe(text: str) -> str:
    """Only what a flow attribute carries without harm; letters of any script stay."""
    return _UNSAFE.sub("", text)[:120] or "none"
