"""What a turn says, in both languages."""

from __future__ import annotations

import pytest
from rapport.calls.language import analyse
from rapport.calls.language.analysis import normalise


@pytest.mark.parametrize(
    "text",
    [
        "I lost my job and I can't pay this month",
        "I won't be able to make the payment",
        "we are behind on our mortgage payments",
        "I don't have the money right now",
        "申し訳ございませんが今月は払えません",
        "お支払いが難しいのですが",
        "失業して収入がなくて",
        "支払いができない状況です",
        "今月はちょっと厳しいです",
    ],
)
def test_trouble_paying_is_heard(text: str) -> None:
    assert analyse(text, by_customer=True).payment_trouble


@pytest.mark.parametrize(
    "text",
    [
        "I'll pay two hundred on Friday",
        "I will make a payment tomorrow",
        "the payment will be there by Monday",
        "金曜日までに必ず振り込みます",
        "来週の月曜日に入金いたします",
        "月末までにお支払いします",
        "明日お振込みさせていただきます",
    ],
)
def test_a_promise_is_heard(text: str) -> None:
    assert analyse(text, by_customer=True).promise_to_pay


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("can I pay by Friday?", "a question"),
        ("I won't be able to pay on Friday", "negated"),
        ("I'm not going to pay this", "a refusal"),
        ("I will pay if my check comes in", "conditional"),
        ("maybe I can pay next week", "a hedge"),
        ("金曜日までに払えますか", "a question"),
        ("月末までには払えません", "negated"),
        ("払うつもりはありません", "a refusal"),
        ("払えるかもしれません", "a hedge"),
    ],
)
def test_what_only_sounds_like_a_promise_is_none(text: str, why: str) -> None:
    assert not analyse(text, by_customer=True).promise_to_pay, why


@pytest.mark.parametrize("text", ["could you pay by Friday", "i will pay that into your account", "必ずお支払いします"])
def test_an_agent_promises_nothing(text: str) -> None:
    analysis = analyse(text, by_customer=False)
    assert not analysis.promise_to_pay
    assert analysis.intents == ()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("can I set up a payment plan", "payment_arrangement"),
        ("that is not my charge", "dispute"),
        ("I want to close my account", "cancel"),
        ("let me speak to a manager", "complaint"),
        ("i lost my debit card", "lost_card"),
        ("i would like to transfer money between my accounts", "transfer"),
        ("i would like to reset my password", "password_reset"),
        ("i would like to schedule an appointment", "appointment"),
        ("分割払いにできますか", "payment_arrangement"),
        ("身に覚えがありません", "dispute"),
        ("口座を解約したい", "cancel"),
        ("責任者を出してください", "complaint"),
        ("ｶｰﾄﾞをなくしました", "lost_card"),
        ("残高を教えてください", "balance"),
    ],
)
def test_intents_are_recognised(text: str, intent: str) -> None:
    assert intent in analyse(text, by_customer=True).intents


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("thank you so much that is great", "okay"),
        ("okay", "this is terrible and i am upset"),
        ("this is good", "this is not good"),
        ("ありがとうございます。助かりました。", "はい"),
        ("はい", "本当に困っています。最悪です。"),
    ],
)
def test_sentiment_orders_turns(better: str, worse: str) -> None:
    assert analyse(better, by_customer=True).sentiment > analyse(worse, by_customer=True).sentiment


def test_noise_is_no_speech() -> None:
    for text in ("[noise]", "<unk>", "", "   "):
        assert analyse(text, by_customer=True).words == 0


def test_half_width_and_full_width_forms_are_one() -> None:
    assert normalise("ｶｰﾄﾞ ＡＢＣ") == "カード abc"
