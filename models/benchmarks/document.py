"""docs/models.md: every benchmark's figures, each with its split, prevalence, interval, baselines and published one."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from models.benchmarks.report import Result

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "models.md"
_HEAD = (
    "| split | test rows | prevalence | metric | ours (95 % interval) | baselines | published |",
    "|---|---|---|---|---|---|---|",
)


def rows(results: list[Result]) -> list[str]:
    """A Markdown table per data set."""
    lines: list[str] = []
    for data, part in groupby(results, key=lambda result: result.data):
        lines += [f"### {data}", "", *_HEAD, *(_row(result) for result in part), ""]
    return lines


def _row(result: Result) -> str:
    prevalence = "none" if result.prevalence is None else f"{result.prevalence:.3f}"
    interval = "" if result.low is None or result.high is None else f" ({result.low:.3f} to {result.high:.3f})"
    baselines = ", ".join(f"{name} {value:.3f}" for name, value in result.baselines.items())
    cells = (
        result.split,
        f"{result.rows:,}",
        prevalence,
        result.metric,
        f"**{result.ours:.3f}**{interval}",
        baselines,
        result.published or "none",
    )
    return "| " + " | ".join(cells) + " |"


def markdown(results: list[Result]) -> str:
    """The whole document."""
    return "\n".join(
        [
            "# Models on public data",
            "",
            "What is shipped, and how good it is on the data it was trained for, is in "
            "[models-shipped.md](models-shipped.md).",
            "",
            "Written by `python -m models.benchmarks --data DIR`. Every model is tuned without its test rows, judged "
            "on them alone; intervals resample whole customers where rows have one. A published figure is quoted as it "
            "stands: its split and columns may differ from ours, so the baselines beside it, judged on the same rows, "
            "are the fairer comparison. ECE is biased upward in resamples, so its interval may start above the figure.",
            "",
            *rows(results),
        ]
    )
