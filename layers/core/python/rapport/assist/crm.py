"""The CRM both ways. Out: every ended call with its outcome becomes a record. In: what people change in the CRM is
read again and applied, when a notification hints at it and once a day whether one came or not.

A call that the CRM could not be told of waits in the table and is tried again: an outage of the CRM stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from rapport.calls.model import Call, CallStatus
from rapport.calls.ports import StoredCall
from rapport.customers.model import Customer, Email, Identifier, Language, Phone, Words
from rapport.runtime.clock import DAY_MS, now_ms
from rapport.runtime.errors import ConflictError
from rapport.runtime.observability import logger
from rapport.vendors.errors import VendorError
from rapport.vendors.kintone import KintoneRecord, StoredRecord

KEY_OF_CALLS = "contact_id"
LONGEST_SUMMARY = 1000
MOST_TELLINGS = 5
HOUR_MS = 3_600_000
# Notifications may be a little older than what is read: an overlap costs a look at a revision.
OVERLAP_MS = HOUR_MS
FIRST_DAYS = 7
# A customer that came by an application is called after it.
CUSTOMER = "app-"
APPLICATION = "application_id"
# What the CRM may change here; everything else is ours to say. The record's field, and its form.
INBOUND: Mapping[str, TypeAdapter[str]] = {
    "name": TypeAdapter(Words),
    "phone": TypeAdapter(Phone),
    "email": TypeAdapter(Email),
    "language": TypeAdapter(Language),
}
CANCELLED = "cancelled"
_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
RecordNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]


class Hint(BaseModel):
    """`body` of an event `Kintone Record Changed`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str
    app_id: RecordNumber
    record_id: RecordNumber


class Waiting(BaseModel):
    """A call as the CRM is to know it; `seq` is that of the call's last event by then."""

    model_config = ConfigDict(frozen=True)

    contact_id: str
    seq: int
    record: dict[str, str | int]


class Outbox(Protocol):
    def expect(self, waiting: Waiting) -> None:
        """Remember a call before the CRM is told of it."""

    def done(self, waiting: Waiting) -> None:
        """Forget it, unless something newer is to be told of the same call."""

    def waiting(self) -> Iterator[Waiting]: ...


class Marks(Protocol):
    def revision(self, app: str, record_id: str) -> int:
        """The revision of a record that was applied last; 0 for none."""

    def applied(self, app: str, record_id: str, revision: int, now: int) -> None: ...

    def reconciled_at(self, app: str) -> int | None: ...

    def reconciled(self, app: str, at: int) -> None: ...


class Crm(Protocol):
    def upsert(self, app: str, key_field: str, key: str, record: Mapping[str, Any]) -> KintoneRecord: ...

    def get(self, app: str, key_field: str, key: str) -> StoredRecord | None: ...

    def changed_since(self, app: str, timestamp: datetime) -> Iterator[StoredRecord]: ...


class Calls(Protocol):
    def load(self, contact_id: str) -> StoredCall | None:
        """A call as it is now."""


class People(Protocol):
    def get(self, customer_id: str) -> Customer | None: ...

    def put(self, customer: Customer) -> bool: ...


