"""One-time codes by Vonage Verify, and the measure of how many of them are used."""

from __future__ import annotations

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from rapport.runtime.clock import new_id
from rapport.vendors.errors import VendorRefused
from rapport.vendors.vonage import VerificationOutcome, Vonage

LOCALES = {"en": "en-us", "ja": "ja-jp"}
NAMESPACE = "Rapport/identity"


class VonageCodes:
    """Implements `Codes`."""

    def __init__(self, vonage: Vonage, brand: str) -> None:
        self._vonage = vonage
        self._brand = brand

    def start(self, phone: str, locale: str) -> str:
        """A verification that runs for the number already is taken over: its code is still good."""
        try:
            return self._vonage.start_verification(
                phone.removeprefix("+"), self._brand, LOCALES.get(locale, LOCALES["en"]), new_id()
            ).request_id
        except VendorRefused as refused:
            if refused.code == "concurrent" and refused.reference:
                return refused.reference
            raise

    def check(self, request_id: str, code: str) -> bool:
        return self._vonage.check_verification(request_id, code).outcome is VerificationOutcome.COMPLETED


class VerificationMeter:
    """Implements `Meter`: codes sent and codes entered, which an alarm compares."""

    def started(self) -> None:
        _count("VerificationsStarted")

    def completed(self) -> None:
        _count("VerificationsCompleted")


def _count(name: str) -> None:
    metrics = EphemeralMetrics(namespace=NAMESPACE, service="identity")
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()
