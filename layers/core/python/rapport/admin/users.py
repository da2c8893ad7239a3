"""Users as administrators see and change them. Nobody changes their own rights, and one administrator stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapport.audit.model import Action
from rapport.audit.service import Recorder
from rapport.identity.directory import Account, Staff
from rapport.identity.model import TEAM_PREFIX, Role
from rapport.identity.sessions import Session, Sessions
from rapport.runtime.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError

_TEAM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, kw_only=True)
class UserDetails:
    """A user with rights and sessions."""

    account: Account
    roles: frozenset[Role]
    teams: frozenset[str]
    sessions: tuple[Session, ...]


class Users:
    """Lists, rights, shutting and opening. Every change is in the audit trail before it is made."""

    def __init__(self, staff: Staff, sessions: Sessions, trail: Recorder) -> None:
        self._staff = staff
        self._sessions = sessions
        self._trail = trail

    def page(
        self, *, role: Role | None, prefix: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Account], str | None]:
        """Users of a role, or whose names begin so, or all."""
        if role is not None and prefix:
            raise InvalidInputError("choose a role or a beginning, not both", field="role")
        return self._staff.page(group=role.value if role else None, prefix=prefix, limit=limit, cursor=cursor)

    def details(self, username: str) -> UserDetails:
        """A user with rights and sessions. `NotFoundError`."""
        account = self._staff.find(username)
        if account is None:
            raise NotFoundError("there is no such user")
        groups = self._staff.groups_of(account.username)
        return UserDetails(
            account=account,
            roles=frozenset(Role(group) for group in groups if group in set(Role)),
            teams=frozenset(group.removeprefix(TEAM_PREFIX) for group in groups if group.startswith(TEAM_PREFIX)),
            sessions=tuple(self._sessions.of(account.username)),
        )

    def set_rights(
        self, username: str, *, roles: frozenset[Role], teams: frozenset[str], reason: str, by: str, address: str
    ) -> UserDetails:
        """Give exactly these roles and teams. The user's sessions end, so that no token tells of the rights before."""
        before = self._changeable(username, by)
        if any(not _TEAM.fullmatch(team) for team in teams):
            raise InvalidInputError("a team is named by lower-case letters, digits, dash and underscore", field="teams")
        if Role.ADMIN in before.roles - roles:
            self._require_another_admin()
        had = {*before.roles, *(TEAM_PREFIX + team for team in before.teams)}
        wanted = {*roles, *(TEAM_PREFIX + team for team in teams)}
        if had == wanted:
            return before
        if not all(self._staff.exists(group) for group in sorted(wanted - had)):
            raise InvalidInputError("there is no such team", field="teams")
        change = " ".join([*(f"+{group}" for group in sorted(wanted - had)), *(f"-{g}" for g in sorted(had - wanted))])
        self._trail.record(
            Action.ROLES_CHANGED,
            actor=by,
            person=before.account.username,
            address=address,
            data={"change": change, "reason": reason},
        )
        for group in sorted(wanted - had):
            self._staff.join(before.account.username, group)
        for group in sorted(had - wanted):
            self._staff.leave(before.account.username, group)
        self._end_sessions(before.account.username)
        return self.details(username)

    def disable(self, username: str, *, reason: str, by: str, address: str) -> UserDetails:
        """Shut an account and end its sessions."""
        before = self._changeable(username, by)
        if before.account.enabled and Role.ADMIN in before.roles:
            self._require_another_admin()
        self._record(Action.USER_DISABLED, before, reason=reason, by=by, address=address)
        self._staff.disable(before.account.username)
        self._end_sessions(before.account.username)
        return self.details(username)

    def enable(self, username: str, *, reason: str, by: str, address: str) -> UserDetails:
        """Open an account that an administrator shut; one that never proved its number stays shut."""
        before = self._changeable(username, by)
        if not before.account.verified:
            raise ConflictError("this account opens when its owner proves the phone number")
        self._record(Action.USER_ENABLED, before, reason=reason, by=by, address=address)
        self._staff.enable(before.account.username)
        return self.details(username)

    def counts(self) -> dict[Role, int]:
        """How many users have each role."""
        return {role: self._staff.count(role.value) for role in Role}

    def _changeable(self, username: str, by: str) -> UserDetails:
        found = self.details(username)
        if found.account.username == by:
            raise ForbiddenError("nobody changes their own rights: ask another administrator")
        return found

    def _require_another_admin(self) -> None:
        if self._staff.count(Role.ADMIN.value) < 2:
            raise ConflictError("this is the last administrator")

    def _record(self, action: Action, of: UserDetails, *, reason: str, by: str, address: str) -> None:
        person = of.account.username
        self._trail.record(action, actor=by, person=person, address=address, data={"reason": reason})

    def _end_sessions(self, username: str) -> None:
        for session in self._sessions.of(username):
            self._sessions.drop(username, session.session_id)
        self._staff.sign_out(username)
