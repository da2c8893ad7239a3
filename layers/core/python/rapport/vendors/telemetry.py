"""One log line and one set of metrics per vendor call. Neither holds a body, a query, a number or a token."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from enum import StrEnum

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from rapport.runtime.observability import logger
from rapport.vendors.names import VENDOR_CALL

NAMESPACE = "Rapport/vendors"
# httpx tells whole addresses at INFO and httpcore tells headers at DEBUG: neither may speak, whatever the root says.
for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)


class Outcome(StrEnum):
    """How a call ended."""

    COMPLETED = "completed"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"
    CIRCUIT_OPEN = "circuit_open"


FAILURES = {Outcome.UNAVAILABLE, Outcome.MISCONFIGURED, Outcome.CIRCUIT_OPEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A finished call: seconds over all attempts, the last HTTP status if any, the vendor's own error code if any."""

    vendor: str
    operation: str
    outcome: Outcome
    seconds: float
    attempts: int
    status: int | None = None
    code: str | None = None


def record(call: CallRecord) -> None:
    """Log it, and count it by vendor and by vendor and operation."""
    told = logger.info if call.outcome not in FAILURES else logger.warning
    milliseconds = round(call.seconds * 1000)
    told(
        VENDOR_CALL,
        extra={
            "vendor": call.vendor,
            "operation": call.operation,
            "outcome": call.outcome.value,
            "status": call.status,
            "vendor_code": call.code,
            "attempts": call.attempts,
            "latency_ms": milliseconds,
        },
    )
    metrics = EphemeralMetrics(namespace=NAMESPACE, service="vendors")
    metrics.add_dimension(name="vendor", value=call.vendor)
    metrics.add_dimensions(vendor=call.vendor, operation=call.operation)
    metrics.add_metric(name="Latency", unit=MetricUnit.Milliseconds, value=milliseconds)
    metrics.add_metric(name="Attempts", unit=MetricUnit.Count, value=call.attempts)
    metrics.add_metric(name="Failures", unit=MetricUnit.Count, value=int(call.outcome in FAILURES))
    metrics.add_metric(name="Refusals", unit=MetricUnit.Count, value=int(call.outcome is Outcome.REFUSED))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        metrics.flush_metrics()
