"""Infers what every column is, so that the same file can be read the same way again, row by row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import isnan

import numpy as np
import pandas as pd
from rapport.inference.columns import ISO, Column, days_of, is_missing, moment_of, number_of, text_of

# Month or day first: the first that fits all dates wins, and an ambiguous file is said to be so.
PATTERNS = (ISO, "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y",
            "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
            "%Y年%m月%d日", "%Y%m%d")  # fmt: skip
BOOLEANS = (("no", "yes"), ("false", "true"), ("n", "y"), ("f", "t"), ("off", "on"), ("いいえ", "はい"), ("無", "有"))
ID_NAME = re.compile(
    r"(^|[_\s.-])(id|uuid|guid|key|no|number|iban|account|phone|email|ssn)$|^(id|index|unnamed.*)$|(?<=[a-z])Id$|ID$",
    re.I,
)
MOST_LEVELS = 50
LEAST_ROWS = 10  # of a level, or it is "other"
FITTING = 0.95  # the share of values that must read as a number or a date
_SAMPLE = 2_000
_FEW, MOSTLY = 20, 0.75  # a pattern that fits few of the first values is not tried on the rest


@dataclass
class Inferred:
    """Columns that can be learned from, those left out and why, and everything else worth saying."""

    columns: list[Column] = field(default_factory=list)
    dropped: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def drop(self, name: str, why: str) -> None:
        self.dropped[name] = why
        self.notes.append(f"{name} is left out: {why}")


def infer(frame: pd.DataFrame, *, time: str = "", time_pattern: str = "", leave: Sequence[str] = ()) -> Inferred:
    """Decide the kind of every column but those in `leave` (target, group, time and what the user dropped)."""
    found = Inferred()
    now = _latest(frame, time, time_pattern)
    for name in (name for name in frame.columns if name not in leave):
        _column(str(name), frame[name], found, now)
    return found


def date_pattern(values: Sequence[object]) -> tuple[str, bool] | None:
    """The pattern by which these values are dates, and whether day and month could be swapped; None for no dates."""
    sample = list(dict.fromkeys(text_of(v) if isinstance(v, str) else v for v in values[:_SAMPLE]))
    if not sample or isinstance(sample[0], (int, float)):
        return None
    few = sample[:_FEW]
    fits = [
        pattern
        for pattern in PATTERNS
        if _share(moment_of(v, pattern) is not None for v in few) >= MOSTLY
        and _share(moment_of(v, pattern) is not None for v in sample) >= FITTING
        and (pattern != "%Y%m%d" or _plausible(sample))
    ]
    if not fits:
        return None
    if fits[0] == ISO:
        return ISO, False
    swapped = {"%d/%m/%Y", "%m/%d/%Y"} <= set(fits) or {"%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"} <= set(fits)
    return fits[0], swapped


def _share(flags: Iterable[bool]) -> float:
    held = list(flags)
    return sum(held) / max(1, len(held))


def _plausible(sample: Sequence[object]) -> bool:
    """Eight digits are a date when all of them lie between 1900 and 2100."""
    return all(isinstance(v, str) and re.fullmatch(r"(19|20)\d{6}", v) for v in sample)


def _latest(frame: pd.DataFrame, time: str, pattern: str) -> float:
    if not pattern:
        return float("nan")
    moments = (moment_of(v, pattern) for v in frame[time].unique() if not is_missing(v))
    return max((days_of(m) for m in moments if m is not None), default=float("nan"))


def _column(name: str, series: pd.Series, found: Inferred, now: float) -> None:
    counts: Counter[object] = Counter()
    try:
        counts.update(v for v in series.tolist() if not is_missing(v))
    except TypeError:
        found.drop(name, "it holds lists or records, not values")
        return
    filled, distinct = sum(counts.values()), len(counts)
    if not filled:
        found.drop(name, "all of its values are missing")
    elif distinct == 1:
        missing = len(series) - filled
        if missing < LEAST_ROWS:
            found.drop(name, f"it is always {text_of(next(iter(counts)))[:30]!r}")
        else:
            found.columns.append(Column(name, "category", levels=_levels(counts)))
    elif _number(name, counts, filled, found) or _date(name, counts, found, now) or _boolean(name, counts, found):
        pass
    else:
        _words(name, counts, filled, found)


def _number(name: str, counts: Counter[object], filled: int, found: Inferred) -> bool:
    decimal = "," if _decimal_comma(counts) else "."
    numbers = {v: number_of(v, decimal) for v in counts if not isinstance(v, bool)}
    good = {v: n for v, n in numbers.items() if n is not None}
    rows = sum(counts[v] for v in good)
    dated = bool(good) and date_pattern(list(counts)) is not None
    if not good or rows / filled < FITTING or dated:
        if 0.05 < rows / filled < FITTING and not dated:
            found.notes.append(f"{name} mixes numbers ({rows:,} rows) and words ({filled - rows:,}): a category")
        return False
    whole = all(n == int(n) for n in good.values())
    if whole and len(good) == filled and filled > 50 and (ID_NAME.search(name) or _counts_up(list(good.values()))):
        found.drop(name, "every row has its own number, so it looks like an id")
        return True
    if whole and ID_NAME.search(name) and len(good) > MOST_LEVELS:
        found.drop(name, f"by its name it is an id ({len(good):,} values in {filled:,} rows)")
        return True
    junk = frozenset(text_of(v) for v in counts if v not in good)
    if junk:
        examples = ", ".join(repr(word[:20]) for word in sorted(junk)[:3])
        found.notes.append(f"{name}: {filled - rows:,} values are no numbers ({examples}) and count as missing")
    found.columns.append(Column(name, "number", junk=junk, decimal=decimal))
    return True


def _decimal_comma(counts: Counter[object]) -> bool:
    cells = [v.strip() for v in list(counts)[:_SAMPLE] if isinstance(v, str)]
    commas = [c for c in cells if re.fullmatch(r"[+-]?\d+,\d+", c)]
    thousands = [c for c in commas if re.fullmatch(r"[+-]?\d{1,3},\d{3}", c)]
    return len(commas) > len(thousands) and not any(re.fullmatch(r"[+-]?\d+\.\d+", c) for c in cells)


def _counts_up(numbers: list[float]) -> bool:
    """Whether the numbers are 1, 2, 3, … with hardly a gap: a row number."""
    return max(numbers) - min(numbers) < 1.05 * len(numbers)


def _date(name: str, counts: Counter[object], found: Inferred, now: float) -> bool:
    pattern = date_pattern(list(counts))
    if pattern is None:
        return False
    moments = {v: moment_of(v, pattern[0]) for v in counts}
    good = [m for m in moments.values() if m is not None]
    if pattern[1]:
        found.notes.append(f"{name}: day and month cannot be told apart; read as {pattern[0]}")
    parts = ["days", "weekday", "month"]
    if len({m.hour for m in good}) > 1:
        parts.append("hour")
    junk = frozenset(text_of(v) for v, m in moments.items() if m is None)
    latest = max(days_of(m) for m in good)
    until = latest if isnan(now) else max(latest, now)
    found.columns.append(Column(name, "date", pattern=pattern[0], parts=tuple(parts), reference=until, junk=junk))
    return True


def _boolean(name: str, counts: Counter[object], found: Inferred) -> bool:
    said = {text_of(v).casefold() for v in counts}
    for pair in BOOLEANS:
        if said == set(pair):
            found.columns.append(Column(name, "boolean", levels=pair))
            return True
    return False


def _levels(counts: Counter[object]) -> tuple[str, ...]:
    """The levels worth a code of their own, most frequent first."""
    texts: Counter[str] = Counter()
    for value, count in counts.items():
        texts[text_of(value)] += count
    kept = [
        level for level, count in sorted(texts.items(), key=lambda item: (-item[1], item[0])) if count >= LEAST_ROWS
    ]
    return tuple(kept[:MOST_LEVELS])


def _words(name: str, counts: Counter[object], filled: int, found: Inferred) -> None:
    lengths = [len(text_of(v).split()) for v in list(counts)[:_SAMPLE]]
    distinct = len(counts)
    levels = _levels(counts)
    if distinct > MOST_LEVELS and (distinct > 0.5 * filled or ID_NAME.search(name) or not levels):
        kind = "free text" if float(np.mean(lengths)) >= 3 else "an id"
        found.drop(name, f"it looks like {kind} ({distinct:,} values in {filled:,} rows)")
        return
    if not levels:
        found.drop(name, f"none of its {distinct:,} values comes {LEAST_ROWS} times")
        return
    if distinct > len(levels):
        found.notes.append(f"{name}: {distinct - len(levels):,} rare values of {distinct:,} are read as one, “other”")
    found.columns.append(Column(name, "category", levels=levels))
