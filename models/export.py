"""Writes a trained model that is not payment_risk: its file, model.json, evaluation and a card in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A model as it is published. `file` holds what was learned: parameters.json, or model.ubj for trees.

    `about` are the paragraphs of the card; `splits` are {split, calls, prevalence, figures}, where figures map
    a label to {metric: (value, low, high)} and "calls" counts rows, whatever they are. `files` are further files by
    name; `tag` stands beside every figure of data that is neither made up nor a customer's own. `evidence` joins
    evaluation.json and `appendix`, lines of Markdown, the card.
    """

    name: str
    version: str
    file: str
    data: bytes
    trained_on: str
    synthetic: bool
    about: tuple[str, ...]
    splits: tuple[dict[str, Any], ...]
    metadata: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    tag: str = "real"
    evidence: Mapping[str, Any] = field(default_factory=dict)
    appendix: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """What was learned, of a model of plain numbers."""
        found: dict[str, Any] = json.loads(self.data)
        return found

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def evaluation(self) -> dict[str, Any]:
        """The evidence, as JSON can carry it."""
        return {
            "tag": "SYNTHETIC" if self.synthetic else self.tag,
            "version": self.version,
            "sha256": self.sha256,
            "data": self.trained_on,
            **self.evidence,
            "splits": list(self.splits),
        }


def paragraphs(text: str) -> tuple[str, ...]:
    """The points of a Markdown list, each on one line."""
    return tuple(" ".join(point.split()) for point in text.strip().removeprefix("- ").split("\n- "))


def against(figures: Mapping[str, Mapping[str, Sequence[float]]], name: str, metric: str, *, less: bool = False) -> str:
    """Says of each baseline whether the model's `metric` is better; where the intervals overlap it says so.

    `less` is for a metric of which less is better. A ceiling is no baseline.
    """
    ours = figures[name][metric]
    told = []
    for other, values in figures.items():
        if other == name or "ceiling" in other.casefold():
            continue
        theirs = values[metric]
        better = ours[0] < theirs[0] if less else ours[0] > theirs[0]
        apart = ours[2] < theirs[1] or theirs[2] < ours[1]
        told.append(f"{'better than' if better else 'WORSE than'} {other}" + ("" if apart else " (intervals overlap)"))
    return f"by {metric}, {'; '.join(told)}"


def as_bytes(parameters: dict[str, Any]) -> bytes:
    """Parameters as the layer carries them; a float reads back as the same float."""
    return (json.dumps(parameters, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def write(exported: Exported, folder: Path, created: date) -> Path:
    """Write `folder/<version>/` and name it in `folder/CURRENT`; returns the version's folder."""
    target = folder / exported.version
    target.mkdir(parents=True, exist_ok=True)
    for name, data in {exported.file: exported.data, **exported.files}.items():
        (target / name).write_bytes(data)
    described = {
        "name": exported.name,
        "version": exported.version,
        "synthetic": exported.synthetic,
        "trained_on": exported.trained_on,
        "created": created.isoformat(),
        "sha256": exported.sha256,
        **exported.metadata,
    }
    (target / "model.json").write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n")
    (folder / "CURRENT").write_text(exported.version + "\n")
    return target


def _cell(figure: Sequence[float] | None) -> str:
    """A value with its interval; alone where it has none."""
    if figure is None:
        return "-"
    value, low, high = figure
    return f"{value:.3f}" if low == high else f"{value:.3f} ({low:.3f} to {high:.3f})"


def markdown(exported: Exported) -> str:
    """The card's text; every table of figures carries the word SYNTHETIC when the data is."""
    tag = exported.evaluation["tag"]
    lines = [f"# Model card: {exported.name}", ""]
    if exported.synthetic:
        lines += ["**Trained and evaluated on SYNTHETIC data.** The figures say nothing about real customers.", ""]
    lines += [f"- {paragraph}" for paragraph in exported.about] + [""]
    for split in exported.splits:
        prevalence = "" if split["prevalence"] is None else f", prevalence {split['prevalence']:.4f}"
        lines += [f"## {split['split']} ({tag})", ""]
        lines += [f"{split['calls']:,} rows{prevalence}. {exported.trained_on}.", ""]
        metrics = list(dict.fromkeys(name for values in split["figures"].values() for name in values))
        lines += [f"| {tag} | " + " | ".join(metrics) + " |", "|---|" + "---|" * len(metrics)]
        for label, values in split["figures"].items():
            cells = (_cell(values.get(metric)) for metric in metrics)
            lines.append(f"| {label} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join([*lines, *exported.appendix])


def write_card(exported: Exported, folder: Path) -> None:
    """Write card.md and evaluation.json."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.md").write_text(markdown(exported))
    (folder / "evaluation.json").write_text(json.dumps(exported.evaluation, indent=1) + "\n")
