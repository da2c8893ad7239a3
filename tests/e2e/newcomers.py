"""New customers at the front door, with phones of their own."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass

import httpx

from tests.e2e.client import Person, eventually

PASSWORD = "Long-enough-1!"
_numbers = random.SystemRandom()


def a_phone() -> str:
    """A Japanese mobile number that the sandbox reaches."""
    return f"+8190{_numbers.randint(1000, 9999)}{_numbers.randint(1000, 8999)}"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who may register."""

    url: str
    username: str
    phone: str
    password: str = PASSWORD

    @classmethod
    def at(cls, url: str, username: str | None = None, phone: str | None = None) -> Newcomer:
        return cls(url, username or f"new{uuid.uuid4().hex[:10]}", phone or a_phone())

    @property
    def form(self) -> dict[str, str]:
        return {
            "username": self.username,
            "email": f"{self.username}@example.com",
            "password": self.password,
            "phone_number": self.phone,
        }

    def register(self, **other: str) -> httpx.Response:
        return Person(self.url).post("/api/auth/register", {**self.form, **other})

    def verify(self, code: str) -> httpx.Response:
        return Person(self.url).post("/api/auth/verify", {"username": self.username, "code": code})

    def codes(self) -> list[str]:
        """What the phone was sent, oldest first."""
        inbox = httpx.get(f"{self.url}/sandbox/inbox/messages.json", timeout=30).json()
        return [each["code"] for each in inbox["codes"] if each["to"] == self.phone.removeprefix("+")]

    def code(self) -> str:
        return eventually(self.codes, bool)[-1]

    def sign_in(self) -> httpx.Response:
        return Person(self.url).post("/api/auth/login", {"username": self.username, "password": self.password})

    def join(self) -> Person:
        """Register, prove the number, sign in."""
        assert self.register().status_code == 201
        assert self.verify(self.code()).status_code == 200
        return Person.signed_in(self.url, self.username, self.password)
