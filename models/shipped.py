"""docs/models-shipped.md: the evidence of every model in the inference layer, beside its baselines.

`python -m models.shipped` writes it; a test holds it to the published evaluations.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "layers" / "inference" / "python" / "rapport_inference" / "models"
DOCUMENT = ROOT / "docs" / "models-shipped.md"
# What a model is judged by where it has several figures, best first; else its first one.
METRICS = ("AUC", "average precision", "log loss", "macro-F1", "wMAPE", "RMSE", "silhouette")
MOST_BASELINES = 3


def document(published: Path = PUBLISHED) -> str:
    """The page: one table, a row for each split of each model."""
    lines = [
        "# Models as shipped",
        "",
        "Written by `python -m models.shipped` from the evaluations in the inference layer. The first split of a model "
        "is the one of the very version that is served: by time, on other customers, wherever rows have a time and "
        "enough of them are left to judge by (fraud 1.0.0 and payment_risk 1.1.0 are older: theirs stands second). "
        "SYNTHETIC data is made up by the generators of this repository: such a "
        "figure tells algorithms apart on that data and says nothing about real people. In brackets: 95 % intervals, "
        "over customers where rows have one. Every other figure is on the model's card (`models/cards`).",
        "",
        "| model | data | split | rows | prevalence | metric | model | baselines |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for current in sorted(published.glob("*/CURRENT")):
        folder = current.parent / current.read_text().strip()
        evaluation = json.loads((folder / "evaluation.json").read_text())
        lines += [_row(folder, evaluation["tag"], split) for split in evaluation["splits"]]
    return "\n".join([*lines, ""])


def _row(folder: Path, tag: str, split: dict[str, Any]) -> str:
    name = folder.parent.name
    figures: dict[str, dict[str, Sequence[float]]] = split["figures"]
    own = name if name in figures else "model" if "model" in figures else next(iter(figures))
    metric = next((metric for metric in METRICS if metric in figures[own]), next(iter(figures[own])))
    others = [(label, values[metric]) for label, values in figures.items() if label != own and metric in values]
    prevalence = "none" if split["prevalence"] is None else f"{split['prevalence']:.4f}"
    rows = split.get("rows", split.get("calls"))
    told = "; ".join(f"{label} {_figure(values)}" for label, values in others[:MOST_BASELINES])
    cells = (
        f"{name} {folder.name}",
        tag,
        split["split"],
        f"{rows:,}",
        prevalence,
        metric,
        f"**{_figure(figures[own][metric])}**",
        told or "none",
    )
    return "| " + " | ".join(cells) + " |"


def _figure(figure: Sequence[float]) -> str:
    value, low, high = figure
    return f"{value:.3f}" if low == high else f"{value:.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
    print(f"written {DOCUMENT.relative_to(ROOT)}")
