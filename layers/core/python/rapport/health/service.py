"""Whether what Rapport depends on answers, and how fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

Probe = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One dependency: whether it answered, and after how many milliseconds."""

    name: str
    healthy: bool
    latency_ms: float
    error: str | None = None


def examine(probes: Mapping[str, Probe]) -> list[Finding]:
    """Run every probe side by side; a probe that raises is unhealthy, never fatal."""

    def run(name: str, probe: Probe) -> Finding:
        started = time.perf_counter()
        try:
            probe()
            error = None
        except Exception as failure:  # noqa: BLE001 - any failure of a dependency is the finding
            error = type(failure).__name__
        return Finding(name, error is None, round((time.perf_counter() - started) * 1000, 2), error)

    with ThreadPoolExecutor(max_workers=max(1, len(probes))) as pool:
        return list(pool.map(lambda pair: run(*pair), sorted(probes.items())))


def exposition(findings: list[Finding], uptime_s: float, requests: int) -> str:
    """Prometheus text format 0.0.4."""
    lines = [
        "# HELP rapport_dependency_up Whether a dependency answered (1) or not (0).",
        "# TYPE rapport_dependency_up gauge",
        *(f'rapport_dependency_up{{dependency="{f.name}"}} {int(f.healthy)}' for f in findings),
        "# HELP rapport_dependency_latency_seconds Time a dependency took to answer.",
        "# TYPE rapport_dependency_latency_seconds gauge",
        *(f'rapport_dependency_latency_seconds{{dependency="{f.name}"}} {f.latency_ms / 1000:.6f}' for f in findings),
        "# HELP rapport_environment_uptime_seconds Age of this function environment.",
        "# TYPE rapport_environment_uptime_seconds gauge",
        f"rapport_environment_uptime_seconds {uptime_s:.3f}",
        "# HELP rapport_environment_requests_total Requests this function environment has served.",
        "# TYPE rapport_environment_requests_total counter",
        f"rapport_environment_requests_total {requests}",
    ]
    return "\n".join(lines) + "\n"
