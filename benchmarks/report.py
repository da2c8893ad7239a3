"""Rows of figures, printed as tables and kept in docs/performance.md."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Row:
    """One measurement. `ratio` is baseline over ours: above 1 means ours is better."""

    name: str
    ours: str
    baseline: str = ""
    ratio: float | None = None


@dataclass(frozen=True)
class Section:
    """A table with its title and how it was measured."""

    title: str
    method: str
    rows: Sequence[Row]


def median_seconds(work: Callable[[], object], *, runs: int = 7) -> float:
    """Median wall time of several runs."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def compared(name: str, ours_s: float, baseline_s: float, baseline: str) -> Row:
    """A row of two times in milliseconds."""
    return Row(name, f"{ours_s * 1e3:.3g} ms", f"{baseline_s * 1e3:.3g} ms ({baseline})", baseline_s / ours_s)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def markdown(sections: Sequence[Section]) -> str:
    """The document: machine, then a table per section."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`; ratios are against the named baseline in the same run, medians of several runs.",
        f"Last run: Python {platform.python_version()} on {platform.machine()}, a shared two-core machine. Absolute "
        "figures of such a machine vary by a factor; the ratios are what to read.",
        "",
    ]
    for section in sections:
        lines += [
            f"## {section.title}",
            "",
            section.method,
            "",
            "| what | ours | baseline | ratio |",
            "|---|---|---|---|",
        ]
        for row in section.rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.1f}x"
            lines.append(f"| {row.name} | {row.ours} | {row.baseline} | {ratio} |")
        lines.append("")
    return "\n".join(lines)


def show(section: Section) -> None:
    """Print a section."""
    print(f"\n{section.title}\n  {section.method}")
    for row in section.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:6.1f}x"
        print(f"  {row.name:58}{row.ours:>16}  {row.baseline:40}{ratio}")
