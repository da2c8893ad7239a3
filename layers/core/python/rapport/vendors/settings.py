"""Settings of whatever calls third parties. A function's settings class inherits the fragments it needs."""

from __future__ import annotations

from rapport.runtime.settings import EventBusName, Settings


class VendorSecrets(Settings):
    """ARN of the one secret that holds every vendor's credentials."""

    vendor_secrets: str


class VonageApi(VendorSecrets):
    """Addresses of Vonage: messages and verification, and video."""

    vonage_api_url: str
    vonage_video_url: str


class FoxitApi(VendorSecrets):
    """Address of Foxit's cloud."""

    foxit_url: str


class KintoneApi(VendorSecrets):
    """Address of the tenant's Kintone domain."""

    kintone_url: str


class GenesysApi(VendorSecrets):
    """Where the console is, which Genesys sends people back to. `genesys_url` replaces Genesys' own hosts for the
    sandbox; empty means the hosts of the region, from the list in `rapport.vendors.genesys`.
    """

    genesys_url: str = ""
    console_url: str


class BigQueryApi(VendorSecrets):
    """Addresses of BigQuery and of the two services of Google that give out its tokens."""

    bigquery_url: str
    google_sts_url: str
    google_iam_url: str


class Email(Settings):
    """The address e-mails come from, and the SES configuration set they are sent under."""

    email_sender: str
    email_configuration: str


class VendorsTable(Settings):
    """The vendors context's DynamoDB table: webhooks that were seen, and refusals."""

    vendors_table: str


class WebhookSettings(VendorSecrets, VendorsTable, EventBusName):
    """vendors_webhooks."""
