"""Rooms and pushes: who may listen where, what was missed, and what goes to whom."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from rapport.calls.model import CallEvent, EventType
from rapport.calls.ports import StoredCall
from rapport.identity.model import Principal, Role
from rapport.live.model import (
    ClientMessage,
    Connection,
    JoinAgent,
    JoinCall,
    JoinTeam,
    LeaveAgent,
    LeaveCall,
    LeaveTeam,
    Ping,
    agent_room,
    call_room,
    team_room,
)
from rapport.runtime.errors import (
    DependencyUnavailableError,
    InvalidInputError,
    MalformedRequestError,
    NotFoundError,
    RapportError,
    UnauthenticatedError,
)

PROBLEMS = "https://rapport.dev/problems/"
# API Gateway's limit is 128 KB a message in frames of 32 KB; larger news is told by "resync".
MAX_MESSAGE_BYTES = 120_000
FAN_OUT = 16
_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


class Connections(Protocol):
    """Where connections and rooms are kept."""

    def get(self, connection_id: str) -> Connection | None: ...

    def join(self, connection_id: str, room: str, *, now_s: int) -> None: ...

    def leave(self, connection_id: str, room: str) -> None: ...

    def members(self, room: str) -> list[str]: ...

    def close(self, connection_id: str) -> None: ...


class Calls(Protocol):
    """What the rooms read of calls."""

    def load(self, contact_id: str) -> StoredCall | None: ...

    def events_after(self, contact_id: str, seq: int) -> list[CallEvent]: ...


class Teams(Protocol):
    """Team of a user."""

    def team_of(self, username: str) -> str | None: ...


class Post(Protocol):
    """Sends a text to a connection: False when the connection is gone."""

    def send(self, connection_id: str, text: str) -> bool: ...

    def disconnect(self, connection_id: str) -> None: ...


def render(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def event_text(event: CallEvent) -> str:
    """An event as clients get it; one that is too large tells them to reload instead."""
    text = event.model_dump_json(exclude_none=True)
    if len(text.encode()) > MAX_MESSAGE_BYTES:
        return render({"type": "resync", "contact_id": event.contact_id, "seq": event.seq})
    return text


@dataclass(slots=True)
class Rooms:
    """Answers what a client sends."""

    connections: Connections
    calls: Calls
    teams: Teams
    post: Post
    now_s: Callable[[], int]

    def receive(self, connection_id: str, body: str) -> None:
        """Answer one message. What is wrong with it is told to the client; the connection lives on."""
        action: str | None = None
        try:
            connection = self._connection(connection_id)
            if connection is None:
                return
            message = _parse(body)
            action = message.action
            self._answer(connection, message)
        except DependencyUnavailableError:
            raise
        except RapportError as error:
            self._problem(connection_id, action, error)

    def _connection(self, connection_id: str) -> Connection | None:
        """The connection while its token is good; else it is told so and closed."""
        connection = self.connections.get(connection_id)
        if connection is None or connection.expires_at <= self.now_s():
            error = UnauthenticatedError("the token of this connection has expired; connect again")
            self._problem(connection_id, None, error)
            self.connections.close(connection_id)
            self.post.disconnect(connection_id)
            return None
        return connection

    def _answer(self, connection: Connection, message: ClientMessage) -> None:
        who, connection_id = connection.principal, connection.connection_id
        match message:
            case Ping():
                self._send(connection_id, {"type": "pong"})
            case JoinCall():
                self._join_call(connection, message)
            case JoinAgent(agent_id=agent_id):
                team = None if who.username == agent_id else self.teams.team_of(agent_id)
                self._join(connection_id, agent_room(agent_id), who.can_see(agent_id=agent_id, team=team), "agent")
            case JoinTeam(team=team):
                allowed = who.sees_everything or (who.has(Role.SUPERVISOR) and team in who.teams)
                self._join(connection_id, team_room(team), allowed, "team")
            case LeaveCall(contact_id=contact_id):
                self._leave(connection_id, call_room(contact_id))
            case LeaveAgent(agent_id=agent_id):
                self._leave(connection_id, agent_room(agent_id))
            case LeaveTeam(team=team):
                self._leave(connection_id, team_room(team))

    def _join_call(self, connection: Connection, message: JoinCall) -> None:
        """Membership first, then what was missed: nothing falls between, and a client drops repeats by `seq`."""
        contact_id, room = message.contact_id, call_room(message.contact_id)
        stored = self.calls.load(contact_id)
        if stored is None or not _visible(connection.principal, stored):
            raise NotFoundError("there is no such call")
        self.connections.join(connection.connection_id, room, now_s=self.now_s())
        seq = stored.call.seq
        if message.last_seq is not None:
            expected = message.last_seq + 1
            missed = self.calls.events_after(contact_id, message.last_seq)
            for event in missed:
                if event.seq != expected:
                    break
                self._post(connection.connection_id, event_text(event))
                expected += 1
            seq = max(seq, missed[-1].seq if missed else 0)
            if expected <= seq:
                # The log is kept for a day; what is older must be read over HTTP.
                self._send(connection.connection_id, {"type": "resync", "contact_id": contact_id, "seq": seq})
        self._send(connection.connection_id, {"type": "joined", "room": room, "seq": seq})

    def _join(self, connection_id: str, room: str, allowed: bool, what: str) -> None:
        if not allowed:
            raise NotFoundError(f"there is no such {what}")
        self.connections.join(connection_id, room, now_s=self.now_s())
        self._send(connection_id, {"type": "joined", "room": room})

    def _leave(self, connection_id: str, room: str) -> None:
        self.connections.leave(connection_id, room)
        self._send(connection_id, {"type": "left", "room": room})

    def _problem(self, connection_id: str, action: str | None, error: RapportError) -> None:
        problem: dict[str, Any] = {
            "type": PROBLEMS + error.kind,
            "title": error.title,
            "status": int(error.status),
            "detail": error.detail,
        }
        if error.field:
            problem["errors"] = [{"field": error.field, "message": error.detail}]
        self._send(connection_id, {"type": "error", "action": action, "problem": problem})

    def _send(self, connection_id: str, message: dict[str, Any]) -> None:
        self._post(connection_id, render(message))

    def _post(self, connection_id: str, text: str) -> None:
        if not self.post.send(connection_id, text):
            self.connections.close(connection_id)


def _visible(who: Principal, stored: StoredCall) -> bool:
    return who.can_see(agent_id=stored.call.agent_id, team=stored.call.team)


def _parse(body: str) -> ClientMessage:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedRequestError("the message is not valid JSON") from None
    try:
        return _MESSAGE.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:] or first["loc"]) or "action"
        raise InvalidInputError(f"{field}: {first['msg']}"[:200], field=field) from None


@dataclass(slots=True)
class Push:
    """Sends stored events to whoever listens."""

    connections: Connections
    post: Post

    def push(self, events: Sequence[tuple[str, CallEvent]]) -> list[str]:
        """Send a batch of (sequence number, event); returns the numbers that must be delivered again.

        Connections are served side by side, each in the order of the events. A gone connection is removed;
        one that cannot be reached now does not hold up the others.
        """
        outgoing: dict[str, list[tuple[str, str]]] = {}
        members: dict[str, list[str]] = {}
        for number, event in events:
            text = event_text(event)
            seen: set[str] = set()
            for room in _rooms(event):
                if room not in members:
                    members[room] = self.connections.members(room)
                for connection_id in members[room]:
                    if connection_id not in seen:
                        seen.add(connection_id)
                        outgoing.setdefault(connection_id, []).append((number, text))
        if not outgoing:
            return []
        with ThreadPoolExecutor(max_workers=min(FAN_OUT, len(outgoing))) as pool:
            failures = pool.map(lambda pair: self._serve(*pair), outgoing.items())
            return sorted({number for failed in failures for number in failed})

    def _serve(self, connection_id: str, messages: Iterable[tuple[str, str]]) -> list[str]:
        waiting = list(messages)
        while waiting:
            number, text = waiting[0]
            try:
                alive = self.post.send(connection_id, text)
            except DependencyUnavailableError:
                return [number]
            if not alive:
                self.connections.close(connection_id)
                return []
            waiting.pop(0)
        return []


def _rooms(event: CallEvent) -> list[str]:
    """Everything goes to the call's room; agents and teams get news of the call, not its words."""
    rooms = [call_room(event.contact_id)]
    if event.type is not EventType.TRANSCRIPT:
        if event.agent_id:
            rooms.append(agent_room(event.agent_id))
        if event.team:
            rooms.append(team_room(event.team))
    return rooms
