"""Who a conversation is about: customer numbers among attributes that anybody may have written.

An attribute is text from outside. A value counts only when it has the form of a customer number; whatever else stands
there, script or sentences addressed to an assistant, is dropped here and goes no further. Genesys puts `context.`
before what a customer typed into a web chat: such a number is a claim, and opens nothing until an agent has asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from rapport.vendors.genesys import Conversation

NUMBER = r"^[A-Z0-9]{4,20}$"
DECLARED = "context."
NAMES = {"pcin": "pcin", "customerpcin": "pcin", "bcin": "bcin", "customerbcin": "bcin"}
LONGEST = 64

CustomerNumber = Annotated[str, StringConstraints(pattern=NUMBER)]


class IdentityState(StrEnum):
    IDENTIFIED = "identified"  # by the contact flow, or confirmed by the agent
    UNCONFIRMED = "unconfirmed"  # by the customer's own word
    CONFLICTING = "conflicting"  # several different numbers
    UNKNOWN = "unknown"


class Subject(BaseModel):
    """A person (PCIN), a business (BCIN), or a person for a business."""

    model_config = ConfigDict(frozen=True)

    pcin: CustomerNumber | None = None
    bcin: CustomerNumber | None = None

    def __bool__(self) -> bool:
        return self.pcin is not None or self.bcin is not None


class Identification(BaseModel):
    """`subject` is whom the panels are about; empty until it is certain. `candidates` are the numbers that an agent
    may confirm. `disagrees`: the customer typed another number than the flow found. `refused` counts values that had
    not the form of a number.
    """

    model_config = ConfigDict(frozen=True)

    state: IdentityState
    subject: Subject = Subject()
    candidates: tuple[Subject, ...] = ()
    disagrees: bool = False
    refused: int = 0

    def confirmed(self, chosen: Subject) -> Identification | None:
        """The same, confirmed by an agent; None when the choice is not one of the candidates."""
        if chosen not in self.candidates:
            return None
        return self.model_copy(update={"state": IdentityState.IDENTIFIED, "subject": chosen})


def identify(conversation: Conversation) -> Identification:
    """Read the attributes of every participant. The order of participants and of attributes does not matter."""
    found: dict[tuple[str, bool], set[str]] = {}
    refused = 0
    for participant in conversation.participants:
        for key, value in participant.attributes.items():
            name, declared = _name(key)
            if name is None:
                continue
            number = _number(value)
            if number is None:
                refused += 1
            else:
                found.setdefault((name, declared), set()).add(number)

    def numbers(name: str, *, declared: bool) -> list[str]:
        return sorted(found.get((name, declared), ()))

    flow = _subjects(numbers("pcin", declared=False), numbers("bcin", declared=False))
    claims = _subjects(numbers("pcin", declared=True), numbers("bcin", declared=True))
    both = tuple(dict.fromkeys([*flow, *claims]))
    if len(flow) == 1:
        disagrees = any(not _within(claim, flow[0]) for claim in claims)
        return Identification(
            state=IdentityState.IDENTIFIED, subject=flow[0], candidates=both, disagrees=disagrees, refused=refused
        )
    if not both:
        return Identification(state=IdentityState.UNKNOWN, refused=refused)
    state = IdentityState.UNCONFIRMED if not flow and len(claims) == 1 else IdentityState.CONFLICTING
    return Identification(state=state, candidates=both, refused=refused)


def _subjects(pcins: list[str], bcins: list[str]) -> list[Subject]:
    """Every person with every business; usually one of each."""
    people: Iterable[str | None] = pcins or [None]
    businesses: Iterable[str | None] = bcins or [None]
    made = [Subject(pcin=pcin, bcin=bcin) for pcin in people for bcin in businesses]
    return [subject for subject in made if subject][:8]


def _within(claim: Subject, known: Subject) -> bool:
    """Whether a claim says nothing else than what is known."""
    return claim.pcin in (None, known.pcin) and claim.bcin in (None, known.bcin)


def _name(key: str) -> tuple[str | None, bool]:
    """Which number an attribute is for, and whether the customer wrote it."""
    plain = unicodedata.normalize("NFKC", key[: 2 * LONGEST]).strip().lower()
    declared = plain.startswith(DECLARED)
    return NAMES.get(re.sub(r"[_. -]", "", plain.removeprefix(DECLARED))), declared


def _number(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", value).strip().upper()
    return plain if re.fullmatch(NUMBER[1:-1], plain, re.ASCII) else None
