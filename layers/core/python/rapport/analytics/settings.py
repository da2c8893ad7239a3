"""Settings of the analytics context's functions."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, CustomersTable, FilesBucket, IdentityTable


class AnalyticsApiSettings(CallsTable, CustomersTable):
    """analytics_api."""


class ReportsApiSettings(CustomersTable, FilesBucket, IdentityTable):
    """reports_api."""
