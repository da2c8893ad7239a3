"""payment_risk: which features it takes, how they are grouped, and how each group reads in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan

from rapport.calls.features import CONVERSATION_FEATURES
from rapport.calls.model import LocalisedText

NAME = "payment_risk"

CUSTOMER_FEATURES = (
    "days_past_due",
    "missed_payments_12m",
    "balance_due",
    "credit_utilisation",
    "tenure_months",
    "promises_kept_share",
    "calls_90d",
)
FEATURES = CONVERSATION_FEATURES + CUSTOMER_FEATURES

# Direction in which a feature may move the risk: +1 only up, -1 only down. The others are free.
MONOTONE: dict[str, int] = {
    "customer_sentiment_mean": -1,
    "payment_trouble_count": 1,
    "promise_to_pay_count": -1,
    "refusal_count": 1,
    "hardship_intent": 1,
    "days_past_due": 1,
    "missed_payments_12m": 1,
    "credit_utilisation": 1,
    "promises_kept_share": -1,
}

Values = Mapping[str, float]
Words = Callable[[Values, bool], LocalisedText]


@dataclass(frozen=True, slots=True)
class Group:
    """Features that mean one thing to a person, and the sentence that says it (`raises` tells which way)."""

    code: str
    features: tuple[str, ...]
    words: Words


def _known(values: Values, name: str) -> float:
    value = values.get(name, float("nan"))
    return 0.0 if isnan(value) else value


def _say(en: str, ja: str) -> LocalisedText:
    return LocalisedText(en=en, ja=ja)


def _payment_trouble(values: Values, raises: bool) -> LocalisedText:
    del raises
    count = round(_known(values, "payment_trouble_count"))
    if count:
        times = "once" if count == 1 else "twice" if count == 2 else f"{count} times"
        return _say(f"Mentioned trouble paying {times}", f"支払いが難しいという発言が{count}回ありました")
    return _say("Has not mentioned trouble paying", "支払いが難しいという発言はありません")


def _promise(values: Values, raises: bool) -> LocalisedText:
    del raises
    if _known(values, "promise_to_pay_count"):
        return _say("Promised to pay during this call", "この通話で支払いを約束しました")
    return _say("Has not promised a payment", "支払いの約束はまだありません")


def _resistance(values: Values, raises: bool) -> LocalisedText:
    del raises
    if _known(values, "refusal_count"):
        return _say("Refused to pay", "支払いを拒否しました")
    if _known(values, "dispute_count"):
        return _say("Disputes the amount or the debt", "請求内容に異議を述べています")
    return _say("Does not dispute or refuse", "異議や拒否はありません")


def _request(values: Values, raises: bool) -> LocalisedText:
    del raises
    if _known(values, "cancel_intent"):
        return _say("Wants to cancel or leave", "解約を希望しています")
    if _known(values, "complaint_intent"):
        return _say("Complains about the service", "サービスへの苦情があります")
    if _known(values, "payment_arrangement_intent"):
        return _say("Asks for a payment arrangement", "支払い方法の相談を希望しています")
    return _say("Has no special request", "特別な要望はありません")


def _mood(values: Values, raises: bool) -> LocalisedText:
    if _known(values, "customer_sentiment_trend") < -0.2:
        return _say("The customer's mood is getting worse", "お客様の感情が悪化しています")
    if raises:
        return _say("The customer sounds negative", "お客様の発言が否定的です")
    return _say("The customer sounds calm or positive", "お客様の発言は落ち着いているか前向きです")


def _flow(values: Values, raises: bool) -> LocalisedText:
    if _known(values, "silence_share") > 0.35:
        return _say("Long silences in the conversation", "会話に長い沈黙があります")
    if _known(values, "interruptions_by_customer_per_min") > 1:
        return _say("The customer often interrupts", "お客様が発言を遮ることが多いです")
    if raises:
        return _say("The conversation does not flow well", "会話の流れが滞っています")
    return _say("The conversation flows normally", "会話は順調に進んでいます")


def _arrears(values: Values, raises: bool) -> LocalisedText:
    if isnan(values.get("days_past_due", float("nan"))):
        return _say("Past payments are not known", "過去の支払い状況が分かりません")
    days, missed = round(_known(values, "days_past_due")), round(_known(values, "missed_payments_12m"))
    if days > 0:
        return _say(f"{days} days past due", f"支払いが{days}日遅れています")
    if missed:
        plural = "payment" if missed == 1 else "payments"
        return _say(f"Missed {missed} {plural} in the last 12 months", f"過去12か月に{missed}回の未払いがあります")
    del raises
    return _say("Pays on time", "期日どおりに支払っています")


def _promises_kept(values: Values, raises: bool) -> LocalisedText:
    share = values.get("promises_kept_share", float("nan"))
    if isnan(share):
        return _say("No record of earlier promises", "過去の支払い約束の記録がありません")
    percent = round(100 * share)
    del raises
    return _say(f"Kept {percent} % of earlier promises", f"過去の支払い約束の{percent}%を守っています")


def _debt(values: Values, raises: bool) -> LocalisedText:
    share = values.get("credit_utilisation", float("nan"))
    if isnan(share):
        return _say("The credit limit in use is not known", "利用枠の使用状況が分かりません")
    percent = round(100 * share)
    del raises
    return _say(f"Uses {percent} % of the credit limit", f"利用枠の{percent}%を使用しています")


def _relationship(values: Values, raises: bool) -> LocalisedText:
    calls, months = round(_known(values, "calls_90d")), round(_known(values, "tenure_months"))
    if raises and calls > 2:
        return _say(f"Called {calls} times in 90 days", f"過去90日間に{calls}回の電話があります")
    if months:
        return _say(f"Customer for {months} months", f"お取引期間は{months}か月です")
    return _say("A new or unknown customer", "新規または不明なお客様です")


GROUPS: tuple[Group, ...] = (
    Group("payment-trouble", ("payment_trouble_count", "hardship_intent"), _payment_trouble),
    Group("promise-to-pay", ("promise_to_pay_count",), _promise),
    Group("resistance", ("refusal_count", "dispute_count"), _resistance),
    Group("request", ("payment_arrangement_intent", "cancel_intent", "complaint_intent", "category_count"), _request),
    Group(
        "mood",
        ("customer_sentiment_mean", "customer_sentiment_trend", "customer_negative_share", "agent_sentiment_mean"),
        _mood,
    ),
    Group(
        "flow",
        (
            "customer_talk_share",
            "interruptions_by_customer_per_min",
            "interruptions_by_agent_per_min",
            "silence_share",
            "longest_silence_s",
            "customer_pace_wpm",
            "agent_pace_wpm",
            "customer_turns",
            "elapsed_s",
        ),
        _flow,
    ),
    Group("arrears", ("days_past_due", "missed_payments_12m"), _arrears),
    Group("promises-kept", ("promises_kept_share",), _promises_kept),
    Group("debt", ("balance_due", "credit_utilisation"), _debt),
    Group("relationship", ("tenure_months", "calls_90d"), _relationship),
)
