"""One event of the intelligence stream: something that happened to a customer, a caller or the system."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StrictBool, StrictStr, StringConstraints

MOST_ATTRIBUTES = 24

EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_.]{2,49}$")]
UserId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
CallerToken = Annotated[str, StringConstraints(pattern=r"^n_[a-z2-7]{26}$")]
AttributeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_0-9]{0,39}$")]
Attribute = StrictBool | FiniteFloat | Annotated[StrictStr, StringConstraints(max_length=200)]


class EventKind(StrEnum):
    """Whom an event tells of."""

    CALL = "call"
    INTERACTION = "interaction"
    SECURITY = "security"
    SYSTEM = "system"


class Event(BaseModel):
    """Something that happened at `at` (epoch milliseconds); the same `event_id` twice is the same event.

    `user_id` names the profile it belongs to. `caller` is the token of a phone number, never the number itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: EventId
    kind: EventKind
    name: EventName
    at: Annotated[int, Field(strict=True, ge=0, lt=2**42)]
    user_id: UserId | None = None
    caller: CallerToken | None = None
    attributes: dict[AttributeName, Attribute] = Field(default_factory=dict, max_length=MOST_ATTRIBUTES)

    @property
    def partition(self) -> str:
        """The stream's partition key: the events of one caller, else of one user, stay in order in one shard."""
        return self.caller or self.user_id or self.event_id

    def encoded(self) -> bytes:
        """The stream's record: JSON in UTF-8, without what is absent."""
        return self.model_dump_json(exclude_none=True).encode()

    def text(self, name: str) -> str | None:
        """An attribute that is text, None when it is absent or something else."""
        value = self.attributes.get(name)
        return value if isinstance(value, str) else None

    def figure(self, name: str) -> float | None:
        """An attribute that is a number, None when it is absent or something else."""
        value = self.attributes.get(name)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """An attribute that is true or false, None when it is absent or something else."""
        value = self.attributes.get(name)
        return value if isinstance(value, bool) else None
