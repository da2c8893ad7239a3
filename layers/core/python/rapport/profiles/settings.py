"""Settings of the profiles functions."""

from __future__ import annotations

from rapport.runtime.settings import (
    IdentityTable,
    IntelligenceStream,
    PoisonQueue,
    ProfilesTable,
    RealtimeTable,
)


class ProcessorSettings(ProfilesTable, RealtimeTable, PoisonQueue):
    """profiles_updater and profiles_anomalies."""


class ProfilesApiSettings(ProfilesTable, RealtimeTable, IdentityTable, IntelligenceStream):
    """profiles_api."""
