"""What can be wrong with a stranger's data, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class DataError(ValueError):
    """The data cannot be trained on; the message says why and what to do, in one line."""


def suggestion(name: str, names: Iterable[str]) -> str:
    """`; did you mean X?`, or the names there are."""
    names = list(names)
    folded = {candidate.casefold(): candidate for candidate in names}
    near = get_close_matches(name.casefold(), folded, 1, 0.6)
    return f"; did you mean {folded[near[0]]}?" if near else f"; there are: {', '.join(names[:12])}"
