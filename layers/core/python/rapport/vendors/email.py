"""E-mail through Amazon SES. The boto3 client must not repeat (`total_max_attempts=1`): SES de-duplicates nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from rapport.runtime.dynamodb import AwsClient, error_code
from rapport.vendors.errors import VendorError, VendorMisconfigured, VendorRefused, VendorUnavailable
from rapport.vendors.names import SES
from rapport.vendors.settings import Email
from rapport.vendors.telemetry import CallRecord, Outcome, record

OPERATION = "send"
REFUSED = {"MessageRejected", "BadRequestException", "NotFoundException"}
MISCONFIGURED = {
    "AccessDeniedException", "AccountSuspendedException", "MailFromDomainNotVerifiedException",
    "SendingPausedException", "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException",
}  # fmt: skip
OUTCOMES = {
    VendorUnavailable: Outcome.UNAVAILABLE,
    VendorRefused: Outcome.REFUSED,
    VendorMisconfigured: Outcome.MISCONFIGURED,
}


class SesEmail:
    """Constructed once in a function's composition root with an `sesv2` client."""

    def __init__(self, settings: Email, client: AwsClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._sender = settings.email_sender
        self._configuration = settings.email_configuration
        self._client = client
        self._clock = clock

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str,
        reply_to: str | None = None,
        configuration: str | None = None,
    ) -> str:
        """Send one e-mail in plain text and HTML; returns SES's message id. `configuration` names another
        configuration set than the one in the settings.
        """
        if any(ord(character) < 32 for character in to + subject + (reply_to or "")):
            raise _error(VendorRefused, "an address or a subject is one line", "invalid", "to")
        started = self._clock()
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": text, "Charset": "UTF-8"},
                            "Html": {"Data": html, "Charset": "UTF-8"},
                        },
                    }
                },
                ConfigurationSetName=configuration or self._configuration,
                **({"ReplyToAddresses": [reply_to]} if reply_to else {}),
            )
        except ClientError as error:
            raise self._ended(_of_code(error_code(error)), started) from None
        except BotoCoreError as error:
            failure = VendorUnavailable(
                f"SES did not answer ({type(error).__name__})", vendor=SES, operation=OPERATION, ambiguous=True
            )
            raise self._ended(failure, started) from None
        self._record(Outcome.COMPLETED, started, None)
        return str(answer["MessageId"])

    def _ended(self, error: VendorError, started: float) -> VendorError:
        self._record(OUTCOMES[type(error)], started, error.code)
        return error

    def _record(self, outcome: Outcome, started: float, code: str | None) -> None:
        seconds = self._clock() - started
        record(CallRecord(vendor=SES, operation=OPERATION, outcome=outcome, seconds=seconds, attempts=1, code=code))


def _of_code(code: str) -> VendorError:
    if code in REFUSED:
        return _error(
            VendorRefused, "SES does not accept the e-mail", code, "to" if code == "MessageRejected" else None
        )
    if code in MISCONFIGURED:
        return VendorMisconfigured("SES refuses our account", vendor=SES, operation=OPERATION, code=code)
    return VendorUnavailable("SES is unavailable", vendor=SES, operation=OPERATION, code=code)


def _error(kind: type[VendorRefused], detail: str, code: str, field: str | None) -> VendorRefused:
    return kind(detail, vendor=SES, operation=OPERATION, code=code, field=field)
