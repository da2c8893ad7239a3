"""Sessions: a refresh token is used once, and the next one comes with the answer.

A token that was used before betrays a theft: the session ends, for the thief and for its owner. A token names its
user and session and ends in a secret; the table keeps hashes of secrets, and the directory's own token sealed under
the secret, so that whoever reads the table can open no session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from rapport.audit.model import Action
from rapport.audit.service import Trail
from rapport.identity.directory import Directory, Tokens
from rapport.identity.limits import Floor, Limits, shortened
from rapport.identity.visitor import Visitor
from rapport.runtime.errors import TooManyRequestsError, UnauthenticatedError

SESSION_S = 12 * 3600
# An answer that was lost on the way may be asked for again so long: the same new token comes back.
GRACE_MS = 10_000
OVER = "the session has ended; sign in again"
WRONG = "the user name or the password is wrong, or there were too many attempts: wait a little"


class Session(BaseModel):
    """A session at rest. `address` is shortened, `device` is what the browser calls itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_id: str
    username: str
    created_at: int
    seen_at: int
    expires_at: int
    device: str
    address: str
    current: str
    previous: str = ""
    salt: str
    sealed: str
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """Tokens for somebody who may come in; `refresh` is ours."""

    tokens: Tokens
    refresh: str


class Sessions(Protocol):
    """Keeps sessions."""

    def load(self, username: str, session_id: str) -> Session | None: ...

    def of(self, username: str) -> Sequence[Session]: ...

    def add(self, session: Session) -> None: ...

    def turn(self, before: Session, after: Session) -> bool:
        """Replace a session as it was; False when it is not as it was."""
        ...

    def drop(self, username: str, session_id: str) -> None: ...


class Seal(Protocol):
    """Authenticated encryption under a secret."""

    def close(self, secret: str, text: str) -> str: ...

    def open(self, secret: str, sealed: str) -> str: ...


