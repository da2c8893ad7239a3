"""The segments of the segmentation model as the customers of today fill them, from the sums of their snapshots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import expm1
from typing import Protocol

from pydantic import BaseModel

from rapport.analytics.store import GroupRow
from rapport.calls.model import Band, LocalisedText
from rapport.customers.snapshot import NO_CURRENCY, UNGROUPED, Said
from rapport.customers.view import CustomerView
from rapport.inference.kmeans import Parameters

# Where a typical figure is within a quarter of the whole's, a sentence about it would mislead.
LIKE_THE_WHOLE = 1.25
NO_PURCHASE = LocalisedText(en="Without a purchase", ja="ご利用のないお客様")


class SegmentValue(BaseModel):
    """Expected money of the next twelve months of these customers, in a currency."""

    currency: str
    customers: int
    value: float
    mean: float


class Typical(BaseModel):
    """Typical recency (days), frequency (purchases) and mean purchase: geometric means, of the last 400 days.

    `mean_purchase` is None where the customers spend in more than one currency.
    """

    recency_days: float
    frequency: float
    mean_purchase: float | None
    currency: str | None


class ChurnLevel(BaseModel):
    """How likely these customers are to leave: mean probability, and how many at each level."""

    mean: float
    high: int
    medium: int
    low: int


class SegmentProfile(BaseModel):
    """A segment. `share` is of the customers with a snapshot; `words` say what sets it apart from the whole."""

    code: str
    name: LocalisedText
    customers: int
    share: float
    typical: Typical | None
    words: list[LocalisedText]
    churn: ChurnLevel | None
    values: list[SegmentValue]


class SegmentAnalytics(BaseModel):
    """Segments, the most valuable first, beside the `whole`. `customers` have a snapshot; others were not seen yet."""

    version: str
    synthetic: bool
    customers: int
    whole: SegmentProfile
    segments: list[SegmentProfile]


class SegmentMember(BaseModel):
    """A customer of a segment, with what the last snapshot says."""

    customer: CustomerView
    at: int
    currency: str | None
    value_12m: float
    churn: float
    level: Band
    reasons: tuple[Said, ...]


class SegmentMembers(BaseModel):
    """A page of a segment's customers, the most valuable first."""

    items: list[SegmentMember]
    next_cursor: str | None


class Groups(Protocol):
    """What `AnalyticsStore` reads."""

    def groups(self) -> Iterator[GroupRow]: ...


def segment_analytics(groups: Groups, model: Parameters, *, version: str, synthetic: bool) -> SegmentAnalytics:
    """Every segment of the model, also those without a customer, and the whole of all customers."""
    rows = list(groups.groups())
    count = round(sum(row.sums.get("customers", 0.0) for row in rows))
    whole = _profile("all", LocalisedText(en="All customers", ja="すべてのお客様"), rows, count, None)
    named = [(segment.code, segment.name) for segment in model.segments] + [(UNGROUPED, NO_PURCHASE)]
    known = {code for code, _ in named}
    # A segment of another version of the model keeps its code until its customers have been seen again.
    named += [(code, LocalisedText(en=code, ja=code)) for code in sorted({row.segment for row in rows} - known)]
    found = [
        _profile(code, name, [row for row in rows if row.segment == code], count, whole.typical) for code, name in named
    ]
    kept = [each for each in found if each.customers or each.code in {segment.code for segment in model.segments}]
    kept.sort(key=lambda each: (-sum(value.value for value in each.values), each.code))
    return SegmentAnalytics(version=version, synthetic=synthetic, customers=count, whole=whole, segments=kept)


def _profile(
    code: str, name: LocalisedText, rows: Sequence[GroupRow], all_customers: int, whole: Typical | None
) -> SegmentProfile:
    sums = _summed(row.sums for row in rows)
    customers = round(sums["customers"])
    typical = _typical(sums, {row.currency for row in rows if row.sums.get("measured")})
    return SegmentProfile(
        code=code,
        name=name,
        customers=customers,
        share=round(customers / all_customers, 4) if all_customers else 0.0,
        typical=typical,
        words=list(_words(typical, whole)) if typical and whole else [],
        churn=_churn(sums, customers),
        values=list(_values(rows)),
    )


def _summed(parts: Iterable[Mapping[str, float]]) -> defaultdict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for part in parts:
        for name, amount in part.items():
            found[name] += amount
    return found


def _typical(sums: Mapping[str, float], currencies: set[str]) -> Typical | None:
    count = sums.get("measured", 0.0)
    if not count:
        return None
    one = next(iter(currencies)) if len(currencies) == 1 else None
    return Typical(
        recency_days=round(expm1(sums["log_recency"] / count), 2),
        frequency=round(expm1(sums["log_frequency"] / count), 2),
        mean_purchase=round(expm1(sums["log_money"] / count), 2) if one else None,
        currency=one,
    )


def _churn(sums: Mapping[str, float], customers: int) -> ChurnLevel | None:
    if not customers:
        return None
    high, medium, low = (round(sums.get(band.value, 0.0)) for band in (Band.HIGH, Band.MEDIUM, Band.LOW))
    return ChurnLevel(mean=round(sums["churn"] / customers, 4), high=high, medium=medium, low=low)


def _values(rows: Sequence[GroupRow]) -> Iterator[SegmentValue]:
    """Money of one currency each; customers who never bought have none."""
    for currency in sorted({row.currency for row in rows} - {NO_CURRENCY}):
        sums = _summed(row.sums for row in rows if row.currency == currency)
        if customers := round(sums["customers"]):
            value = round(sums["value"], 2)
            yield SegmentValue(currency=currency, customers=customers, value=value, mean=round(value / customers, 2))


def _words(typical: Typical, whole: Typical) -> Iterator[LocalisedText]:
    """What sets the segment apart: each figure that is well above or below the whole's, beside it."""
    for figure, usual, unit_en, unit_ja, decimals in (
        (typical.recency_days, whole.recency_days, "days since the last purchase", "最後のご利用からの日数", 0),
        (typical.frequency, whole.frequency, "purchases in 400 days", "400日間のご利用回数", 0),
        (typical.mean_purchase, whole.mean_purchase, "on a purchase", "1回のご利用額", 2),
    ):
        if figure is None or usual is None or figure <= 0 or usual <= 0:
            continue
        if max(figure / usual, usual / figure) < LIKE_THE_WHOLE:
            continue
        money = f"{typical.currency} " if decimals else ""
        mine, all_of_them = (f"{money}{number:,.{decimals}f}" for number in (figure, usual))
        yield LocalisedText(
            en=f"Typically {mine} {unit_en}; all customers {all_of_them}",
            ja=f"{unit_ja}は標準で{mine}（全体は{all_of_them}）",
        )
