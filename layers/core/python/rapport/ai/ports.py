"""What the assistant needs of the world outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from rapport.ai.model import Fallback, Feature, Interaction, Model, Usage


class Request(Model):
    """One call of a model. `data` is the JSON of the user role; `instructions` are ours. Who
    asks is told to the vendor as a pseudonym only.
    """

    feature: Feature
    instructions: str
    data: str
    schema_name: str
    json_schema: dict[str, Any]
    max_output_tokens: int
    username: str
    prompt_id: str
    timeout_s: float


class Reply(Model):
    """What the model wrote. `model` is the snapshot that answered."""

    text: str
    model: str
    usage: Usage
    request_id: str | None


class ModelFailedError(Exception):
    """A call that gave nothing usable. `charged` says that the vendor may bill it although `usage` is unknown."""

    def __init__(
        self,
        reason: Fallback,
        *,
        retryable: bool = False,
        charged: bool = False,
        usage: Usage | None = None,
        model: str | None = None,
        request_id: str | None = None,
        vendor_fault: bool = True,
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.retryable = retryable
        self.charged = charged
        self.usage = usage
        self.model = model
        self.request_id = request_id
        # A refusal or an answer that was cut off says nothing about the vendor's health.
        self.vendor_fault = vendor_fault


class Secrets(Protocol):
    """The vendors' credentials: the part of the secret with this name, empty where there is none."""

    def get(self, name: str) -> Mapping[str, Any]: ...


class ModelGateway(Protocol):
    """A language model behind HTTP."""

    def model(self) -> str | None:
        """The model that would be asked; None when there is no key."""
        ...

    def ask(self, request: Request) -> Reply:
        """One try. `ModelFailedError` says what went wrong."""
        ...


class Ledger(Protocol):
    """Budget, interactions, their daily sums, and answers worth keeping."""

    def reserve(self, tenant: str, day: str, feature: Feature, amount: int, limit: int) -> bool:
        """Take micro-USD from the day's budget; False, and nothing taken, when it would be exceeded."""
        ...

    def settle(self, tenant: str, day: str, feature: Feature, difference: int) -> None:
        """Correct a reservation by actual minus reserved."""
        ...

    def record(self, interaction: Interaction) -> None: ...

    def cached(self, key: str) -> str | None: ...

    def keep(self, key: str, answer: str, at: int) -> None: ...
