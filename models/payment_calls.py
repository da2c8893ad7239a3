"""What payment_risk learns from: the demonstration bank's calls with all that was known of each caller. SYNTHETIC.

The bank's customers buy, leave, default and call (`models.data.bank`). A row is a moment of a call: what was said up to
it, the record, and the 65 features of the transactions before the call, each by the code that computes it live.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import rapport_inference
from rapport.calls.conversation import Conversation
from rapport.calls.model import Band, Channel
from rapport.calls.records import Fact, Record, RecordKind
from rapport.customers.features.online import CustomerState
from rapport.customers.model import FEATURES as RECORD
from rapport.inference.intent import PublishedIntents
from rapport.inference.payment_risk import FEATURES, HISTORY_FEATURES

from models.data.bank import bank
from models.data.bank.calls import CALLERS_PER_CUSTOMER
from models.data.generator import SyntheticCall
from models.evaluation import Floats
from models.tasks.product import Booked

# Where in a call a snapshot is taken, as shares of its turns: the model must work early, too. One more row per
# call has nothing of the conversation, because the look-up scores a caller before the first word.
SNAPSHOTS = (0.3, 0.6, 1.0)
COLUMNS = (*FEATURES, *HISTORY_FEATURES)
# Of so many callers nobody has filled in the record: then only the call and the transactions are left to go by.
SHARE_WITHOUT_RECORD = 0.15
wanted = PublishedIntents(rapport_inference.ROOT / "models")


@dataclass(frozen=True)
class KnownCall:
    """A call and what was known of the customer before it."""

    call: SyntheticCall
    known: Mapping[str, float]


@dataclass(frozen=True)
class Table:
    """Snapshots of calls, columns as `COLUMNS`. `last` marks the one at the end of its call, `day` when it was."""

    x: Floats
    y: Floats
    truth: Floats
    customer: Any
    last: Any
    day: Any

    def rows(self, positions: Any) -> Table:
        return Table(*(getattr(self, name)[positions] for name in ("x", "y", "truth", "customer", "last", "day")))

    def of(self, names: Sequence[str]) -> Floats:
        """The columns of these names."""
        found: Floats = self.x[:, [COLUMNS.index(name) for name in names]]
        return found


def bank_calls(seed: int, callers: int) -> list[KnownCall]:
    """Calls of about so many customers of a bank that is large enough to have them."""
    made = bank.generate(seed, max(1, round(callers / CALLERS_PER_CUSTOMER)))
    history = _before_calls(made)
    names = {found.call.customer.customer_id for found in made.calls}
    hidden = np.random.default_rng(seed).random(len(names)) < SHARE_WITHOUT_RECORD
    unrecorded = {name for name, hide in zip(sorted(names), hidden, strict=True) if hide}
    calls = []
    for found, past in zip(made.calls, history, strict=True):
        customer = found.call.customer
        record = dict.fromkeys(RECORD, nan) if customer.customer_id in unrecorded else customer.features
        calls.append(KnownCall(found.call, {**record, **past}))
    return calls


def _before_calls(made: bank.Bank) -> list[dict[str, float]]:
    """The 65 features of each call's customer when it began, from the transactions strictly before."""
    columns = made.transactions
    owners, starts = np.unique(columns["customer_id"], return_index=True)
    ends = dict(zip(owners.tolist(), np.append(starts[1:], len(columns["at"])).tolist(), strict=True))
    begins = dict(zip(owners.tolist(), starts.tolist(), strict=True))
    states = {found.call.customer.customer_id: CustomerState() for found in made.calls}
    following = {name: begins.get(name, 0) for name in states}
    read = [columns[name] for name in ("at", "amount", "category", "channel", "merchant", "country")]
    past = []
    # The calls are in order of time, so that each state only goes on.
    for found in made.calls:
        name = found.call.customer.customer_id
        row, state = following[name], states[name]
        while row < ends.get(name, 0) and columns["at"][row] < found.at:
            state.add(Booked(*(column[row].item() for column in read)))
            row += 1
        following[name] = row
        past.append(state.features(found.at) if state.last_at is not None else dict.fromkeys(HISTORY_FEATURES, nan))
    return past


def prefixes(call: SyntheticCall) -> list[Mapping[str, float]]:
    """The conversation features after each turn, from the very code that folds a live call."""
    seen: list[Mapping[str, float]] = []

    def keep(features: Mapping[str, float]) -> tuple[int, Band]:
        seen.append(features)
        return 0, Band.LOW

    facts: tuple[Fact, ...] = (*call.turns, *call.categories)
    Conversation(wanted).fold([Record(call.contact_id, Channel.VOICE, RecordKind.SEGMENTS, facts=facts)], keep)
    return seen


def tabulate(calls: Sequence[KnownCall]) -> Table:
    """Snapshots by the same code that computes features live."""
    rows: list[list[float]] = []
    meta: list[tuple[float, float, str, bool, int]] = []
    for each in calls:
        call, turns = each.call, prefixes(each.call)
        cuts = sorted({max(1, round(share * len(turns))) for share in SNAPSHOTS})
        for cut in (0, *cuts):
            values = {**(turns[cut - 1] if cut else {}), **each.known}
            rows.append([values.get(name, nan) for name in COLUMNS])
            last = cut == len(turns)
            meta.append((call.failed_to_pay, call.probability, call.customer.customer_id, last, call.day))
    y, truth, customer, last_rows, day = zip(*meta, strict=True)
    return Table(
        np.array(rows, dtype=np.float64),
        np.array(y, dtype=np.float64),
        np.array(truth),
        np.array(customer),
        np.array(last_rows),
        np.array(day),
    )


def digest(table: Table, names: Sequence[str]) -> str:
    """Fingerprint of the training data as the feature code computed it, to six decimals, in the model's columns.

    When a word list, an intent or a formula changes, so does this, and the published model is known to be out of date.
    """
    together = np.column_stack([table.of(names), table.y])
    return hashlib.sha256((np.round(together, 6) + 0.0).tobytes()).hexdigest()
