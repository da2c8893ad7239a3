"""Signing up, in, on and out, over whatever keeps the users."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

import phonenumbers

from rapport.runtime.errors import InvalidInputError

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a session; `refresh` is None when a renewal kept the old one."""

    access: str
    identity: str
    refresh: str | None
    expires_in: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a code was sent, masked."""

    medium: str
    destination: str


class UserDirectory(Protocol):
    """Keeps users and passwords. Raises domain errors that do not tell whether a user exists."""

    def register(self, username: str, password: str, attributes: dict[str, str]) -> Delivery: ...

    def verify(self, username: str, code: str) -> None: ...

    def login(self, username: str, password: str) -> Tokens: ...

    def refresh(self, refresh_token: str) -> Tokens: ...

    def logout(self, access_token: str) -> None: ...


def e164(text: str) -> str:
    """A phone number in E.164, or `InvalidInputError` naming the field."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise InvalidInputError("give the number with its country code, e.g. +81312345678", field="phone_number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class IdentityService:
    """The identity API's service."""

    def __init__(self, directory: UserDirectory) -> None:
        self._directory = directory

    def register(self, *, username: str, email: str, password: str, phone_number: str, locale: str | None) -> Delivery:
        """Register a customer; the code that confirms it goes to the e-mail address."""
        name = username.lower()
        if not USERNAME.fullmatch(name):
            raise InvalidInputError(
                "3 to 64 characters: letters, digits, dot, dash, underscore; first a letter or digit", field="username"
            )
        attributes: dict[str, Any] = {"email": email, "phone_number": e164(phone_number)}
        if locale:
            attributes["locale"] = locale
        return self._directory.register(name, password, attributes)

    def verify(self, username: str, code: str) -> None:
        self._directory.verify(username.lower(), code)

    def login(self, username: str, password: str) -> Tokens:
        return self._directory.login(username.strip(), password)

    def refresh(self, refresh_token: str) -> Tokens:
        return self._directory.refresh(refresh_token)

    def logout(self, access_token: str) -> None:
        self._directory.logout(access_token)
