"""An evaluation on the terminal: the tag beside every figure, the baselines beside the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def show(evaluation: Mapping[str, Any]) -> None:
    """Print the figures of every split."""
    for split in evaluation["splits"]:
        rows = split.get("rows", split.get("calls"))
        prevalence = "" if split.get("prevalence") is None else f", prevalence {split['prevalence']}"
        print(f"\n{evaluation['tag']}  {split['split']}: {rows:,} rows{prevalence}. {evaluation['data']}")
        print("\n".join(_side_by_side(split["figures"], evaluation["tag"])))


def _side_by_side(figures: dict[str, dict[str, Sequence[float]]], tag: str) -> list[str]:
    """A line for each metric, the tag in front, a column for the model and for each baseline."""
    names = list(dict.fromkeys(name for values in figures.values() for name in values))
    lines = [f"  {'':10}{'':22}" + "".join(f"{label[:24]:26}" for label in figures).rstrip()]
    for name in names:
        cells = (_cell(values.get(name)) for values in figures.values())
        lines.append(f"  {tag:10}{name[:20]:22}" + "".join(f"{cell:26}" for cell in cells).rstrip())
    return lines


def _cell(figure: Sequence[float] | None) -> str:
    return "-" if figure is None else f"{figure[0]:.3f} ({figure[1]:.3f} to {figure[2]:.3f})"
