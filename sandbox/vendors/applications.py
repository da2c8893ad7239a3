"""Every vendor of the sandbox, by where the front door mounts it."""

from __future__ import annotations

from aiohttp import web

from sandbox.vendors.bigquery import BigQuerySandbox
from sandbox.vendors.callbacks import Callbacks
from sandbox.vendors.credentials import VendorCredentials
from sandbox.vendors.foxit import FoxitSandbox
from sandbox.vendors.genesys import GenesysSandbox
from sandbox.vendors.inbox import Inbox, inbox_application
from sandbox.vendors.kintone import KintoneSandbox
from sandbox.vendors.openai import OpenAiServer
from sandbox.vendors.vonage import VonageSandbox


def vendor_applications(
    credentials: VendorCredentials, *, own_url: str, emulator_url: str, pace: float = 1.0
) -> dict[str, web.Application]:
    """Applications by path. `own_url` is where callbacks are sent; `pace` divides Vonage's waits."""
    inbox = Inbox()
    return {
        "/sandbox/vonage": VonageSandbox(credentials, inbox, Callbacks(own_url), pace=pace).application(),
        "/sandbox/foxit": FoxitSandbox(credentials, inbox).application(),
        "/sandbox/kintone": KintoneSandbox(credentials, Callbacks(own_url)).application(),
        "/sandbox/openai": OpenAiServer(key=credentials.openai_key).application(),
        "/sandbox/genesys": GenesysSandbox(credentials, console_url=own_url).application(),
        "/sandbox/bigquery": BigQuerySandbox(credentials).application(),
        "/sandbox/inbox": inbox_application(inbox, emulator_url=emulator_url),
    }
