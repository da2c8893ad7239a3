"""A declared expression in words: its formula, and when it cannot be measured."""

from __future__ import annotations

from rapport.customers.features.algebra import (
    OF_AMOUNTS,
    OF_DAYS,
    Aggregate,
    Change,
    Difference,
    Distinct,
    Entropy,
    Expression,
    New,
    Number,
    Ratio,
    Since,
    Statistic,
    This,
    Where,
    leaves,
)


def subject(where: Where) -> str:
    """The transactions that count: `online purchases`, `transactions of the same category`."""
    noun = {None: "transactions", "purchase": "purchases", "refund": "refunds"}[where.sign]
    words = [where.name, noun] if where.name else [noun]
    if where.category:
        words.append(f"of {where.category}")
    if where.same:
        words.append(f"of the same {where.same}")
    return " ".join(words)


def window(days: int | None, hours: int | None = None) -> str:
    return f"{hours} h" if hours else f"{days} d" if days else "ever"


def formula(expression: Expression) -> str:
    """The expression as a formula, for people."""
    match expression:
        case Aggregate(statistic, where, days, hours):
            if statistic in OF_DAYS:
                return f"{statistic}({window(days)})"
            what = "amount of " if statistic in OF_AMOUNTS else ""
            return f"{statistic}({what}{subject(where)}, {window(days, hours)})"
        case Since(where, first):
            return f"days since {'first' if first else 'last'}({subject(where)})"
        case Distinct(dimension, days):
            return f"distinct({dimension}, {window(days)})"
        case New(dimension, days):
            return f"1 if {dimension} not seen in {window(days)} else 0"
        case This(own):
            return f"this {own}"
        case Number(value):
            return f"{value:g}"
        case Ratio(top, bottom):
            return f"{_inner(top)} / {_inner(bottom)}"
        case Difference(left, right):
            return f"{_inner(left)} − {_inner(right)}"
        case Change(recent, earlier):
            a, b = formula(recent), formula(earlier)
            return f"(r − e) / (r + e), r = {a}, e = {b}"
        case Entropy(_, name):
            return f"−Σ p ln p, p = {name}"


def _inner(expression: Expression) -> str:
    text = formula(expression)
    return f"({text})" if isinstance(expression, Ratio | Difference | Change) else text


def missing(expression: Expression) -> str:
    """When the value is NaN; empty when it always has one."""
    reasons: dict[str, None] = {}
    _collect(expression, reasons)
    for leaf in leaves(expression):
        match leaf:
            case Since(where):
                reasons[f"no {subject(where)} yet"] = None
            case Aggregate(Statistic.MAX, where, days):
                reasons[f"no {subject(where)} in {window(days)}"] = None
            case Aggregate(Statistic.DEVIATION, where, days):
                reasons[f"fewer than two {subject(where)} in {window(days)}"] = None
            case Aggregate(Statistic.GAP_DEVIATION, _, days):
                reasons[f"fewer than three active days in {window(days)}"] = None
            case _:
                pass
    return ", or ".join(reasons)


def _collect(expression: Expression, reasons: dict[str, None]) -> None:
    match expression:
        case Ratio(top, bottom):
            _collect(top, reasons)
            _collect(bottom, reasons)
            match bottom:
                case Difference(Aggregate(Statistic.ACTIVE_DAYS, _, days), _):
                    reasons[f"fewer than two active days in {window(days)}"] = None
                case Aggregate(Statistic.COUNT | Statistic.SUM, where, days):
                    reasons[f"no {subject(where)} in {window(days)}"] = None
                case Aggregate(Statistic.ACTIVE_DAYS, _, days) | Distinct(_, days):
                    reasons[f"no transactions in {window(days)}"] = None
                case _:
                    pass
        case Difference(left, right):
            _collect(left, reasons)
            _collect(right, reasons)
        case Change():
            reasons["both are 0"] = None
        case Entropy(parts):
            reasons[f"no {subject(parts[0].where).split(' of ')[0]} in {window(parts[0].days)}"] = None
        case _:
            pass
