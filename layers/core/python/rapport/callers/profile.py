"""What a number's calls say of who calls: how often, when, how persistently, in which tone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import isnan
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rapport.callers.calls import CallFact
from rapport.callers.campaigns import Campaign, CampaignVerdict, reasons
from rapport.callers.evidence import DAY_MS, HOUR_MS, MINUTE_MS, CallerEvidence
from rapport.callers.lists import Entry, ListName
from rapport.callers.spam import Assessment
from rapport.calls.model import LocalisedText, Reason
from rapport.inference.caller_features import is_night, variation

RETRY_MS = 30 * MINUTE_MS
# Talking beyond this share of the time is holding the floor.
FLOOR = 0.6


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class CallerFrequency(View):
    """Calls of the last hour, day, week and 30 days, and all that were ever seen. At most 200 calls are remembered."""

    hour: int
    day: int
    week: int
    month: int
    total: int


class CallerTiming(View):
    """Calls by local hour; `gap_variation` is deviation over mean of the gaps: 0 is a machine, about 1 is chance."""

    by_hour: list[int]
    usual_hour: int | None
    night_share: float | None
    gap_variation: float | None


class CallerPersistence(View):
    """`retry_share`: of calls that nobody answered, how many were followed by another within 30 minutes."""

    retry_share: float | None
    most_in_an_hour: int
    dialled: int


class CallerAggression(View):
    """0 to 1 over `calls` calls whose tone was measured: three fifths how negative the caller was, two fifths how far
    beyond 60 % of the talk the caller held the floor. None where no call was.
    """

    score: float | None
    calls: int


class CallerSpam(View):
    """`probability` with everything taken together; `model` is the model's alone, trained on synthetic callers."""

    probability: float
    advice: Literal["block", "warn", "none"]
    why: str
    model: float
    synthetic: bool = True
    reasons: list[Reason]


class ListEntry(View):
    """A number on a list; times in epoch ms."""

    caller: str
    list: ListName
    at: int
    until: int
    by: str
    reason: str

    @classmethod
    def of(cls, entry: Entry) -> ListEntry:
        return cls(
            caller=entry.token, list=entry.name, at=entry.at, until=entry.until, by=entry.by, reason=entry.reason
        )


class RelatedCaller(View):
    """Another number and what it shares with this one."""

    caller: str
    evidence: list[CallerEvidence]
    last_at: int


class CampaignSummary(View):
    """A campaign in a list. `strength` counts members, each half after two hours without a call."""

    campaign_id: str
    began: int
    found: int
    last: int
    numbers: int
    active: bool
    strength: float
    verdict: CampaignVerdict | None
    verdict_by: str | None
    reasons: list[LocalisedText]

    @classmethod
    def of(cls, campaign: Campaign, now: int) -> CampaignSummary:
        return cls(
            campaign_id=campaign.campaign_id,
            began=campaign.began,
            found=campaign.found,
            last=campaign.last,
            numbers=campaign.numbers,
            active=campaign.active(now),
            strength=round(campaign.strength(now), 2),
            verdict=campaign.verdict,
            verdict_by=campaign.verdict_by,
            reasons=list(reasons(campaign)),
        )


class CallerProfile(View):
    """A number. `caller` is its token; `ending` its last four digits, told only where a customer calls from it."""

    caller: str
    ending: str | None
    number_type: str
    country: str | None
    first_seen: int | None
    last_seen: int | None
    frequency: CallerFrequency
    timing: CallerTiming
    persistence: CallerPersistence
    aggression: CallerAggression
    spam: CallerSpam
    marked_spam: int
    marked_wanted: int
    block: ListEntry | None
    allow: ListEntry | None
    customers: list[str]
    related: list[RelatedCaller]
    campaign: CampaignSummary | None


def frequency(times: Sequence[int], forgotten: int, now: int) -> CallerFrequency:
    def since(span: int) -> int:
        return sum(now - span < at <= now for at in times)

    return CallerFrequency(
        hour=since(HOUR_MS),
        day=since(DAY_MS),
        week=since(7 * DAY_MS),
        month=since(30 * DAY_MS),
        total=len(times) + forgotten,
    )


def timing(calls: Sequence[CallFact]) -> CallerTiming:
    hours = Counter(call.local_hour for call in calls)
    at = sorted(call.at for call in calls)
    gaps = variation([later - earlier for earlier, later in pairwise(at)])
    return CallerTiming(
        by_hour=[hours[hour] for hour in range(24)],
        usual_hour=min(hours, key=lambda hour: (-hours[hour], hour)) if hours else None,
        night_share=round(sum(is_night(call.local_hour) for call in calls) / len(calls), 4) if calls else None,
        gap_variation=None if isnan(gaps) else round(gaps, 3),
    )


def persistence(calls: Sequence[CallFact]) -> CallerPersistence:
    ordered = sorted(calls, key=lambda call: call.at)
    missed = [(call, after) for call, after in pairwise(ordered) if call.answered is False]
    missed_last = sum(call.answered is False for call in ordered[-1:])
    tried = sum(after.at - call.at <= RETRY_MS for call, after in missed)
    misses = len(missed) + missed_last
    return CallerPersistence(
        retry_share=round(tried / misses, 4) if misses else None,
        most_in_an_hour=max(
            (sum(0 <= other.at - call.at < HOUR_MS for other in ordered) for call in ordered), default=0
        ),
        dialled=len({call.dialled for call in calls if call.dialled}),
    )


def aggression(calls: Sequence[CallFact]) -> CallerAggression:
    measured = [call for call in calls if call.sentiment is not None]
    if not measured:
        return CallerAggression(score=None, calls=0)
    anger = sum(max(0.0, -(call.sentiment or 0.0)) for call in measured) / len(measured)
    held = sum(max(0.0, (call.talk_share or 0.0) - FLOOR) / (1 - FLOOR) for call in measured) / len(measured)
    return CallerAggression(score=round(min(1.0, 0.6 * anger + 0.4 * held), 4), calls=len(measured))


def spam_view(found: Assessment) -> CallerSpam:
    return CallerSpam(
        probability=round(found.probability, 4),
        advice=found.advice,
        why=found.why,
        model=round(found.model, 4),
        reasons=list(found.reasons),
    )
