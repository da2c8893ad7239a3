"""What is known of a customer now, as the policy's context and as evidence in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan

from rapport.calls.model import Call, LocalisedText
from rapport.customers.model import Customer
from rapport.customers.snapshot import Snapshot
from rapport.inference.actions_catalogue import Context
from rapport.recommendations.model import (
    Recommendation,
    RecommendationEvidence,
    RecommendationFactSource,
    RecommendationState,
)
from rapport.recommendations.ports import Behaviour
from rapport.runtime.clock import DAY_MS

WEEK_MS, YEAR_MS = 7 * DAY_MS, 365 * DAY_MS
# A score of a call that is older says little of today.
RISK_DAYS = 90
CONTACTS = frozenset({"payment_reminder", "call_back", "retention_offer", "follow_up"})
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_JA = "月火水木金土日"
CHANNELS_EN = {"sms": "SMS", "email": "e-mail", "push": "push message", "call": "phone"}
CHANNELS_JA = {"sms": "SMS", "email": "メール", "push": "プッシュ通知", "chat": "チャット", "call": "電話"}


@dataclass(frozen=True, slots=True)
class Facts:
    """`calls` and `past` (recommendations of a year) are newest first; what could not be known is None or empty."""

    customer: Customer
    snapshot: Snapshot | None
    calls: Sequence[Call]
    behaviour: Behaviour | None
    past: Sequence[Recommendation]
    at: int

    def done(self, code: str, within_ms: int) -> int:
        """How often this was done in the time before."""
        return sum(
            one.code == code
            and one.state is RecommendationState.IMPLEMENTED
            and (one.closed_at or 0) > self.at - within_ms
            for one in self.past
        )


def scored_call(facts: Facts) -> Call | None:
    """The last call that was scored, if it was lately."""
    since = facts.at - RISK_DAYS * DAY_MS
    return next((call for call in facts.calls if call.score is not None and call.started_at > since), None)


def context_of(facts: Facts) -> Context:
    """The policy's view of the customer."""
    customer, snapshot, behaviour = facts.customer, facts.snapshot, facts.behaviour
    call = scored_call(facts)
    calls = sum(each.started_at > facts.at - WEEK_MS for each in facts.calls)
    hour = behaviour.best_hour_of_week if behaviour else None
    return Context(
        payment_risk=call.score.probability if call and call.score else nan,
        churn=snapshot.churn if snapshot else nan,
        value_12m=snapshot.value_12m if snapshot else nan,
        segment=(snapshot.segment if snapshot else None) or "",
        balance_due=customer.balance_due or 0.0,
        days_past_due=customer.days_past_due or 0,
        waivers_12m=facts.done("fee_waiver", YEAR_MS),
        contacts_7d=calls + sum(facts.done(code, WEEK_MS) for code in CONTACTS),
        best_hour=None if hour is None else hour % 24,
        has_plan=facts.done("instalment_plan", YEAR_MS) > 0,
    )


def evidence_of(facts: Facts) -> tuple[RecommendationEvidence, ...]:
    """Everything a recommendation of the policy rests on, in words."""
    return (*_of_record(facts), *_of_scores(facts), *_of_calls(facts), *_of_behaviour(facts))


def _said(
    source: RecommendationFactSource, code: str, en: str, ja: str, at: int | None = None
) -> RecommendationEvidence:
    return RecommendationEvidence(source=source, code=code, text=LocalisedText(en=en, ja=ja), at=at)


def _of_record(facts: Facts) -> Iterator[RecommendationEvidence]:
    customer = facts.customer
    if customer.balance_due:
        owed = f"{customer.balance_due:,.0f}"
        yield _said(RecommendationFactSource.RECORD, "balance_due", f"Owes {owed}", f"未払い残高{owed}")
    if days := customer.days_past_due:
        word = "day" if days == 1 else "days"
        yield _said(RecommendationFactSource.RECORD, "days_past_due", f"{days} {word} past due", f"延滞{days}日")
    if missed := customer.missed_payments_12m:
        yield _said(
            RecommendationFactSource.RECORD,
            "missed_payments",
            f"Missed payments in 12 months: {missed}",
            f"12か月の未払い{missed}回",
        )


def _of_scores(facts: Facts) -> Iterator[RecommendationEvidence]:
    snapshot = facts.snapshot
    if snapshot is None:
        return
    churn = f"{100 * snapshot.churn:.0f}"
    yield _said(
        RecommendationFactSource.SCORES,
        "churn",
        f"May leave within 90 days: {churn} %",
        f"90日以内の離反確率{churn}%",
        snapshot.at,
    )
    if snapshot.segment_name is not None:
        name = snapshot.segment_name
        yield _said(
            RecommendationFactSource.SCORES, "segment", f"Segment: {name.en}", f"セグメント：{name.ja}", snapshot.at
        )


def _of_calls(facts: Facts) -> Iterator[RecommendationEvidence]:
    call = scored_call(facts)
    if call is not None and call.score is not None:
        score = call.score.value
        yield _said(
            RecommendationFactSource.CALLS,
            "payment_risk",
            f"Payment risk {score} of 100 in the last scored call",
            f"直近の評価済み通話での支払いリスク{score}/100",
            call.ended_at or call.started_at,
        )
    lately = sum(each.started_at > facts.at - WEEK_MS for each in facts.calls)
    if lately:
        yield _said(
            RecommendationFactSource.CALLS, "calls_7d", f"Calls in 7 days: {lately}", f"直近7日間の通話{lately}件"
        )


def _of_behaviour(facts: Facts) -> Iterator[RecommendationEvidence]:
    behaviour = facts.behaviour
    if behaviour is None:
        return
    if (channel := behaviour.preferred_channel) is not None:
        ja = CHANNELS_JA.get(channel, channel)
        yield _said(
            RecommendationFactSource.PROFILE,
            "preferred_channel",
            f"Answers best by {CHANNELS_EN.get(channel, channel)}",
            f"反応の良い連絡手段：{ja}",
        )
    if (hour := behaviour.best_hour_of_week) is not None:
        when = hour_words(hour)
        yield _said(
            RecommendationFactSource.PROFILE,
            "preferred_hour",
            f"Most active on {when.en}",
            f"最も活動的な時間：{when.ja}",
        )


def hour_words(hour_of_week: int) -> LocalisedText:
    """An hour of the week (UTC, 0 is Monday 00:00) in words."""
    day, hour = divmod(hour_of_week % 168, 24)
    return LocalisedText(
        en=f"{DAYS_EN[day]} {hour:02d}:00–{(hour + 1) % 24:02d}:00 UTC",
        ja=f"{DAYS_JA[day]}曜{hour}時台（UTC）",
    )


def how_of(code: str, behaviour: Behaviour | None) -> LocalisedText | None:
    """When and by which channel, for what is a contact."""
    if code not in CONTACTS or behaviour is None:
        return None
    hour, channel = behaviour.best_hour_of_week, behaviour.preferred_channel
    when = hour_words(hour) if hour is not None else None
    by = channel if channel and code != "call_back" else None
    told = f"by {CHANNELS_EN.get(by, by)}" if by else ""
    en = ", ".join(part for part in (told, f"best on {when.en}" if when else "") if part)
    ja = "、".join(part for part in (CHANNELS_JA.get(by, by) if by else "", f"{when.ja}が最適" if when else "") if part)
    return LocalisedText(en=en[0].upper() + en[1:], ja=ja) if en else None
