"""A subset of Kintone's query language: comparisons joined by `and`, one order, limit and offset."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.vendors.kintone_errors import KintoneError

Shown = dict[str, dict[str, str]]
NUMBERS = {"risk_score", "lifetime_value"}
MOST_READ, FARTHEST = 500, 10_000
TERM = re.compile(r'\s*([^\s=!<>]+)\s*(=|!=|>=|<=|>|<)\s*("(?:[^"\\]|\\.)*"|[0-9.]+)\s*')
TAIL = re.compile(
    r"\s*(?:order\s+by\s+(?P<by>\S+)(?:\s+(?P<way>asc|desc))?)?\s*(?:limit\s+(?P<limit>\d+))?"
    r"\s*(?:offset\s+(?P<offset>\d+))?\s*"
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    ">": lambda a, b: bool(a > b),
    "<": lambda a, b: bool(a < b),
    ">=": lambda a, b: bool(a >= b),
    "<=": lambda a, b: bool(a <= b),
}


def matching(records: Iterable[Shown], query: str) -> list[Shown]:
    """The records that a query finds, or `KintoneError`."""
    terms, rest = [], query
    while match := TERM.match(rest):
        if match[1] in {"order", "limit", "offset"}:
            break
        terms.append((match[1], match[2], match[3]))
        rest = rest[match.end() :]
        if not rest.startswith("and "):
            break
        rest = rest[4:]
    tail = TAIL.fullmatch(rest)
    if tail is None:
        raise KintoneError("GAIA_QU01")
    limit, offset = int(tail["limit"] or 100), int(tail["offset"] or 0)
    if limit > MOST_READ or offset > FARTHEST:
        raise KintoneError("GAIA_QU01")
    found = [record for record in records if all(_holds(record, *term) for term in terms)]
    by = tail["by"] or "$id"
    found.sort(key=lambda record: _comparable(record.get(by, {}).get("value", ""), by), reverse=tail["way"] != "asc")
    return found[offset : offset + limit]


def _comparable(value: str, code: str) -> tuple[float, str]:
    if code in NUMBERS or code in {"$id", "$revision", "Record_number"}:
        return (float(value or 0), "")
    return (0.0, value)


def _holds(shown: Shown, code: str, operator: str, literal: str) -> bool:
    if code not in shown:
        return operator == "!="
    wanted = json.loads(literal) if literal.startswith('"') else literal
    return COMPARE[operator](_comparable(shown[code]["value"], code), _comparable(wanted, code))
