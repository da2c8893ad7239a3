"""An assistant with a ledger in memory, and a gateway that is the real one at a loopback server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import openai  # noqa: F401 - here, so that no test's time-out pays for the import
from rapport.ai.breaker import Breaker
from rapport.ai.gateway import OpenAiGateway
from rapport.ai.model import Feature, Interaction
from rapport.ai.ports import ModelFailedError, Reply, Request
from rapport.ai.service import Assistant

NOW = 1_795_000_000_000  # 2026-11-18


@dataclass
class MemoryLedger:
    """Implements `Ledger`."""

    used: dict[tuple[str, str, Feature], int] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    interactions: list[Interaction] = field(default_factory=list)

    def reserve(self, tenant: str, day: str, feature: Feature, amount: int, limit: int) -> bool:
        key = (tenant, day, feature)
        if self.used.get(key, 0) + amount > limit:
            return False
        self.used[key] = self.used.get(key, 0) + amount
        return True

    def settle(self, tenant: str, day: str, feature: Feature, difference: int) -> None:
        self.used[tenant, day, feature] += difference

    def record(self, interaction: Interaction) -> None:
        self.interactions.append(interaction)

    def cached(self, key: str) -> str | None:
        return self.kept.get(key)

    def keep(self, key: str, answer: str, at: int) -> None:
        self.kept[key] = answer

    @property
    def spent(self) -> int:
        return sum(self.used.values())


@dataclass
class ScriptedGateway:
    """Implements `ModelGateway`: gives these replies, or fails with these, one after another."""

    script: list[Reply | ModelFailedError] = field(default_factory=list)
    name: str | None = "gpt-4.1-mini"
    requests: list[Request] = field(default_factory=list)

    def model(self) -> str | None:
        return self.name

    def ask(self, request: Request) -> Reply:
        self.requests.append(request)
        step = self.script.pop(0)
        if isinstance(step, ModelFailedError):
            raise step
        return step


class Key:
    """Implements `Secrets`: a key for a server."""

    def __init__(self, url: str, **more: str) -> None:
        self.part: dict[str, Any] = {"api_key": "sk-test", "url": url, **more}

    def get(self, name: str) -> dict[str, Any]:
        return self.part if name == "openai" else {}


def asking(url: str, ledger: MemoryLedger | None = None, **more: Any) -> Assistant:
    """An assistant whose model is the server at this address; `key` is the one it is asked with."""
    part = {"api_key": more.pop("key")} if "key" in more else {}
    gateway = OpenAiGateway(Key(url, **part), url=url, model="gpt-4.1-mini")
    return assistant(gateway, ledger, **more)


def assistant(gateway: Any, ledger: MemoryLedger | None = None, **more: Any) -> Assistant:
    return Assistant(
        gateway,
        ledger if ledger is not None else MemoryLedger(),
        daily_budget=more.pop("daily_budget", 2_000_000),
        breaker=more.pop("breaker", Breaker(lambda: NOW, failures=1000)),
        clock=lambda: NOW,
        **more,
    )


def without_key(ledger: MemoryLedger | None = None) -> Assistant:
    return assistant(ScriptedGateway(name=None), ledger)
