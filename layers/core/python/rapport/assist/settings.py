"""Settings of the assist functions."""

from __future__ import annotations

from rapport.runtime.settings import AssistTable, CallsTable, CustomersTable
from rapport.vendors.settings import BigQueryApi, GenesysApi, KintoneApi


class AssistApiSettings(AssistTable, CustomersTable, GenesysApi, BigQueryApi):
    """assist_api."""


class KintoneApps(KintoneApi):
    """Numbers of the apps that keep onboarded customers and ended calls."""

    kintone_app: str
    kintone_calls_app: str


class AssistCrmSettings(AssistTable, CallsTable, CustomersTable, KintoneApps):
    """assist_crm."""
