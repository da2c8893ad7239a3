"""Columns that know too much, or that nobody should decide by: each a sentence."""

from __future__ import annotations

import re

import numpy as np
from scipy.stats import rankdata

from models.evaluation import Floats
from models.tabular.errors import DataError
from models.tabular.table import Table

TELLING = 0.95
CERTAIN = 0.999
AFTERWARDS = re.compile(
    r"(^|[_\s.-])(duration|outcome|result|disposition|closed|closing|cancel(l?ed|lation)?|resolution|resolved|refund(ed)?|"
    r"chargeback|recovered|recovery|written[_\s]?off|write[_\s]?off|settled|final|status[_\s]?after|reason|churned|"
    r"days[_\s]?to|post)($|[_\s.-])",
    re.IGNORECASE,
)
PROTECTED = re.compile(
    r"^(sex|gender|age|marital|marital[_\s]?status|marriage|race|ethnicity|religion|nationality|disability|pregnan\w*|"
    r"birth\w*|date[_\s]?of[_\s]?birth)$",
    re.IGNORECASE,
)


def auc_of(y: Floats, score: Floats) -> float:
    """AUC of one number by itself, ties counted half."""
    ranks = rankdata(score)
    positives = float(y.sum())
    return float((ranks[y > 0].sum() - positives * (positives + 1) / 2) / (positives * (len(y) - positives)))


def strength(y: Floats, x: Floats, categorical: bool) -> float:
    """How well one input alone tells the outcomes apart, 0.5 to 1: by its order, its levels or its absence.

    Levels are scored by the other half's rate, so that chance does not look like knowledge.
    """
    missing = np.isnan(x)
    absent = auc_of(y, missing.astype(np.float64)) if 0 < missing.sum() < len(x) else 0.5
    filled = np.where(missing, np.nanmedian(x) if not missing.all() else 0.0, x)
    ordered = auc_of(y, _rates(y, filled)) if categorical else auc_of(y, filled)
    return max(absent, 1 - absent, ordered, 1 - ordered)


def _rates(y: Floats, codes: Floats) -> Floats:
    half = np.arange(len(y)) % 2
    out = np.zeros(len(y))
    index = codes.astype(int)
    for part in (0, 1):
        rest = half != part
        count = np.bincount(index[rest], minlength=index.max() + 1)
        hits = np.bincount(index[rest], y[rest], minlength=index.max() + 1)
        rate = (hits + y.mean()) / (count + 1)
        out[half == part] = rate[index[half == part]]
    return out


def suspects(table: Table, keep: tuple[str, ...] = ()) -> list[str]:
    """Sentences about columns. Raises `DataError` for one that tells the target outright and is not in `keep`."""
    told: list[str] = []
    flags, start = table.categorical, 0
    for column in table.schema.columns:
        width = len(column.inputs)
        inputs = range(start, start + width)
        start += width
        best = max(strength(table.y, table.x[:, i], flags[i]) for i in inputs)
        name = column.name
        if best >= CERTAIN and name not in keep:
            raise DataError(
                f"{name} by itself tells {table.schema.target} (AUC {best:.3f}), so it is a copy of it or was written "
                f"afterwards: --drop {name}, or --keep {name} if it is truly known before"
            )
        if best >= TELLING:
            told.append(
                f"{name} alone reaches AUC {best:.3f}: is it known before {table.schema.target}? If not, --drop {name}"
            )
        elif AFTERWARDS.search(name):
            told.append(
                f"{name} sounds like something known only afterwards (alone: AUC {best:.3f}); if so, --drop {name}"
            )
        if PROTECTED.search(name):
            told.append(f"{name} may be a protected characteristic: --drop {name} unless the law lets you decide by it")
        told += _late(table, name, inputs)
    return told + _duplicates(table)


def _late(table: Table, name: str, inputs: range) -> list[str]:
    """A date after the row's own time was not known then."""
    column = next(c for c in table.schema.columns if c.name == name)
    if column.kind != "date" or not table.schema.time_pattern:
        return []
    late = float(np.mean(table.x[:, inputs[0]] < -1e-9))
    if not late:
        return []
    return [
        f"{name} lies after {table.schema.time} in {100 * late:.0f} % of rows, so it was not known then: --drop {name}"
    ]


def _duplicates(table: Table) -> list[str]:
    filled = np.column_stack([np.nan_to_num(table.x, nan=-9.87e30), table.y])
    extra = len(filled) - len(np.unique(filled, axis=0))
    if extra < 0.01 * len(filled):
        return []
    together = not table.grouped and len(np.unique(table.group)) < len(table.group)
    where = "stay in one part of the split" if together else "may lie on both sides of the split"
    return [f"{extra:,} rows ({100 * extra / len(filled):.0f} %) repeat another row in full; they {where}"]
