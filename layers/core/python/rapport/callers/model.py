"""What is read and written of one number as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapport.callers.calls import CallerState
from rapport.callers.lists import Lists, Mark


@dataclass(frozen=True, slots=True)
class Noted:
    """A call as the look-up saw it come in."""

    contact_id: str
    at: int
    dialled: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything stored under one number."""

    token: str
    state: CallerState | None = None
    lists: Lists = field(default_factory=Lists)
    marks: tuple[Mark, ...] = ()
    noted: tuple[Noted, ...] = ()
    campaign_id: str | None = None

    @property
    def empty(self) -> bool:
        return self.state is None and not (self.noted or self.marks or self.lists.block or self.lists.allow)


@dataclass(frozen=True, slots=True)
class Label:
    """What an agent said of a call, with what the model saw then: an example to train spam_caller on.

    `features` are named as in `rapport.inference.caller_features`; those that were not known are absent. `campaign`
    groups examples that are not independent, for the split. The same agent on the same number corrects the example.
    """

    token: str
    agent: str
    at: int
    spam: bool
    probability: float
    model: float
    features: Mapping[str, float]
    campaign: str | None = None
    contact_id: str | None = None
