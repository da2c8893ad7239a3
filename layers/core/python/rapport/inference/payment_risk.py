"""payment_risk: which features it may take, how they are grouped, and how each group reads in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan, nan

from rapport.calls.model import LocalisedText
from rapport.customers.features.declarations import CUSTOMER_FEATURES
from rapport.customers.features.declarations import Group as FeatureGroup
from rapport.customers.features.words import say_feature

NAME = "payment_risk"


@dataclass(frozen=True, slots=True)
class Feature:
    """A model input. `monotone` is the direction in which it may move the risk: +1 only up, -1 only down."""

    name: str
    unit: str
    monotone: int = 0


# Every model takes these; those of the customer may all be unknown (NaN).
DECLARED: tuple[Feature, ...] = (
    Feature("customer_sentiment_mean", "-1 to 1", -1),
    Feature("customer_sentiment_trend", "-2 to 2"),
    Feature("customer_negative_share", "share of turns"),
    Feature("agent_sentiment_mean", "-1 to 1"),
    Feature("customer_talk_share", "share of talk time"),
    Feature("interruptions_by_customer_per_min", "per minute"),
    Feature("interruptions_by_agent_per_min", "per minute"),
    Feature("silence_share", "share of elapsed time"),
    Feature("longest_silence_s", "seconds"),
    Feature("customer_pace_wpm", "words per minute"),
    Feature("agent_pace_wpm", "words per minute"),
    Feature("customer_turns", "turns"),
    Feature("elapsed_s", "seconds"),
    Feature("payment_trouble_count", "turns", 1),
    Feature("promise_to_pay_count", "turns", -1),
    Feature("refusal_count", "turns", 1),
    Feature("dispute_count", "turns"),
    Feature("hardship_intent", "0 or 1", 1),
    Feature("payment_arrangement_intent", "0 or 1"),
    Feature("cancel_intent", "0 or 1"),
    Feature("complaint_intent", "0 or 1"),
    Feature("category_count", "matched rules"),
    Feature("days_past_due", "days", 1),
    Feature("missed_payments_12m", "payments", 1),
    Feature("balance_due", "the account's currency"),
    Feature("credit_utilisation", "share of the limit", 1),
    Feature("tenure_months", "months"),
    Feature("promises_kept_share", "share of promises", -1),
    Feature("calls_90d", "calls"),
)
# What a model may take besides: what the customer's transactions before the call say. The ten features of a
# transaction have no value in a call, where there is none at hand.
HISTORY: tuple[Feature, ...] = tuple(Feature(feature.name, feature.unit.value) for feature in CUSTOMER_FEATURES)
FEATURES = tuple(feature.name for feature in DECLARED)
HISTORY_FEATURES = tuple(feature.name for feature in HISTORY)
MONOTONE = {feature.name: feature.monotone for feature in DECLARED if feature.monotone}

Values = Mapping[str, float]
Words = Callable[[Values, bool], LocalisedText | None]


@dataclass(frozen=True, slots=True)
class Group:
    """Features that mean one thing to a person, and the sentence that says it.

    `words(values, raises)` gives None when no fact at hand goes with that direction: a reason that reads
    against its arrow is worse than none. Where `by_strongest`, `values` is the one that weighs most.
    """

    code: str
    features: tuple[str, ...]
    words: Words
    by_strongest: bool = False


def _at(values: Values, name: str) -> float:
    return values.get(name, nan)


def _known(values: Values, name: str) -> float:
    value = values.get(name, nan)
    return 0.0 if isnan(value) else value


def _say(en: str, ja: str) -> LocalisedText:
    return LocalisedText(en=en, ja=ja)


def _times(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count} times"


def _payment_trouble(values: Values, raises: bool) -> LocalisedText | None:
    count = round(_known(values, "payment_trouble_count"))
    if count and raises:
        return _say(f"Mentioned trouble paying {_times(count)}", f"支払いが難しいという発言が{count}回")
    if not count and not raises:
        return _say("Has not mentioned trouble paying", "支払いが難しいという発言なし")
    return None


def _promise(values: Values, raises: bool) -> LocalisedText | None:
    count = round(_known(values, "promise_to_pay_count"))
    if count and not raises:
        return _say(f"Promised to pay {_times(count)} in this call", f"この通話で支払いの約束が{count}回")
    if not count and raises:
        return _say("Has not promised a payment", "支払いの約束はまだなし")
    return None


def _resistance(values: Values, raises: bool) -> LocalisedText | None:
    refused, disputed = round(_known(values, "refusal_count")), round(_known(values, "dispute_count"))
    if refused and raises:
        return _say(f"Refused to pay {_times(refused)}", f"支払いの拒否が{refused}回")
    if disputed and not (refused and not raises):
        return _say(f"Disputed the amount or the debt {_times(disputed)}", f"請求への異議が{disputed}回")
    if not refused and not disputed and not raises:
        return _say("Does not dispute or refuse", "異議や拒否なし")
    return None


def _request(values: Values, raises: bool) -> LocalisedText | None:
    if _known(values, "cancel_intent"):
        return _say("Wants to cancel or leave", "解約を希望")
    if _known(values, "complaint_intent"):
        return _say("Complains about the service", "サービスへの苦情あり")
    if _known(values, "payment_arrangement_intent"):
        return _say("Asks for a payment arrangement", "支払い方法の相談を希望")
    matched = round(_known(values, "category_count"))
    if matched:
        rules = "rule" if matched == 1 else "rules"
        return _say(f"{matched} conversation {rules} matched", f"会話ルールに{matched}件該当")
    return None if raises else _say("Has no special request", "特別な要望なし")


def _mood(values: Values, raises: bool) -> LocalisedText | None:
    mean, negative = _at(values, "customer_sentiment_mean"), _known(values, "customer_negative_share")
    if isnan(mean):
        return None
    if raises:
        if _known(values, "customer_sentiment_trend") < -0.2:
            return _say("The customer's mood is getting worse", "お客様の感情が悪化")
        if negative > 0:
            percent = round(100 * negative)
            return _say(f"{percent} % of the customer's turns are negative", f"お客様の発言の{percent}%が否定的")
        return None
    if mean > 0.1:
        return _say("The customer sounds positive", "お客様の発言は前向き")
    return _say("The customer sounds calm", "お客様の発言は落ち着いている") if mean > -0.1 else None


def _flow(values: Values, raises: bool) -> LocalisedText | None:
    silence, interruptions = _known(values, "silence_share"), _known(values, "interruptions_by_customer_per_min")
    pace = _known(values, "customer_pace_wpm")
    if silence > 0.35:
        return _say(f"Silence takes {100 * silence:.0f} % of the call", f"沈黙が通話の{100 * silence:.0f}%")
    if interruptions > 1:
        return _say(
            f"The customer interrupts {interruptions:.1f} times a minute",
            f"お客様の割り込みが毎分{interruptions:.1f}回",
        )
    if pace > 190:
        return _say(f"The customer speaks fast ({pace:.0f} words a minute)", f"お客様が早口(毎分{pace:.0f}語)")
    if raises or not _known(values, "customer_turns"):
        return None
    return _say("The conversation flows normally", "会話は順調")


def _arrears(values: Values, raises: bool) -> LocalisedText | None:
    if isnan(_at(values, "days_past_due")) and isnan(_at(values, "missed_payments_12m")):
        return _say("Past payments are not known", "過去の支払い状況は不明")
    days, missed = round(_known(values, "days_past_due")), round(_known(values, "missed_payments_12m"))
    # Some arrears may be less than most have: then the sentence says that it is not much.
    only, few = ("", "") if raises else ("Only ", "のみ")
    if days > 0:
        unit = "day" if days == 1 else "days"
        return _say(f"{only}{days} {unit} past due", f"支払いの遅れは{days}日{few}")
    if missed > 0:
        plural = "payment" if missed == 1 else "payments"
        told = f"{only}{missed} {plural} missed in the last 12 months"
        return _say(told, f"過去12か月の未払いは{missed}回{few}")
    return None if raises else _say("Pays on time", "期日どおりに支払い")


def _promises_kept(values: Values, raises: bool) -> LocalisedText | None:
    del raises
    share = _at(values, "promises_kept_share")
    if isnan(share):
        return _say("No record of earlier promises", "過去の支払い約束の記録なし")
    percent = round(100 * share)
    return _say(f"Kept {percent} % of earlier promises", f"過去の支払い約束の{percent}%を履行")


def _debt(values: Values, raises: bool) -> LocalisedText | None:
    del raises
    share, balance = _at(values, "credit_utilisation"), _at(values, "balance_due")
    if not isnan(share):
        percent = round(100 * share)
        return _say(f"Uses {percent} % of the credit limit", f"利用枠の{percent}%を使用")
    if not isnan(balance):
        return _say(f"The balance due is {balance:,.0f}", f"請求残高は{balance:,.0f}")
    return _say("The balance and the credit limit are not known", "残高と利用枠は不明")


def _relationship(values: Values, raises: bool) -> LocalisedText | None:
    calls, tenure = round(_known(values, "calls_90d")), _at(values, "tenure_months")
    if raises and calls > 2:
        return _say(f"Called {calls} times in 90 days", f"過去90日間の電話は{calls}回")
    if isnan(tenure):
        return _say("How long the customer has been here is not known", "お取引期間は不明")
    months = round(tenure)
    unit = "month" if months == 1 else "months"
    return _say(f"Customer for {months} {unit}", f"お取引期間は{months}か月")


def _fact(values: Values, raises: bool) -> LocalisedText | None:
    del raises
    ((name, value),) = values.items()
    return None if isnan(value) else say_feature(name, value)


# Codes of the reasons that the customer's transactions give, by the groups of the features.
_HISTORY_CODES = {
    FeatureGroup.RECENCY: "recency",
    FeatureGroup.MONETARY: "spending",
    FeatureGroup.FREQUENCY: "activity",
    FeatureGroup.BEHAVIOURAL: "habits",
    FeatureGroup.TEMPORAL: "rhythm",
    FeatureGroup.TREND: "trend",
    FeatureGroup.CATEGORY: "categories",
}


def _history_group(group: FeatureGroup, code: str) -> Group:
    names = tuple(feature.name for feature in CUSTOMER_FEATURES if feature.group is group)
    return Group(code, names, _fact, by_strongest=True)


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
    *(_history_group(group, code) for group, code in _HISTORY_CODES.items()),
)
