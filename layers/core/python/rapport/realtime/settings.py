"""Settings of the realtime functions."""

from __future__ import annotations

from rapport.runtime.settings import IdentityTable, IntelligenceStream, RealtimeTable
from rapport.vendors.settings import VendorSecrets


class RealtimeApiSettings(RealtimeTable, IdentityTable, IntelligenceStream, VendorSecrets):
    """realtime_api."""
