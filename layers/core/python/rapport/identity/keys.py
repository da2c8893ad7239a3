"""Keys of the identity table (docs/access-patterns.md)."""

from __future__ import annotations


def user(username: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"USER#{username}"}, "sk": {"S": "USER"}}


def connect_agent(agent_id: str) -> dict[str, dict[str, str]]:
    """`agent_id` is the last part of the Connect agent's ARN."""
    return {"pk": {"S": f"CONNECT_AGENT#{agent_id}"}, "sk": {"S": "AGENT"}}


def presence(agent_id: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"CONNECT_AGENT#{agent_id}"}, "sk": {"S": "PRESENCE"}}
