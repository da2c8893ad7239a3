"""What changed about a customer lately, in sentences, the most telling first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rapport.calls.model import Band, Call, LocalisedText
from rapport.customers.snapshot import Snapshot

# A probability that moved by fewer points, or money by a smaller share, is noise to a person.
LEAST_POINTS = 0.05
LEAST_SHARE = 0.10
LEVELS = {Band.HIGH: ("high", "高"), Band.MEDIUM: ("medium", "中"), Band.LOW: ("low", "低")}
OUTCOMES = {
    "PAID": ("paid", "支払い済み"),
    "PROMISED": ("promised to pay", "支払いの約束"),
    "REFUSED": ("refused", "支払い拒否"),
    "CALLBACK": ("to be called back", "折り返し"),
    "RESOLVED": ("resolved", "解決"),
    "OTHER": ("other", "その他"),
}


def changes(
    now: Snapshot | None, past: Sequence[Snapshot], *, since: int, calls: Sequence[Call]
) -> list[LocalisedText]:
    """Sentences about the time from `since` (epoch ms): scores against the last snapshot before it, spending, calls."""
    found: list[LocalisedText] = []
    if now is not None:
        # The last day before, or the first that there is: a new customer changed since then.
        before = [each for each in past if each.at <= since][-1:] or [each for each in past if each.at < now.at][:1]
        for each in before:
            found += _scores(each, now)
        found += _spending(now)
    return [*found, *_calls(calls)]


def _scores(before: Snapshot, now: Snapshot) -> Iterator[LocalisedText]:
    if before.level is not now.level:
        (was_en, was_ja), (is_en, is_ja) = LEVELS[before.level], LEVELS[now.level]
        yield LocalisedText(
            en=f"The risk of leaving went from {was_en} to {is_en} ({_percent(before.churn)} to {_percent(now.churn)})",
            ja=f"離反リスクが「{was_ja}」から「{is_ja}」に変化（{_percent(before.churn)}→{_percent(now.churn)}）",
        )
    elif abs(now.churn - before.churn) >= LEAST_POINTS:
        moved_en, moved_ja = ("rose", "上昇") if now.churn > before.churn else ("fell", "低下")
        yield LocalisedText(
            en=f"The risk of leaving {moved_en} from {_percent(before.churn)} to {_percent(now.churn)}",
            ja=f"離反リスクが{_percent(before.churn)}から{_percent(now.churn)}に{moved_ja}",
        )
    if before.segment != now.segment and before.segment_name is not None and now.segment_name is not None:
        yield LocalisedText(
            en=f"Moved from “{before.segment_name.en}” to “{now.segment_name.en}”",
            ja=f"セグメントが「{before.segment_name.ja}」から「{now.segment_name.ja}」に変化",
        )
    if before.value_12m > 0 and before.currency == now.currency:
        moved = now.value_12m / before.value_12m - 1
        if abs(moved) >= LEAST_SHARE:
            yield LocalisedText(
                en=f"The value expected in 12 months {_moved_en(moved)}",
                ja=f"今後12か月の期待額が{_moved_ja(moved)}",
            )


def _spending(now: Snapshot) -> Iterator[LocalisedText]:
    if now.spent_30d_before > 0:
        moved = now.spent_30d / now.spent_30d_before - 1
        if abs(moved) >= LEAST_SHARE:
            yield LocalisedText(
                en=f"Spending of the last 30 days {_moved_en(moved)} against the 30 days before",
                ja=f"直近30日の利用額が、その前の30日に比べて{_moved_ja(moved)}",
            )
    elif now.spent_30d > 0:
        yield LocalisedText(
            en="Bought again after 30 days without a purchase", ja="30日間ご利用がなかった後、再びご利用がありました"
        )


def _calls(calls: Sequence[Call]) -> Iterator[LocalisedText]:
    if not calls:
        return
    outcomes = Counter(call.outcome for call in calls if call.outcome in OUTCOMES)
    en = ", ".join(f"{OUTCOMES[name][0]} {count}" for name, count in outcomes.most_common())
    ja = "、".join(f"{OUTCOMES[name][1]} {count}件" for name, count in outcomes.most_common())
    number = f"{len(calls)} call{'' if len(calls) == 1 else 's'}"
    yield LocalisedText(
        en=f"{number} in the last 30 days{f' ({en})' if en else ''}",
        ja=f"直近30日の通話{len(calls)}件{f'（{ja}）' if ja else ''}",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _moved_en(share: float) -> str:
    return f"{'rose' if share > 0 else 'fell'} by {_percent(abs(share))}"


def _moved_ja(share: float) -> str:
    return f"{_percent(abs(share))}{'増加' if share > 0 else '減少'}"
