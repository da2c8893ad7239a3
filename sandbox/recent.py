"""Yesterday's payments of the demonstration customers, a few of them as a card thief pays. All made up.

They are booked like any other, so that the cases they become are opened by the stream, the model and its threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapport.customers.ledger import Ledger
from rapport.customers.model import Transaction
from rapport.runtime.clock import DAY_MS

MINUTE_MS = 60_000
# What a stolen number buys within half an hour: a small try at home, then goods that resell, from shops abroad.
# Minute, amount, which shop of the burst, whether abroad.
_BURST = ((0, 18.4, 0, False), (6, 740.0, 0, True), (12, 1290.0, 1, True), (19, 1860.0, 1, True))
_ORDINARY = (("groceries", "card_present", 31.2), ("restaurants", "card_present", 24.5), ("transport", "online", 12.0))


@dataclass(frozen=True)
class Burst:
    """A customer whose number was stolen, the UTC hour of yesterday at which it is used, and how boldly."""

    customer_id: str
    hour: int
    times: float
    shops: tuple[str, str]
    country: str


BURSTS = (
    Burst("C00003", 14, 1.0, ("Nova Gadgets", "Volt Direct"), "BR"),
    Burst("C00007", 15, 0.8, ("Cable Corner", "Phone Depot"), "RO"),
    Burst("C00013", 19, 1.4, ("Pixel House", "Lumen Store"), "VN"),
    Burst("C00016", 13, 0.7, ("デジタル広場", "カメラ倉庫"), "TH"),
    Burst("C00019", 14, 1.2, ("Byte Bazaar", "Retro Sound"), "MX"),
)
QUIET = ("C00002", "C00004", "C00008", "C00010")


def payments(now: int) -> list[Transaction]:
    """Bursts of some customers and ordinary purchases of others, all of the day before `now` (epoch ms, UTC)."""
    day = now // DAY_MS * DAY_MS - DAY_MS
    return [*_bursts(day), *_purchases(day)]


def _bursts(day: int) -> list[Transaction]:
    return [
        Transaction(
            transaction_id=f"RECENT-{burst.customer_id}-{number}",
            customer_id=burst.customer_id,
            at=day + (burst.hour * 60 + minute) * MINUTE_MS,
            amount=round(amount * burst.times, 2),
            currency="USD",
            category="electronics",
            channel="online",
            merchant=burst.shops[shop],
            country=burst.country if abroad else "US",
        )
        for burst in BURSTS
        for number, (minute, amount, shop, abroad) in enumerate(_BURST)
    ]


def _purchases(day: int) -> list[Transaction]:
    return [
        Transaction(
            transaction_id=f"RECENT-{customer_id}-{number}",
            customer_id=customer_id,
            at=day + (11 * 60 + 95 * number) * MINUTE_MS,
            amount=amount,
            currency="USD",
            category=category,
            channel=channel,
            merchant="Corner Shop",
            country="US",
        )
        for customer_id in QUIET
        for number, (category, channel, amount) in enumerate(_ORDINARY)
    ]


def book(ledger: Ledger, now: int) -> None:
    """Book them, once."""
    made = payments(now)
    known = ledger.known(made)
    for customer_id in dict.fromkeys(payment.customer_id for payment in made):
        mine = [one for one in made if one.customer_id == customer_id and one.transaction_id not in known]
        if mine:
            ledger.book(customer_id, mine)
