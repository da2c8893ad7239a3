"""Files of a model that is served from plain numbers, and its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any


def encode(parameters: Mapping[str, Any]) -> bytes:
    """parameters.json: the same numbers give the same bytes."""
    return (json.dumps(parameters, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


@dataclass(frozen=True)
class Numbers:
    """A trained model as its numbers, with its evidence.

    `evaluation` holds what the command line prints: tag, data, sha256, and splits with their figures. `text` is the
    card's part about this model, in Markdown; `files` are further files of the model by name.
    """

    name: str
    version: str
    parameters: Mapping[str, Any]
    evaluation: dict[str, Any]
    text: str
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Of parameters.json."""
        return hashlib.sha256(encode(self.parameters)).hexdigest()


def write(trained: Numbers, folder: Path, created: date) -> Path:
    """Write `folder/<version>/` and name it in `folder/CURRENT`; returns the former."""
    target = folder / trained.version
    target.mkdir(parents=True, exist_ok=True)
    (target / "parameters.json").write_bytes(encode(trained.parameters))
    for name, data in trained.files.items():
        (target / name).write_bytes(data)
    metadata = {
        "name": trained.name,
        "version": trained.version,
        "synthetic": trained.evaluation["tag"] == "SYNTHETIC",
        "trained_on": trained.evaluation["data"],
        "created": created.isoformat(),
        "sha256": trained.sha256,
    }
    (target / "model.json").write_text(json.dumps(metadata, indent=1, ensure_ascii=False) + "\n")
    (folder / "CURRENT").write_text(trained.version + "\n")
    return target


def table(split: Mapping[str, Any], tag: str) -> list[str]:
    """One split's figures as a Markdown table, the tag in its corner."""
    metrics = list(next(iter(split["figures"].values())))
    lines = [
        f"### {split['split']} ({tag})",
        "",
        f"| {tag} | " + " | ".join(metrics) + " |",
        "|---|" + "---|" * len(metrics),
    ]
    for label, values in split["figures"].items():
        cells = [f"{v[0]:.3f} ({v[1]:.3f} to {v[2]:.3f})" for v in values.values()]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def write_card(trained: Numbers, folder: Path) -> None:
    """Write card.md and evaluation.json."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {"version": trained.version, "sha256": trained.sha256, **trained.evaluation}
    lines = [
        f"# Model card: {trained.name} {trained.version}",
        "",
        trained.text.strip(),
        "",
        f"Data: {found['data']}.",
        "",
    ]
    for split in found["splits"]:
        lines += table(split, found["tag"])
    (folder / "card.md").write_text("\n".join(lines))
    (folder / "evaluation.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
