"""How vendors answered, by the line that every finished call leaves in the log: no vendor is asked, or paid, for it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from rapport.admin.observed import Line, percentile
from rapport.vendors.names import VENDOR_CALL

# `rapport.vendors.telemetry.Outcome`, whose module loads the metrics.
REFUSED, ANSWERED = "refused", frozenset({"completed", "refused"})


class VendorUsage(BaseModel):
    """Calls of one operation of a vendor in a period, milliseconds over all attempts of a call.

    A failure is a call that got no answer, that our account was not allowed, or that was not made because the ones
    before failed. A refusal is an answer. `last_*` are of the latest call; `last_code` is the vendor's own error code.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    vendor: str
    operation: str
    calls: int
    failures: int
    refusals: int
    p50_ms: float
    p95_ms: float
    last_at: int
    last_outcome: str
    last_status: str | None
    last_code: str | None


@dataclass(frozen=True, slots=True)
class _Call:
    at: int
    outcome: str
    ms: float
    status: str | None
    code: str | None


def vendor_usage(lines: Iterable[Line]) -> list[VendorUsage]:
    """What the lines tell of each operation, by vendor and operation; other lines are passed over."""
    found: dict[tuple[str, str], list[_Call]] = defaultdict(list)
    for line in lines:
        call = _call(line)
        if call is not None:
            found[line.fields["vendor"], line.fields["operation"]].append(call)
    return [_usage(*name, calls) for name, calls in sorted(found.items())]


def _call(line: Line) -> _Call | None:
    if line.message != VENDOR_CALL or not {"vendor", "operation", "outcome", "latency_ms"} <= line.fields.keys():
        return None
    try:
        ms = float(line.fields["latency_ms"])
    except ValueError:
        return None
    status, code = (_said(line.fields.get(name)) for name in ("status", "vendor_code"))
    return _Call(line.at, line.fields["outcome"], ms, status, code) if math.isfinite(ms) else None


def _said(value: str | None) -> str | None:
    return None if value in {None, "null"} else value


def _usage(vendor: str, operation: str, calls: list[_Call]) -> VendorUsage:
    took = sorted(call.ms for call in calls)
    last = max(calls, key=lambda call: call.at)
    return VendorUsage(
        vendor=vendor,
        operation=operation,
        calls=len(calls),
        failures=sum(call.outcome not in ANSWERED for call in calls),
        refusals=sum(call.outcome == REFUSED for call in calls),
        p50_ms=percentile(took, 0.5) or 0.0,
        p95_ms=percentile(took, 0.95) or 0.0,
        last_at=last.at,
        last_outcome=last.outcome,
        last_status=last.status,
        last_code=last.code,
    )
