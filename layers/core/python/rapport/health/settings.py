"""Settings of health_api."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, CustomersTable, IdentityTable, LiveTable, UserPool


class HealthSettings(CallsTable, CustomersTable, IdentityTable, LiveTable, UserPool):
    """health_api."""

    segment_stream: str
