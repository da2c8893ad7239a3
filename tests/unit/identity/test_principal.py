"""Roles and teams from the groups claim, in a token and as an HTTP API passes it on."""

from __future__ import annotations

import pytest
from rapport.identity.model import Principal, Role, principal_of
from rapport.identity.service import e164
from rapport.runtime.errors import InvalidInputError


@pytest.mark.parametrize("claim", ["[agent team:collections]", ["agent", "team:collections"], "agent,team:collections"])
def test_groups_are_read_in_every_form(claim: object) -> None:
    principal = principal_of({"username": "hana", "cognito:groups": claim})
    assert principal.roles == {Role.AGENT}
    assert principal.teams == {"collections"}


@pytest.mark.parametrize("claim", [None, "", "[]", 7, ["nobody"], [1, 2]])
def test_no_groups_mean_no_rights(claim: object) -> None:
    principal = principal_of({"username": "x", "cognito:groups": claim})
    assert not principal.can_see(agent_id="x", team="collections")


def person(*roles: Role, username: str = "hana", team: str = "collections") -> Principal:
    return Principal(username=username, roles=frozenset(roles), teams=frozenset({team}))


@pytest.mark.parametrize(
    ("viewer", "agent_id", "team", "sees"),
    [
        (person(Role.AGENT), "hana", "collections", True),
        (person(Role.AGENT), "ken", "collections", False),
        (person(Role.AGENT), None, None, False),
        (person(Role.SUPERVISOR, username="yuki"), "ken", "collections", True),
        (person(Role.SUPERVISOR, username="yuki"), "emma", "cards", False),
        (person(Role.SUPERVISOR, username="yuki"), "emma", None, False),
        (person(Role.ANALYST, username="liam"), "emma", "cards", True),
        (person(Role.CUSTOMER), "hana", "collections", False),
    ],
)
def test_who_sees_which_call(viewer: Principal, agent_id: str | None, team: str | None, sees: bool) -> None:
    assert viewer.can_see(agent_id=agent_id, team=team) is sees


def test_a_phone_number_is_stored_in_e164_or_refused_by_name() -> None:
    assert e164("+81 3-1234-5678") == "+81312345678"
    with pytest.raises(InvalidInputError) as refused:
        e164("03-1234-5678")
    assert refused.value.field == "phone_number"
