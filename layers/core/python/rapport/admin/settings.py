"""Settings of admin_api."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, CasesTable, IdentityTable, ModelsTable, PoisonQueue, Settings, UserPool


class Observed(Settings):
    """Names of functions, of those that reach vendors, and of models in service, separated by spaces; the queue of
    failed deliveries.
    """

    functions: str
    vendor_functions: str
    served_models: str
    stream_failures_queue_url: str


class AdminApiSettings(UserPool, IdentityTable, CallsTable, CasesTable, ModelsTable, PoisonQueue, Observed):
    """admin_api."""
