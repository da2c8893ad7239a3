"""Settings of the identity context's functions."""

from __future__ import annotations

from rapport.runtime.settings import IdentityTable, PoisonQueue, UserPool


class IdentityApiSettings(UserPool):
    """identity_api."""


class PresenceSettings(IdentityTable, PoisonQueue):
    """calls_agent_events."""
