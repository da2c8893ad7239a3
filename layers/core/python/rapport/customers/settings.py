"""Settings of the customer context's functions, composed from the runtime's fragments."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, CustomersTable, FilesBucket, IdentityTable


class CustomersApiSettings(CallsTable, CustomersTable, FilesBucket, IdentityTable):
    """customers_api."""


class CustomersImportSettings(CustomersTable, FilesBucket):
    """customers_import."""
