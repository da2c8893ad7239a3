"""Joins a contact to its customer, agent, queue and times, from whatever arrives and in any order.

Contact events are best effort and unordered, contact records are sent again at every change, and their
published samples disagree on the case of names; so names are matched without case and every join only
moves a call forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rapport.calls.desk import CallRegister, Change, differing
from rapport.calls.model import Call, CallStatus, Channel
from rapport.calls.ports import Clock, StoredCall
from rapport.calls.service import new_call
from rapport.runtime.errors import PoisonRecordError

ENDING_EVENTS = frozenset({"DISCONNECTED", "COMPLETED"})
CONNECTING_EVENTS = frozenset({"CONNECTED_TO_AGENT"})


@dataclass(frozen=True, slots=True)
class AgentIdentity:
    """Which user a Connect agent is, and the team."""

    username: str
    team: str | None


class AgentDirectory(Protocol):
    """Finds users by Connect's agent id (the last part of the agent's ARN)."""

    def find(self, connect_agent_id: str) -> AgentIdentity | None: ...


class ContactJoiner:
    """Applies look-ups, contact events and contact records to calls."""

    def __init__(self, *, register: CallRegister, agents: AgentDirectory, clock: Clock) -> None:
        self._register = register
        self._agents = agents
        self._clock = clock

    def link_customer(
        self,
        contact_id: str,
        *,
        customer_id: str | None,
        customer_name: str | None,
        phone: str | None,
        channel: Channel,
        language: str,
        previous_contact_id: str | None,
    ) -> Call:
        """What the look-up found. A link once made is not taken back by a later empty look-up."""
        found = {"customer_id": customer_id, "customer_name": customer_name, "phone": phone}
        given = {name: value for name, value in found.items() if value is not None}

        def decide(stored: StoredCall) -> Change:
            facts = {}
            if previous_contact_id and previous_contact_id != stored.previous_contact_id:
                facts["previous_contact_id"] = previous_contact_id
            return Change(call=differing(stored.call, given), facts=facts)

        return self._register.change(
            contact_id, decide, create=lambda: new_call(contact_id, channel, self._clock(), language)
        )

    def apply_contact_event(self, detail: Mapping[str, Any]) -> Call | None:
        """An EventBridge contact event's `detail`; None when it is of no concern here."""
        event = _folded(detail)
        contact_id, kind = event.get("contactid"), str(event.get("eventtype", "")).upper()
        if not isinstance(contact_id, str) or not contact_id:
            raise PoisonRecordError("contactId: expected a non-empty string", field="contactId")
        if kind not in ENDING_EVENTS | CONNECTING_EVENTS:
            return None
        wanted: dict[str, Any] = {}
        agent = _folded(event.get("agentinfo"))
        identity = self._agent(agent.get("agentarn"))
        if identity is not None:
            wanted |= {"agent_id": identity.username, "team": identity.team}
        queue = _last_part(_folded(event.get("queueinfo")).get("queuearn"))
        if queue:
            wanted["queue"] = queue
        ended_at = _milliseconds(event.get("disconnecttimestamp"))

        def decide(stored: StoredCall) -> Change:
            call = stored.call
            changes = {name: value for name, value in wanted.items() if value is not None}
            if kind in ENDING_EVENTS:
                changes |= {"status": CallStatus.ENDED, "ended_at": call.ended_at or ended_at or self._clock()}
            elif call.status is CallStatus.RINGING:
                changes["status"] = CallStatus.ACTIVE
            return Change(call=differing(call, changes))

        started = _milliseconds(event.get("initiationtimestamp"))
        channel = Channel.CHAT if str(event.get("channel", "")).upper() == "CHAT" else Channel.VOICE
        return self._register.change(
            contact_id, decide, create=lambda: new_call(contact_id, channel, started or self._clock())
        )

    def apply_contact_record(self, record: Mapping[str, Any]) -> Call:
        """A contact trace record: the last word on times, agent and queue; an older copy changes nothing."""
        contact_id = record.get("ContactId")
        if not isinstance(contact_id, str) or not contact_id:
            raise PoisonRecordError("ContactId: expected a non-empty string", field="ContactId")
        updated_at = str(record.get("LastUpdateTimestamp") or "")
        wanted: dict[str, Any] = {
            "started_at": _milliseconds(record.get("InitiationTimestamp")),
            "ended_at": _milliseconds(record.get("DisconnectTimestamp")),
            "queue": (record.get("Queue") or {}).get("Name"),
            "phone": (record.get("CustomerEndpoint") or {}).get("Address"),
        }
        agent = record.get("Agent") or {}
        identity = self._agent(agent.get("ARN"))
        if identity is not None:
            wanted |= {"agent_id": identity.username, "team": identity.team}
        if wanted["ended_at"] is not None:
            wanted["status"] = CallStatus.ENDED

        def decide(stored: StoredCall) -> Change:
            if stored.record_updated_at is not None and stored.record_updated_at >= updated_at:
                return Change()
            changes = {name: value for name, value in wanted.items() if value is not None}
            facts = {"record_updated_at": updated_at}
            if record.get("PreviousContactId"):
                facts["previous_contact_id"] = str(record["PreviousContactId"])
            return Change(call=differing(stored.call, changes), facts=facts)

        channel = Channel.CHAT if record.get("Channel") == "CHAT" else Channel.VOICE
        started = wanted["started_at"]
        return self._register.change(
            contact_id, decide, create=lambda: new_call(contact_id, channel, started or self._clock())
        )

    def _agent(self, arn: object) -> AgentIdentity | None:
        agent_id = _last_part(arn)
        return self._agents.find(agent_id) if agent_id else None


def _folded(value: object) -> dict[str, Any]:
    """The mapping with its keys in lower case; empty for anything else."""
    return {str(key).lower(): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def _last_part(arn: object) -> str | None:
    return arn.rpartition("/")[2] or None if isinstance(arn, str) else None


def _milliseconds(timestamp: object) -> int | None:
    """Epoch milliseconds of an ISO time with or without a fraction; None when there is none."""
    if not isinstance(timestamp, str):
        return None
    try:
        return int(datetime.fromisoformat(timestamp).timestamp() * 1000)
    except ValueError:
        return None
