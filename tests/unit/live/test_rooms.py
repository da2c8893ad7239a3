"""Who may listen where, what a client gets, and that every client ends with every event once, in order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.calls.model import Alert, CallEvent, Channel, EventType, LocalisedText, Note
from rapport.calls.ports import StoredCall
from rapport.calls.service import new_call
from rapport.identity.model import Principal, Role
from rapport.live.model import Connection
from rapport.live.service import Push, Rooms
from rapport.runtime.errors import DependencyUnavailableError

NOW = 1_000


def event(seq: int, kind: EventType = EventType.NOTE, contact: str = "c1") -> CallEvent:
    note = Note(note_id=str(seq), author="hana", text=f"note {seq}", created_at=seq)
    payload: dict[str, Any] = {"note": note}
    if kind is EventType.ALERT:
        payload = {"alert": Alert(code="band-high", text=LocalisedText(en="x", ja="x"))}
    return CallEvent(contact_id=contact, seq=seq, type=kind, at=0, agent_id="hana", team="collections", **payload)


@dataclass
class World:
    """Connections, calls and the wire."""

    people: dict[str, Connection] = field(default_factory=dict)
    rooms: dict[str, list[str]] = field(default_factory=dict)
    logs: dict[str, list[CallEvent]] = field(default_factory=dict)
    sent: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)

    def connect(self, connection_id: str, *roles: Role, username: str = "hana", expires_at: int = 2_000) -> None:
        who = Principal(username=username, roles=frozenset(roles), teams=frozenset({"collections"}))
        self.people[connection_id] = Connection(connection_id=connection_id, principal=who, expires_at=expires_at)

    def get(self, connection_id: str) -> Connection | None:
        return self.people.get(connection_id)

    def join(self, connection_id: str, room: str, *, now_s: int) -> None:
        members = self.rooms.setdefault(room, [])
        if connection_id not in members:
            members.append(connection_id)

    def leave(self, connection_id: str, room: str) -> None:
        self.rooms[room] = [member for member in self.rooms.get(room, []) if member != connection_id]

    def members(self, room: str) -> list[str]:
        return list(self.rooms.get(room, []))

    def close(self, connection_id: str) -> None:
        self.people.pop(connection_id, None)
        for room in self.rooms:
            self.leave(connection_id, room)

    def load(self, contact_id: str) -> StoredCall | None:
        if contact_id not in self.logs:
            return None
        call = new_call(contact_id, Channel.VOICE, 0)
        seq = len(self.logs[contact_id])
        return StoredCall(call.model_copy(update={"seq": seq, "agent_id": "hana", "team": "collections"}))

    def events_after(self, contact_id: str, seq: int) -> list[CallEvent]:
        return [item for item in self.logs[contact_id] if item.seq > seq]

    def team_of(self, username: str) -> str | None:
        return {"hana": "collections", "emma": "cards"}.get(username)

    def send(self, connection_id: str, text: str) -> bool:
        if connection_id in self.slow:
            raise DependencyUnavailableError("slow")
        if connection_id in self.gone:
            return False
        self.sent.setdefault(connection_id, []).append(json.loads(text))
        return True

    def disconnect(self, connection_id: str) -> None:
        self.gone.add(connection_id)

    def say(self, connection_id: str, **message: Any) -> dict[str, Any]:
        rooms = Rooms(connections=self, calls=self, teams=self, post=self, now_s=lambda: NOW)
        rooms.receive(connection_id, json.dumps(message))
        return self.sent[connection_id][-1]

    def push(self, *events: CallEvent) -> list[str]:
        return Push(connections=self, post=self).push([(str(item.seq), item) for item in events])


@pytest.mark.parametrize(
    ("roles", "username", "message", "allowed"),
    [
        ((Role.AGENT,), "hana", {"action": "join_call", "contact_id": "c1"}, True),
        ((Role.AGENT,), "emma", {"action": "join_call", "contact_id": "c1"}, False),
        ((Role.SUPERVISOR,), "yuki", {"action": "join_call", "contact_id": "c1"}, True),
        ((Role.ANALYST,), "liam", {"action": "join_call", "contact_id": "c1"}, True),
        ((Role.CUSTOMER,), "hana", {"action": "join_call", "contact_id": "c1"}, False),
        ((Role.AGENT,), "hana", {"action": "join_agent", "agent_id": "hana"}, True),
        ((Role.AGENT,), "emma", {"action": "join_agent", "agent_id": "hana"}, False),
        ((Role.SUPERVISOR,), "yuki", {"action": "join_agent", "agent_id": "hana"}, True),
        ((Role.SUPERVISOR,), "yuki", {"action": "join_agent", "agent_id": "emma"}, False),
        ((Role.AGENT,), "hana", {"action": "join_team", "team": "collections"}, False),
        ((Role.SUPERVISOR,), "yuki", {"action": "join_team", "team": "collections"}, True),
        ((Role.SUPERVISOR,), "yuki", {"action": "join_team", "team": "cards"}, False),
        ((Role.ADMIN,), "admin", {"action": "join_team", "team": "cards"}, True),
    ],
)
def test_only_who_may_see_may_listen(roles: tuple[Role, ...], username: str, message: Any, allowed: bool) -> None:
    world = World(logs={"c1": [event(1)]})
    world.connect("x", *roles, username=username)
    answer = world.say("x", **message)
    assert answer["type"] == ("joined" if allowed else "error")
    assert any("x" in members for members in world.rooms.values()) is allowed


def test_an_expired_token_ends_the_connection() -> None:
    world = World(logs={"c1": [event(1)]})
    world.connect("x", Role.AGENT, expires_at=NOW)
    answer = world.say("x", action="join_call", contact_id="c1")
    assert answer["problem"]["type"].endswith("/unauthenticated")
    assert "x" not in world.people
    assert "x" in world.gone


def test_a_log_that_no_longer_reaches_back_asks_for_a_reload() -> None:
    world = World(logs={"c1": [event(5), event(6)]})
    world.connect("x", Role.AGENT)
    world.say("x", action="join_call", contact_id="c1", last_seq=2)
    assert [message["type"] for message in world.sent["x"]] == ["resync", "joined"]


def test_agents_and_teams_get_news_but_not_words() -> None:
    world = World(rooms={"CALL#c1": ["call"], "AGENT#hana": ["agent"], "TEAM#collections": ["team"]})
    world.push(event(1, EventType.TRANSCRIPT), event(2, EventType.ALERT))
    assert [message["seq"] for message in world.sent["call"]] == [1, 2]
    assert [message["seq"] for message in world.sent["agent"]] == [2]
    assert [message["seq"] for message in world.sent["team"]] == [2]


def test_a_connection_in_several_rooms_gets_an_event_once() -> None:
    world = World(rooms={"CALL#c1": ["x"], "AGENT#hana": ["x"], "TEAM#collections": ["x"]})
    world.push(event(1))
    assert len(world.sent["x"]) == 1


def test_a_gone_connection_is_removed_and_a_slow_one_holds_up_nobody() -> None:
    world = World(rooms={"CALL#c1": ["gone", "slow", "well"]}, gone={"gone"}, slow={"slow"})
    assert world.push(event(1), event(2)) == ["1"]
    assert [message["seq"] for message in world.sent["well"]] == [1, 2]
    assert world.rooms["CALL#c1"] == ["slow", "well"]


@dataclass
class Client:
    """A client that follows the protocol: next applies, older is dropped, a gap asks again."""

    world: World
    name: str
    seq: int = 0
    applied: list[int] = field(default_factory=list)

    def read(self) -> None:
        inbox, self.world.sent[self.name] = self.world.sent.get(self.name, []), []
        for message in inbox:
            if "seq" not in message or message["type"] == "joined":
                continue
            if message["seq"] == self.seq + 1:
                self.seq += 1
                self.applied.append(self.seq)
            elif message["seq"] > self.seq + 1:
                self.rejoin()

    def rejoin(self) -> None:
        self.world.connect(self.name, Role.AGENT)
        self.world.gone.discard(self.name)
        self.world.say(self.name, action="join_call", contact_id="c1", last_seq=self.seq)
        self.read()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["event", "push", "push twice", "lose", "reconnect", "read"]), max_size=40))
def test_a_client_ends_with_every_event_once_and_in_order(steps: list[str]) -> None:
    world = World(logs={"c1": []})
    client = Client(world, "x")
    client.rejoin()
    pushed = 0
    for step in steps:
        log = world.logs["c1"]
        if step == "event":
            log.append(event(len(log) + 1))
        elif step in {"push", "push twice"}:
            for _ in range(2 if step == "push twice" else 1):
                world.push(*log[pushed:])
            pushed = len(log)
        elif step == "lose":
            world.sent["x"] = []
            pushed = len(log)
        elif step == "reconnect":
            world.close("x")
            client.rejoin()
        else:
            client.read()
    client.rejoin()
    assert client.applied == list(range(1, len(world.logs["c1"]) + 1))
