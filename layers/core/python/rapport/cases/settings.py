"""Settings of the cases functions: how long work on a case may take, and when two people must agree."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Json

from rapport.calls.model import Band
from rapport.cases.workflow import FourEyes
from rapport.runtime.settings import (
    CasesTable,
    CustomersTable,
    FilesBucket,
    IdentityTable,
    ModelsTable,
    PoisonQueue,
    ScoreBands,
    Settings,
    UserPool,
)

HOUR_MS = 3_600_000
Hours = Annotated[int, Field(gt=0)]


class ServiceLevels(Settings):
    """Hours from the opening of a case until it should be decided, by band."""

    case_hours_high: Hours = 4
    case_hours_medium: Hours = 24
    case_hours_low: Hours = 72

    def service_ms(self, band: Band) -> int:
        hours = {Band.HIGH: self.case_hours_high, Band.MEDIUM: self.case_hours_medium, Band.LOW: self.case_hours_low}
        return hours[band] * HOUR_MS


class FourEyesRule(Settings):
    """A JSON object: from which amount on two people decide, by currency."""

    four_eyes_amounts: Json[dict[str, Annotated[float, Field(ge=0)]]] = Field(default_factory=dict)

    @property
    def four_eyes(self) -> FourEyes:
        return FourEyes(self.four_eyes_amounts)


class OpeningSettings(CasesTable, CustomersTable, ModelsTable, FilesBucket, ScoreBands, ServiceLevels):
    """What opening a case takes: the payment's score, the bands."""


class CasesApiSettings(OpeningSettings, FourEyesRule, IdentityTable, UserPool):
    """cases_api."""


class CasesIntakeSettings(OpeningSettings, PoisonQueue):
    """cases_intake."""


class CasesOutcomesSettings(ModelsTable):
    """cases_outcomes."""
