"""Presence of Connect agents: the newest status wins, whatever order the events come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from rapport.runtime.errors import PoisonRecordError


class PresenceStore(Protocol):
    """Keeps the newest presence of an agent."""

    def set_presence(self, agent_id: str, status: str, at: str) -> bool: ...


class AgentPresence:
    """Applies agent events. Heartbeats repeat the status and so keep it fresh."""

    def __init__(self, store: PresenceStore) -> None:
        self._store = store

    def apply(self, event: Mapping[str, Any]) -> bool:
        """Whether the presence changed. Raises `PoisonRecordError` when the agent or the time is missing."""
        arn, at = event.get("AgentARN"), event.get("EventTimestamp")
        if not isinstance(arn, str) or not arn.rpartition("/")[2]:
            raise PoisonRecordError("AgentARN: expected an ARN", field="AgentARN")
        if not isinstance(at, str) or not at:
            raise PoisonRecordError("EventTimestamp: expected a time", field="EventTimestamp")
        snapshot = event.get("CurrentAgentSnapshot")
        status = snapshot.get("AgentStatus") if isinstance(snapshot, Mapping) else None
        name = status.get("Name") if isinstance(status, Mapping) else None
        kind = event.get("EventType")
        label = "Offline" if kind == "LOGOUT" else str(name or kind or "Unknown")
        return self._store.set_presence(arn.rpartition("/")[2], label[:128], at)
