"""Unzipped sizes of the layers, and what 1,000 calls cost by a written price table."""

from __future__ import annotations

from benchmarks.report import Row, Section
from tools.build import TARGETS, build

# US East (N. Virginia), on demand, as published when this was written; check before you budget.
PRICES = {
    "Lambda GB-second, arm64": 0.0000133334,
    "Lambda request": 0.20e-6,
    "DynamoDB write unit": 0.625e-6,
    "DynamoDB read unit": 0.125e-6,
    "Kinesis put unit of 25 kB": 0.014e-6,
    "WebSocket message": 1.00e-6,
    "HTTP API request": 1.00e-6,
    "Kinesis shard hour": 0.015,
}
# One call: 80 final turns and 160 pieces, each a record; one agent and one supervisor watching; a dozen requests.
TURNS, PIECES, WATCHERS, REQUESTS = 80, 160, 2, 12
HEADER_KB, EVENT_KB = 2, 1
CONSUMER_MS, PUSH_MS, API_MS = 30, 20, 40


def layers() -> Section:
    """The AWS layers as they are deployed."""
    build(TARGETS["aws"]())
    root = TARGETS["aws"]().root / "layers"
    rows = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
        rows.append(Row(folder.name, f"{size:.1f} MB"))
    return Section("Layers, unzipped", "arm64, Python 3.13. Lambda allows 250 MB for all layers of a function.", rows)


def costs() -> Section:
    """Cost of 1,000 calls from the work of one, each record in a batch of its own (the dearest case)."""
    records = TURNS + PIECES
    transactional = 2
    writes = records * transactional * (HEADER_KB + 2 * EVENT_KB) + TURNS * transactional * EVENT_KB
    reads = records * 1 + REQUESTS * 2
    gb_seconds = (records * CONSUMER_MS * 1.0 + records * PUSH_MS * 0.5 + REQUESTS * API_MS * 1.0) / 1000
    messages = WATCHERS * (records * 2)
    parts = {
        "DynamoDB writes": writes * PRICES["DynamoDB write unit"],
        "DynamoDB reads": reads * PRICES["DynamoDB read unit"],
        "Lambda time": gb_seconds * PRICES["Lambda GB-second, arm64"],
        "Lambda requests": (2 * records + REQUESTS) * PRICES["Lambda request"],
        "WebSocket messages": messages * PRICES["WebSocket message"],
        "HTTP requests": REQUESTS * PRICES["HTTP API request"],
        "Kinesis records": records * PRICES["Kinesis put unit of 25 kB"],
    }
    rows = [Row(name, f"${1000 * cost:.2f}") for name, cost in parts.items()]
    rows.append(Row("1,000 calls", f"${1000 * sum(parts.values()):.2f}"))
    rows.append(Row("idle, a day: three shards", f"${24 * 3 * PRICES['Kinesis shard hour']:.2f}"))
    method = (
        f"Computed, not billed: {TURNS} turns and {PIECES} pieces a call, {WATCHERS} watchers, {REQUESTS} requests, "
        f"every record in a batch of its own; {CONSUMER_MS} ms and {PUSH_MS} ms a batch assumed on AWS. Prices: "
        + ", ".join(f"{name} ${price:.10g}" for name, price in PRICES.items())
        + "."
    )
    return Section("Cost of 1,000 calls", method, rows)
