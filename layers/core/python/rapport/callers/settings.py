"""Settings of the callers functions."""

from __future__ import annotations

from rapport.runtime.settings import (
    CallersTable,
    CallsTable,
    CustomersTable,
    IdentityTable,
    IntelligenceStream,
    PoisonQueue,
    RealtimeTable,
)
from rapport.vendors.settings import VendorSecrets


class FeedSettings(CallsTable, CallersTable, IntelligenceStream, VendorSecrets):
    """callers_feed."""


class CampaignSettings(CallersTable, RealtimeTable, PoisonQueue):
    """callers_campaigns."""


class CallersApiSettings(CallersTable, CallsTable, CustomersTable, IdentityTable, VendorSecrets):
    """callers_api."""
