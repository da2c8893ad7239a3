"""Settings of the registry's functions."""

from __future__ import annotations

from rapport.runtime.settings import FilesBucket, IdentityTable, ModelsTable


class ModelsApiSettings(ModelsTable, FilesBucket, IdentityTable):
    """The models API: the registry, uploaded versions, idempotency records."""


class ModelsMonitorSettings(ModelsTable, FilesBucket):
    """The drift monitor."""