def record_of(call: Call) -> dict[str, str | int]:
    """What the CRM is told of a call: no number and no name, which the customer's own record has."""
    ended = call.ended_at or call.started_at
    return {
        "customer_id": call.customer_id or "",
        "agent": call.agent_id or "",
        "team": call.team or "",
        "channel": call.channel.value,
        "language": call.language,
        "started_at": _moment(call.started_at),
        "ended_at": _moment(ended),
        "duration_s": max(0, (ended - call.started_at) // 1000),
        "outcome": call.outcome or "",
        "score": call.score.value if call.score else "",
        "band": call.score.band.value if call.score else "",
        "escalated": "yes" if call.escalated else "no",
        "summary": (call.insights.summary or "")[:LONGEST_SUMMARY],
    }


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_over(call: Call) -> bool:
    return call.status is CallStatus.ENDED and bool(call.outcome)


@dataclass(frozen=True)
class CrmSync:
    """`customers_app` and `calls_app` are numbers of apps; `clock` in epoch milliseconds; `time_left` in seconds."""

    crm: Crm
    outbox: Outbox
    marks: Marks
    calls: Calls
    customers: People
    customers_app: str
    calls_app: str
    clock: Callable[[], int] = now_ms
    time_left: Callable[[], float] = lambda: 900.0

    def tell(self, contact_id: str) -> bool:
        """Tell the CRM of a call that ended with an outcome; whether it took it. What it did not take waits.

        Several may tell of one call at a time. Who comes last, having read first, would leave the CRM with what is
        old: the call is read again after it was told.
        """
        told: int | None = None
        for _ in range(MOST_TELLINGS):
            stored = self.calls.load(contact_id)
            if stored is None or stored.call.seq == told or not _is_over(stored.call):
                break
            told = stored.call.seq
            waiting = Waiting(contact_id=contact_id, seq=told, record=record_of(stored.call))
            self.outbox.expect(waiting)
            if not self._send(waiting):
                return False
        return told is not None

    def tell_again(self) -> int:
        """Try everything that waits; how much the CRM took. It is left alone after it failed three times in a row."""
        taken = failed = 0
        for waiting in self.outbox.waiting():
            if failed >= 3 or self.time_left() < 30:
                break
            sent = self._send(waiting)
            taken += sent
            failed = 0 if sent else failed + 1
        return taken

    def _send(self, waiting: Waiting) -> bool:
        try:
            self.crm.upsert(self.calls_app, KEY_OF_CALLS, waiting.contact_id, waiting.record)
        except VendorError as error:
            said = {"contact_id": waiting.contact_id, "kind": error.kind, "vendor_code": error.code}
            logger.warning("the CRM did not take a call: it waits", extra=said)
            return False
        self.outbox.done(waiting)
        return True

    def hinted(self, hint: Hint) -> bool:
        """Read a record that is said to have changed, and apply it; says whether anything changed here."""
        if hint.app_id != self.customers_app or hint.type == "DELETE_RECORD":
            # Nobody is deleted here because a record is deleted there.
            return False
        record = self.crm.get(self.customers_app, "$id", hint.record_id)
        return record is not None and self._apply(record)

    def reconcile(self, *, force: bool = False) -> int | None:
        """Once a day, everything that changed since the last time; how many customers changed, None if not due."""
        now = self.clock()
        last = self.marks.reconciled_at(self.customers_app)
        if last is not None and now - last < DAY_MS - HOUR_MS and not force:
            return None
        since = now - FIRST_DAYS * DAY_MS if last is None else last - OVERLAP_MS
        changed = 0
        for record in self.crm.changed_since(self.customers_app, datetime.fromtimestamp(since / 1000, UTC)):
            if self.time_left() < 30:
                # The mark stays: the next round begins at the same place and passes over what is applied.
                return changed
            changed += self._apply(record)
        self.marks.reconciled(self.customers_app, now)
        return changed

    def _apply(self, record: StoredRecord) -> bool:
        """Bring a customer to what the record says, if the record is newer than what was applied."""
        if self.marks.revision(self.customers_app, record.id) >= record.revision:
            return False
        customer = self._customer(record)
        changed = False
        if customer is not None and record.fields.get("status") != CANCELLED:
            try:
                changed = self.customers.put(customer.model_copy(update=_changes(record)))
            except ConflictError:
                logger.warning("a customer is being written by others", extra={"customer_id": customer.customer_id})
                return False
        self.marks.applied(self.customers_app, record.id, record.revision, self.clock())
        return changed

    def _customer(self, record: StoredRecord) -> Customer | None:
        """Whose record it is: by our own number where the app has it, else by the application."""
        own, application = record.fields.get("customer_id"), record.fields.get(APPLICATION)
        wanted = own or (f"{CUSTOMER}{application}" if application else "")
        try:
            return self.customers.get(_IDENTIFIER.validate_python(wanted))
        except ValidationError:
            return None


def _changes(record: StoredRecord) -> dict[str, str]:
    """Fields that hold something of the right form. An empty one says nothing; a wrong one is named and left."""
    found = {}
    for name, form in INBOUND.items():
        value = record.fields.get(name)
        if not value:
            continue
        try:
            found[name] = form.validate_python(value)
        except ValidationError:
            logger.warning("a field of the CRM has not the form it needs", extra={"field": name, "record": record.id})
    return found
