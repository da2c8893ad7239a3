"""Who leaves. After each quarterly statement a customer stops, with a chance that rises with hidden dissatisfaction.

The label of a cut-off is what a bank without contracts can see: no transaction in the 90 days after it, of those who
had one in the 90 days before. Its true probability counts both ways there: having left, and having stayed without
buying anything. (It leaves out that somebody who buys nothing may still be defrauded: less than one label in 5,000.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.data.bank.ledger import Ledger
from models.data.bank.people import People
from models.data.bank.period import CUTOFF_DAYS, DAYS, STATEMENT_DAYS, Bools, Columns, Floats, Ints, to_ms

# Of the log-odds to leave; chosen so that about one customer in twelve leaves a quarter.
_INTERCEPT, _LEVEL, _FALL, _FIXED, _STRESS = -2.75, 1.3, 0.45, -0.3, 0.2


@dataclass(frozen=True)
class Leaving:
    """`probability` `(n, cut-offs)`: of leaving on that day if still there; `day` `(n,)`: `DAYS` for who stays."""

    probability: Floats
    day: Ints


def leave(rng: np.random.Generator, people: People, fixed: Ints) -> Leaving:
    """Draw who leaves and when. `fixed` `(n, cut-offs)`: fixed payments left, which hold people back."""
    count = len(people)
    probability = np.zeros((count, len(CUTOFF_DAYS)))
    day = np.full(count, DAYS, dtype=np.int64)
    for column, cutoff in enumerate(CUTOFF_DAYS):
        step = cutoff // STATEMENT_DAYS
        now, before = people.dissatisfaction[:, step], people.dissatisfaction[:, step - 1]
        logit = _INTERCEPT + _LEVEL * now + _FALL * (now - before) + _FIXED * fixed[:, column]
        logit += _STRESS * people.stress[:, step]
        probability[:, column] = np.where(people.joined < cutoff, 1 / (1 + np.exp(-logit)), 0.0)
        leaves = (day == DAYS) & (rng.random(count) < probability[:, column])
        day[leaves] = cutoff
    return Leaving(probability, day)


def labels(people: People, leaving: Leaving, intensity: Floats, fixed: Ints, ledger: Ledger) -> Columns:
    """A row for each cut-off and customer who bought something in the 90 days before.

    `intensity` `(n, DAYS)`: expected purchases a day if they stay; `fixed` as in `leave`.
    """
    ids = np.array(people.customer_id)
    parts = []
    for column, cutoff in enumerate(CUTOFF_DAYS):
        active = _bought(ledger, len(people), cutoff - STATEMENT_DAYS, cutoff)
        quiet = np.exp(-intensity[:, cutoff : cutoff + STATEMENT_DAYS].sum(axis=1)) * (fixed[:, column] == 0)
        stop = leaving.probability[:, column]
        truth = stop + (1 - stop) * quiet
        gone = ~_bought(ledger, len(people), cutoff, cutoff + STATEMENT_DAYS)
        at = np.full(len(people), cutoff)
        parts.append(
            {
                "customer_id": ids[active],
                "at": to_ms(at)[active],
                "known_at": to_ms(at + STATEMENT_DAYS)[active],
                "label": gone[active].astype(np.int64),
                "probability": truth[active],
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _bought(ledger: Ledger, count: int, start: int, end: int) -> Bools:
    """Whether each customer has a transaction on days `start` to `end`, the end not included."""
    found = np.zeros(count, dtype=np.bool_)
    found[ledger.customer[(ledger.time >= start) & (ledger.time < end)]] = True
    return found
