"""Administrators change rights; the trail says so first; nobody changes their own."""

from __future__ import annotations

import pytest
from rapport.admin.users import Users
from rapport.identity.model import Role
from rapport.runtime.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, UnauthenticatedError

from tests.builders.identity import HERE, Branch, identity_table

BY = {"reason": "asked by the branch", "by": "root", "address": "203.0.113.7"}


class Office(Branch):
    """A branch with an administrator and a customer."""

    def __init__(self, client: object) -> None:
        super().__init__(client)
        self.directory.add("root", "admin")
        self.directory.add("mei", "customer")
        self.users = Users(self.directory, self.stored, self.trail)

    def rights(self, *roles: Role, teams: frozenset[str] = frozenset(), username: str = "mei") -> set[str]:
        self.users.set_rights(username, roles=frozenset(roles), teams=teams, **BY)
        return self.directory.groups[username]


@pytest.fixture
def office() -> object:
    with identity_table() as client:
        yield Office(client)


def test_rights_are_exactly_what_was_given_and_sessions_end(office: Office) -> None:
    token = office.login()
    assert office.rights(Role.AGENT, teams=frozenset({"cards"})) == {"agent", "team:cards"}
    with pytest.raises(UnauthenticatedError):
        office.sessions.refresh(token, HERE)
    (entry,) = [e for e in office.names.entries("2026-09-21") if e.action == "roles_changed"]
    assert entry.data == {"change": "+agent +team:cards -customer", "reason": "asked by the branch"}
    office.rights(Role.AGENT, teams=frozenset({"cards"}))
    assert office.actions().count("roles_changed") == 1


def test_nobody_changes_their_own_rights(office: Office) -> None:
    with pytest.raises(ForbiddenError):
        office.rights(Role.ADMIN, username="root")
    with pytest.raises(ForbiddenError):
        office.users.disable("root", **BY)


def test_one_administrator_stays(office: Office) -> None:
    office.directory.add("other", "admin")
    office.directory.groups["root"].discard("admin")
    with pytest.raises(ConflictError):
        office.rights(Role.AGENT, username="other")
    with pytest.raises(ConflictError):
        office.users.disable("other", **BY)


def test_a_shut_account_is_opened_again_but_not_one_that_proved_nothing(office: Office) -> None:
    office.users.disable("mei", **BY)
    assert office.directory.accounts["mei"].enabled is False
    office.users.enable("mei", **BY)
    assert office.directory.accounts["mei"].enabled is True
    office.register("newcomer")
    with pytest.raises(ConflictError):
        office.users.enable("newcomer", **BY)


def test_teams_have_plain_names_and_users_exist(office: Office) -> None:
    with pytest.raises(InvalidInputError):
        office.rights(Role.AGENT, teams=frozenset({"no such team"}))
    with pytest.raises(InvalidInputError):
        office.rights(Role.AGENT, teams=frozenset({"nowhere"}))
    assert "roles_changed" not in office.actions()
    assert office.directory.groups["mei"] == {"customer"}
    with pytest.raises(NotFoundError):
        office.users.details("nobody")
    with pytest.raises(InvalidInputError):
        office.users.page(role=Role.AGENT, prefix="m", limit=10, cursor=None)
