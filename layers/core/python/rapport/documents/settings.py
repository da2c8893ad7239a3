"""Settings of the documents functions."""

from __future__ import annotations

from rapport.runtime.settings import FilesBucket, IdentityTable, Settings
from rapport.vendors.settings import FoxitApi


class DocumentsTable(Settings):
    """The documents context's DynamoDB table."""

    documents_table: str


class DocumentsApiSettings(DocumentsTable, FilesBucket, IdentityTable, FoxitApi):
    """documents_api. Documents are filled with what the applicant of an application gave."""

    onboarding_table: str
    bank_name: str
