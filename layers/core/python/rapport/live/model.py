"""Connections and rooms of the live protocol (docs/live-protocol.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.identity.model import Principal

Name = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Connection(BaseModel):
    """An open connection, who it is, and until when its token is good (epoch seconds)."""

    model_config = ConfigDict(frozen=True)

    connection_id: str
    principal: Principal
    expires_at: int


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class JoinCall(Message):
    action: Literal["join_call"]
    contact_id: Name
    last_seq: Annotated[int, Field(ge=0)] | None = None


class LeaveCall(Message):
    action: Literal["leave_call"]
    contact_id: Name


class JoinAgent(Message):
    action: Literal["join_agent"]
    agent_id: Name


class LeaveAgent(Message):
    action: Literal["leave_agent"]
    agent_id: Name


class JoinTeam(Message):
    action: Literal["join_team"]
    team: Name


class LeaveTeam(Message):
    action: Literal["leave_team"]
    team: Name


class Ping(Message):
    action: Literal["ping"]


ClientMessage = Annotated[
    JoinCall | LeaveCall | JoinAgent | LeaveAgent | JoinTeam | LeaveTeam | Ping, Field(discriminator="action")
]


def call_room(contact_id: str) -> str:
    return f"CALL#{contact_id}"


def agent_room(agent_id: str) -> str:
    return f"AGENT#{agent_id}"


def team_room(team: str) -> str:
    return f"TEAM#{team}"
