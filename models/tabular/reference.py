"""What the training data looked like, column by column: the reference that drift is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.evaluation import Floats
from models.tabular.table import Positions, Table

_TENTHS = np.linspace(0.1, 0.9, 9)
MISSING = "missing"
OTHER = "other"


def reference(table: Table, rows: Positions, probability: Floats) -> dict[str, Any]:
    """Tenths of every number with the share in each bin, shares of every level, the share missing; and of the score.

    Bins are (-inf, edge 1], (edge 1, edge 2], … (last edge, inf); their shares and the missing share sum to 1.
    """
    inputs: dict[str, Any] = {}
    start = 0
    for column in table.schema.columns:
        for name in column.inputs:
            values = table.x[rows, start]
            start += 1
            if column.kind in {"category", "boolean"}:
                levels = column.levels if column.kind == "boolean" else (OTHER, *column.levels)
                inputs[name] = {"kind": column.kind, "missing": _share(np.isnan(values)), "levels": {
                    level: _share(values == code) for code, level in enumerate(levels)
                }}  # fmt: skip
            else:
                inputs[name] = {"kind": column.kind, **numbers(values)}
    return {
        "rows": len(rows),
        "prevalence": round(float(table.y[rows].mean()), 6),
        "inputs": inputs,
        "score": numbers(probability),
    }


def _share(flags: Any) -> float:
    return round(float(np.mean(flags)), 6)


def of_numbers(names: Sequence[str], x: Floats, y: Any, score: Floats) -> dict[str, Any]:
    """The same for a model whose inputs are all numbers: `x` (rows, inputs), `y` the outcomes, `score` 0 to 1."""
    return {
        "rows": len(x),
        "prevalence": round(float(np.mean(y)), 6),
        "inputs": {name: {"kind": "number", **numbers(x[:, i])} for i, name in enumerate(names)},
        "score": numbers(score),
    }


def numbers(values: Floats) -> dict[str, Any]:
    """Tenths, the share in each bin, and the share missing."""
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, _TENTHS)) if len(known) else np.zeros(0)
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return {
        "missing": _share(np.isnan(values)),
        "edges": [float(edge) for edge in edges],
        "shares": [round(float(count) / len(values), 6) for count in counts],
    }
