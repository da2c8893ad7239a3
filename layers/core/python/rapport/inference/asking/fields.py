"""Makes fields: a name's label, unit and bounds, and what was usual for it in training."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import Any

from rapport.calls.model import LocalisedText
from rapport.customers.features.declarations import FEATURES, Unit
from rapport.inference.asking.labels import BOUNDS, LABELS, UNITS
from rapport.inference.asking.model import FieldKind, Row, RowField, text
from rapport.inference.asking.values import flag, number
from rapport.inference.columns import is_missing
from rapport.runtime.errors import InvalidInputError

DECLARED = {feature.name: feature for feature in FEATURES}
_SIGNED = frozenset({"net_spend_90d"})


def named(name: str) -> tuple[LocalisedText, str | None]:
    """(label, unit) of a field; a name that nobody has declared reads as it is written."""
    declared = DECLARED.get(name)
    if declared is not None:
        return declared.label, declared.unit.value
    if name in LABELS:
        unit, en, ja = LABELS[name]
        return text(en, ja), unit
    plain = name.replace("_", " ")
    return text(plain, plain), None


def numeric(name: str, *, required: bool = False, usual: Mapping[str, Any] | None = None, **given: Any) -> RowField:
    """A number; a flag becomes yes or no. `usual` is the input's entry in reference.json."""
    label, unit = named(name)
    if unit == Unit.FLAG.value:
        typical = _usual(usual).get("typical")
        return RowField(
            name=name,
            kind=FieldKind.BOOLEAN,
            label=label,
            required=required,
            levels=("false", "true"),
            typical=None if typical is None else str(typical > 0.5).lower(),
        )
    least, most = BOUNDS.get(unit or "", (None, None))
    if unit == Unit.MONEY.value and name not in _SIGNED:
        least = 0.0
    bounds = {"least": least, "most": most, **_usual(usual), **given}
    return RowField(
        name=name, kind=FieldKind.NUMBER, label=label, unit=UNITS.get(unit or ""), required=required, **bounds
    )


def _usual(said: Mapping[str, Any] | None) -> dict[str, float]:
    """The middle 80 % and the median of an input's entry in reference.json."""
    edges = (said or {}).get("edges") or []
    return {"low": edges[0], "high": edges[-1], "typical": median_of(said or {})} if edges else {}


def median_of(said: Mapping[str, Any]) -> float:
    """The upper edge of the bin that holds the median of the known values: exact where a value repeats.

    Bins are closed above, and tenths that fall together are one edge, so that the middle edge may be far off.
    """
    edges, shares = said["edges"], said["shares"]
    half, reached = sum(shares) / 2, 0.0
    for edge, share in zip(edges, shares, strict=False):
        reached += share
        if reached >= half:
            return float(edge)
    return float(edges[-1])


def values_of(row: Row, fields: tuple[RowField, ...]) -> dict[str, float]:
    """The numbers of a row by name; what is not given is NaN."""
    found: dict[str, float] = {}
    for field in fields:
        if field.kind is FieldKind.BOOLEAN:
            said = flag(row, field)
            found[field.name] = float("nan") if said is None else float(said)
        else:
            found[field.name] = number(row, field)
    return found


def given(values: Mapping[str, float]) -> dict[str, float]:
    """Those that are known."""
    return {name: value for name, value in values.items() if not isnan(value)}


def complete(row: Row, fields: tuple[RowField, ...]) -> None:
    """Raises `InvalidInputError` naming the first required field that is not given."""
    absent = next((field.name for field in fields if field.required and is_missing(row.get(field.name))), None)
    if absent is not None:
        raise InvalidInputError(f"{absent} is required", field=absent)


def missing(row: Row, fields: tuple[RowField, ...]) -> tuple[LocalisedText, ...]:
    """The warning about fields that were not given; nothing when all were."""
    absent = [field for field in fields if is_missing(row.get(field.name))]
    if not absent:
        return ()
    names = ", ".join(field.label.en for field in absent[:3])
    names_ja = "、".join(field.label.ja for field in absent[:3])
    more = "" if len(absent) <= 3 else " and others"
    return (
        text(
            f"{len(absent)} of {len(fields)} fields are not given and count as not known: {names}{more}",
            f"{len(fields)}項目のうち{len(absent)}項目が未入力のため不明として扱います：{names_ja}"
            + ("" if len(absent) <= 3 else "など"),
        ),
    )
