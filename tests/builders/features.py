"""Builders of the features: transactions one by one and as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from rapport.customers.features.calendar import DAY_MS, HOUR_MS, OFFSET_MS
from rapport.customers.features.online import CustomerState
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

from models.data.transactions import COLUMNS, Transactions


@dataclass(frozen=True)
class Paid:
    """A transaction as `rapport.customers.model.Transaction` has it."""

    at: int
    amount: float = 10.0
    category: str = "groceries"
    channel: str = "card_present"
    merchant: str = "Corner Shop"
    country: str = "JP"
    customer_id: str = "C1"
    transaction_id: str = ""


def moment(day: int, hour: float = 12.0) -> int:
    """Epoch ms of an hour of a local day; day 0 is 1970-01-01, a Thursday."""
    return day * DAY_MS + int(hour * HOUR_MS) - OFFSET_MS


def columns(paid: Iterable[Paid]) -> Transactions:
    """As columns; rows without an id are numbered."""
    rows = [row if row.transaction_id else replace(row, transaction_id=f"#{n}") for n, row in enumerate(paid)]
    return Transactions.from_columns({name: [getattr(row, name) for row in rows] for name in COLUMNS})


def folded(paid: Iterable[Paid]) -> CustomerState:
    """The state of one customer after these transactions."""
    state = CustomerState()
    for row in paid:
        state.add(row)
    return state


# Days around a leap day, the turn of a year, and far enough apart for every window to open and close.
LEAP_DAY = 19_782
_DAYS = st.one_of(
    st.integers(LEAP_DAY - 2, LEAP_DAY + 2),
    st.integers(LEAP_DAY - 400, LEAP_DAY + 400),
    st.sampled_from([LEAP_DAY - width for width in (7, 30, 60, 90, 180, 365, 366)]),
)
_TIMES = st.one_of(
    st.sampled_from([0, 1, DAY_MS - 1, 6 * HOUR_MS, 6 * HOUR_MS - 1, 9 * HOUR_MS, 9 * HOUR_MS - 1]),
    st.integers(0, DAY_MS - 1),
)
# How long after another transaction: at once, and where rolling windows end.
_ECHOES = st.sampled_from([0, 1, HOUR_MS - 1, HOUR_MS, HOUR_MS + 1, DAY_MS - 1, DAY_MS, DAY_MS + 1])
_AMOUNTS = st.one_of(
    st.sampled_from([0.0, 0.0004, 0.001, 10.0, -10.0, 99.99, 1e10, -1e10]),
    st.decimals(-5_000, 5_000, places=2).map(float),
    st.floats(-1e6, 1e6),
)


@st.composite
def histories(draw: st.DrawFn, customers: Sequence[str] = ("C1", "C2", "C3"), most: int = 40) -> list[Paid]:
    """Transactions of several customers in order of arrival, with refunds and equal times."""
    times = draw(st.lists(st.builds(lambda day, ms: day * DAY_MS + ms - OFFSET_MS, _DAYS, _TIMES), max_size=most - 10))
    if times:
        times += draw(st.lists(st.builds(int.__add__, st.sampled_from(times), _ECHOES), max_size=10))
    rows = []
    for number, at in enumerate(sorted(times)):
        rows.append(
            Paid(
                at=at,
                amount=draw(_AMOUNTS),
                category=draw(st.sampled_from(CATEGORIES)),
                channel=draw(st.sampled_from(CHANNELS)),
                merchant=draw(st.sampled_from(["A", "B", "Ｃ商店", "D"])),
                country=draw(st.sampled_from(["JP", "US", "FR"])),
                customer_id=draw(st.sampled_from(customers)),
                transaction_id=f"T{number}",
            )
        )
    return rows
