"""Settings of identity_api and identity_users."""

from __future__ import annotations

from pydantic import PositiveInt

from rapport.documents.settings import DocumentsTable
from rapport.identity.limits import SmsCaps
from rapport.onboarding.settings import OnboardingTable
from rapport.runtime.settings import CustomersTable, FilesBucket, IdentityTable, ProfilesTable, Settings, UserPool
from rapport.vendors.settings import VonageApi


class Abuse(Settings):
    """Limits against abuse. Countries are ISO 3166 codes separated by commas; counts are per day, failures of an
    address per quarter of an hour.
    """

    sms_countries: str
    sms_per_number: PositiveInt = 5
    sms_per_block: PositiveInt = 20
    sms_per_address: PositiveInt = 20
    sms_per_day: PositiveInt = 2000
    failures_per_address: PositiveInt = 50

    def caps(self) -> SmsCaps:
        return SmsCaps(
            number=self.sms_per_number,
            block=self.sms_per_block,
            address=self.sms_per_address,
            everybody=self.sms_per_day,
        )

    def countries(self) -> frozenset[str]:
        return frozenset(code.strip().upper() for code in self.sms_countries.split(",") if code.strip())


class IdentityApiSettings(UserPool, IdentityTable, VonageApi, Abuse):
    """identity_api."""

    bank_name: str


class IdentityUsersSettings(
    UserPool, IdentityTable, OnboardingTable, DocumentsTable, CustomersTable, ProfilesTable, FilesBucket, Abuse
):
    """identity_users."""
