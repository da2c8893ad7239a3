"""Settings of the calls context's functions, composed from the runtime's fragments."""

from __future__ import annotations

from rapport.runtime.settings import (
    CallersTable,
    CallsTable,
    CustomersTable,
    EventBusName,
    IdentityTable,
    PoisonQueue,
    ScoreBands,
)
from rapport.vendors.settings import VendorSecrets


class SegmentsSettings(CallsTable, CustomersTable, PoisonQueue, ScoreBands):
    """calls_segments."""


class CallsApiSettings(CallsTable, CustomersTable, IdentityTable, ScoreBands):
    """calls_api."""


class JoinSettings(CallsTable, IdentityTable, PoisonQueue):
    """calls_contact_records and calls_agent_events."""


class ContactEventSettings(CallsTable, IdentityTable):
    """calls_contact_events."""


class LookupSettings(CallsTable, CallersTable, CustomersTable, ScoreBands, VendorSecrets):
    """calls_lookup."""


class ChangesSettings(CallsTable, EventBusName):
    """calls_changes."""
