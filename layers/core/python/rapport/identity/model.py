"""Who somebody is: user name, roles and teams, as groups of the access token (docs/adr/0004)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

TEAM_PREFIX = "team:"


class Role(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMIN = "admin"


class Principal(BaseModel):
    """An authenticated caller."""

    model_config = ConfigDict(frozen=True)

    username: str
    roles: frozenset[Role]
    teams: frozenset[str]

    def has(self, *roles: Role) -> bool:
        """Whether the caller has one of these roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def sees_everything(self) -> bool:
        return self.has(Role.ANALYST, Role.ADMIN)

    @property
    def team(self) -> str | None:
        """The caller's only or first team."""
        return min(self.teams, default=None)

    def can_see(self, *, agent_id: str | None, team: str | None) -> bool:
        """An agent sees own calls, a supervisor those of the teams, analysts and administrators all."""
        if self.sees_everything:
            return True
        if self.has(Role.SUPERVISOR) and team is not None and team in self.teams:
            return True
        return self.has(Role.AGENT, Role.SUPERVISOR) and agent_id == self.username


def groups_of(claim: object) -> list[str]:
    """The groups claim: a list in a token, `[a b]` as an HTTP API passes it on."""
    if isinstance(claim, str):
        return claim.strip("[]").replace(",", " ").split()
    return [group for group in claim if isinstance(group, str)] if isinstance(claim, Iterable) else []


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """The caller that these verified claims of an access token name."""
    groups = groups_of(claims.get("cognito:groups"))
    return Principal(
        username=str(claims.get("username") or claims.get("cognito:username") or claims.get("sub") or ""),
        roles=frozenset(Role(group) for group in groups if group in set(Role)),
        teams=frozenset(group.removeprefix(TEAM_PREFIX) for group in groups if group.startswith(TEAM_PREFIX)),
    )