class NoSeal:
    """Implements `Seal` where sessions are listed and ended only: nothing is opened."""

    def close(self, secret: str, text: str) -> str:
        del secret, text
        raise UnauthenticatedError(OVER)

    def open(self, secret: str, sealed: str) -> str:
        del secret, sealed
        raise UnauthenticatedError(OVER)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A refresh token, taken apart."""

    username: str
    session_id: str
    secret: str

    def __str__(self) -> str:
        name = base64.urlsafe_b64encode(self.username.encode()).decode().rstrip("=")
        return f"r1.{name}.{self.session_id}.{self.secret}"

    @classmethod
    def parse(cls, text: str) -> Ticket:
        """`UnauthenticatedError` for anything that was not given out here."""
        try:
            version, name, session_id, secret = text.split(".")
            username = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        except ValueError:
            raise UnauthenticatedError(OVER) from None
        if version != "r1" or not username or not session_id or not secret or "#" in session_id:
            raise UnauthenticatedError(OVER)
        return cls(username, session_id, secret)


class SessionService:
    """Signing in, going on, and out."""

    def __init__(
        self,
        *,
        directory: Directory,
        sessions: Sessions,
        seal: Seal,
        limits: Limits,
        trail: Trail,
        floor: Floor,
        now: Callable[[], int],
    ) -> None:
        self._directory = directory
        self._sessions = sessions
        self._seal = seal
        self._limits = limits
        self._trail = trail
        self._floor = floor
        self._now = now

    def login(
        self, username: str, password: str, visitor: Visitor, name_of: Callable[[Tokens], tuple[str, str]]
    ) -> Entered:
        """Sign in. `name_of` reads user name and session id from the tokens. Every refusal is the same one."""
        if self._limits.address_is_blocked(visitor.address):
            raise TooManyRequestsError("too many attempts; wait a little")
        tokens = self.authenticate(username, password, visitor)
        who, session_id = name_of(tokens)
        secret = secrets.token_urlsafe(32)
        at = self._now()
        self._sessions.add(
            Session(
                session_id=session_id,
                username=who,
                created_at=at,
                seen_at=at,
                expires_at=at // 1000 + SESSION_S,
                device=visitor.device[:200],
                address=shortened(visitor.address),
                current=_hash(secret),
                salt=secrets.token_urlsafe(16),
                sealed=self._seal.close(secret, tokens.refresh or ""),
            )
        )
        self._trail.record(Action.SIGNED_IN, actor=who, person=who, address=visitor.address)
        return Entered(tokens, str(Ticket(who, session_id, secret)))

    def authenticate(self, username: str, password: str, visitor: Visitor) -> Tokens:
        """Whether this is the password; what is wrong takes as long as what is locked. `UnauthenticatedError`."""
        with self._floor.held_on_refusal():
            if self._limits.is_locked(username):
                self._limits.failed_code(visitor.address)
                raise UnauthenticatedError(WRONG)
            try:
                tokens = self._directory.login(username, password)
            except UnauthenticatedError:
                locked = self._limits.failed(username, visitor.address)
                action = Action.LOCKED if locked else Action.SIGN_IN_FAILED
                self._trail.record(action, actor=None, person=username, address=visitor.address)
                raise UnauthenticatedError(WRONG) from None
        self._limits.succeeded(username)
        return tokens

    def refresh(self, token: str, visitor: Visitor) -> Entered:
        """New tokens, and the next refresh token. A used one ends the session."""
        ticket = Ticket.parse(token)
        session = self._sessions.load(ticket.username, ticket.session_id)
        if session is None or session.expires_at * 1000 <= self._now():
            raise UnauthenticatedError(OVER)
        given = _hash(ticket.secret)
        if hmac.compare_digest(given, session.previous) and self._now() - session.seen_at <= GRACE_MS:
            secret = _next(ticket.secret, session.salt)
            return Entered(self._renewed(session, secret), str(Ticket(ticket.username, ticket.session_id, secret)))
        if not hmac.compare_digest(given, session.current):
            self._end(session, Action.TOKEN_REUSED, visitor)
            raise UnauthenticatedError(OVER)
        return self._turn(session, ticket, visitor)

    def _turn(self, session: Session, ticket: Ticket, visitor: Visitor) -> Entered:
        tokens = self._renewed(session, ticket.secret)
        salt = secrets.token_urlsafe(16)
        secret = _next(ticket.secret, salt)
        opened = self._seal.open(ticket.secret, session.sealed)
        after = session.model_copy(
            update={
                "current": _hash(secret),
                "previous": session.current,
                "salt": salt,
                "sealed": self._seal.close(secret, opened),
                "seen_at": self._now(),
                "address": shortened(visitor.address),
                "turn": session.turn + 1,
            }
        )
        if not self._sessions.turn(session, after):
            # Another request with this token was quicker: its answer holds for this one, too.
            return self.refresh(str(ticket), visitor)
        return Entered(tokens, str(Ticket(ticket.username, ticket.session_id, secret)))

    def _renewed(self, session: Session, secret: str) -> Tokens:
        try:
            return self._directory.refresh(self._seal.open(secret, session.sealed))
        except UnauthenticatedError:
            self._sessions.drop(session.username, session.session_id)
            raise UnauthenticatedError(OVER) from None

    def _end(self, session: Session, action: Action, visitor: Visitor) -> None:
        self._sessions.drop(session.username, session.session_id)
        self._trail.record(action, actor=session.username, person=session.username, address=visitor.address)

    def of(self, username: str) -> list[Session]:
        """Sessions of a user, the last seen first."""
        found = [each for each in self._sessions.of(username) if each.expires_at * 1000 > self._now()]
        return sorted(found, key=lambda each: -each.seen_at)

    def revoke(self, username: str, session_id: str, visitor: Visitor) -> bool:
        """End one session; False when there is none. Ended, it cannot be renewed: its access token lives to its end."""
        session = self._sessions.load(username, session_id)
        if session is None:
            return False
        self._end(session, Action.SESSION_REVOKED, visitor)
        return True

    def revoke_all(self, username: str, visitor: Visitor) -> None:
        """End every session of a user, in the directory too."""
        for session in self._sessions.of(username):
            self._sessions.drop(username, session.session_id)
        self._directory.sign_out(username)
        self._trail.record(Action.SIGNED_OUT, actor=username, person=username, address=visitor.address)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _next(secret: str, salt: str) -> str:
    """The secret that follows this one: whoever holds the old one may compute it, the table alone may not."""
    digest = hmac.new(secret.encode(), salt.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
