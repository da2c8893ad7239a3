"""Recommended actions for a call: a short table of rules over the score and what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan

from rapport.calls.model import Band, LocalisedText, RecommendedAction

MOST = 3
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """An action and when it is warranted. Rules stand in the order of urgency."""

    code: str
    text: LocalisedText
    applies: Callable[[Band, Values], bool]


def _has(values: Values, name: str) -> bool:
    value = values.get(name, 0.0)
    return not isnan(value) and value > 0


def _below(values: Values, name: str, limit: float) -> bool:
    value = values.get(name, float("nan"))
    return not isnan(value) and value < limit


def _rule(code: str, en: str, ja: str, applies: Callable[[Band, Values], bool]) -> Rule:
    return Rule(code, LocalisedText(en=en, ja=ja), applies)


RULES: tuple[Rule, ...] = (
    _rule(
        "hardship-team",
        "Offer the hardship team: the customer reports trouble paying and the risk is high",
        "支払い困難の申し出があり高リスクです。生活支援・返済相談窓口をご案内ください",
        lambda band, v: band is Band.HIGH and _has(v, "payment_trouble_count"),
    ),
    _rule(
        "verify-dispute",
        "Open a dispute before asking for payment: check the charge with the customer",
        "支払いをお願いする前に、請求内容をお客様と確認し異議申立てを受け付けてください",
        lambda _, v: _has(v, "dispute_count"),
    ),
    _rule(
        "de-escalate",
        "Slow down and acknowledge how the customer feels before going on",
        "話を進める前に、お客様のお気持ちを受け止めてゆっくりお話しください",
        lambda _, v: _below(v, "customer_sentiment_trend", -0.3) or _has(v, "complaint_intent"),
    ),
    _rule(
        "offer-instalments",
        "Offer an instalment plan the customer can keep",
        "無理なく続けられる分割払いをご提案ください",
        lambda band, v: (
            (band is not Band.LOW and _has(v, "payment_trouble_count")) or _has(v, "payment_arrangement_intent")
        ),
    ),
    _rule(
        "confirm-promise",
        "Confirm the promise with its date and amount, and how it will be paid",
        "お約束の日付と金額、お支払い方法を確認してください",
        lambda _, v: _has(v, "promise_to_pay_count"),
    ),
    _rule(
        "explain-options",
        "Explain the options and their consequences; do not argue",
        "選択肢とその結果を落ち着いてご説明ください",
        lambda _, v: _has(v, "refusal_count"),
    ),
    _rule(
        "retain",
        "Ask why the customer wants to leave before processing it",
        "手続きの前に、解約を希望される理由を伺ってください",
        lambda _, v: _has(v, "cancel_intent"),
    ),
    _rule(
        "ask-ability",
        "Ask what the customer can pay and when",
        "いつ、いくらならお支払い可能かを伺ってください",
        lambda band, v: band is not Band.LOW and not _has(v, "promise_to_pay_count") and not _has(v, "dispute_count"),
    ),
)


def recommend(band: Band, values: Values) -> tuple[RecommendedAction, ...]:
    """The most urgent actions that the facts warrant, at most three, priority 1 first."""
    due = [rule for rule in RULES if rule.applies(band, values)][:MOST]
    return tuple(
        RecommendedAction(code=rule.code, text=rule.text, priority=priority) for priority, rule in enumerate(due, 1)
    )
