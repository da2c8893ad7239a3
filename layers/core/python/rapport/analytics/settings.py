"""Settings of the analytics context's functions."""

from __future__ import annotations

from rapport.runtime.settings import CustomersTable, FilesBucket, IdentityTable


class AnalyticsApiSettings(CustomersTable):
    """analytics_api."""


class ReportsApiSettings(CustomersTable, FilesBucket, IdentityTable):
    """reports_api."""
