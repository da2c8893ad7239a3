"""Settings of the calls context's functions, composed from the runtime's fragments."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, CustomersTable, IdentityTable, PoisonQueue, ScoreBands


class SegmentsSettings(CallsTable, CustomersTable, PoisonQueue, ScoreBands):
    """calls_segments."""


class CallsApiSettings(CallsTable, CustomersTable, IdentityTable, ScoreBands):
    """calls_api."""


class JoinSettings(CallsTable, IdentityTable, PoisonQueue):
    """calls_contact_records and calls_agent_events."""


class ContactEventSettings(CallsTable, IdentityTable):
    """calls_contact_events."""


class LookupSettings(CallsTable, CustomersTable, ScoreBands):
    """calls_lookup."""


class CountingSettings(CallsTable):
    """calls_counting."""
