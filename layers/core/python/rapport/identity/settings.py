"""Settings of the identity context's part in live calls."""

from __future__ import annotations

from rapport.runtime.settings import IdentityTable, PoisonQueue


class PresenceSettings(IdentityTable, PoisonQueue):
    """calls_agent_events."""
