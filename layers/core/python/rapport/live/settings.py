"""Settings of the live context's functions."""

from __future__ import annotations

from rapport.runtime.settings import CallsTable, IdentityTable, LiveApi, LiveTable, Settings


class AuthorizerSettings(Settings):
    """live_authorizer: who issues tokens, for which client, and where the issuer's keys are."""

    token_issuer: str
    user_pool_client_id: str
    jwks_url: str


class ConnectionSettings(LiveTable):
    """live_connection."""


class RoomsSettings(CallsTable, IdentityTable, LiveTable, LiveApi):
    """live_rooms."""


class PushSettings(LiveTable, LiveApi):
    """calls_push."""
