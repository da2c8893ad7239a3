"""Rules of the chatbot: words that need a person, then courtesies, then the FAQ, else an honest "I do not know"."""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

import re

from rapport.ai.contexts import ChatContext, Passage
from rapport.ai.escalation import asked_for
from rapport.ai.results import ChatReply, Intent
from rapport.ai.retrieval import index
from rapport.ai.rules import Ruled

# Share of the question's weight that an entry must have to be the answer, measured on tests/unit/ai/questions.json.
ANSWERS = 0.22
FOLLOW_UP_WORDS = 4

_COURTESIES: tuple[tuple[Intent, str], ...] = (
    (Intent.GREETING, r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|こんにちは|こんばんは|おはよう(?:ございます)?)[\s!.。！、,]*$"),
    (Intent.THANKS, r"^(?:ok[, ]*)?(?:thanks|thank you|thx|great, thanks|ありがとう(?:ございます|ございました)?|助かりました)[\w\s!.。！]{0,12}$"),
    (Intent.GOODBYE, r"^(?:bye|goodbye|see you|さようなら|失礼します)[\s!.。！]*$"),
)  # fmt: skip
_REPLIES: dict[Intent, dict[str, str]] = {
    Intent.GREETING: {"en": "Hello! Ask me anything about opening your account.",
                      "ja": "こんにちは。口座開設のことなら何でもお尋ねください。"},
    Intent.THANKS: {"en": "You are welcome. Is there anything else?", "ja": "どういたしまして。ほかにご不明な点はございますか。"},
    Intent.GOODBYE: {"en": "Goodbye. This conversation is kept for when you come back.",
                     "ja": "失礼いたします。この会話は次回のために保存されます。"},
    Intent.HUMAN: {"en": "I have asked a colleague to get in touch with you. You can go on writing here meanwhile.",
                   "ja": "担当者からご連絡するよう依頼しました。お待ちの間もここに書き込めます。"},
    Intent.COMPLAINT: {"en": "I am sorry about this. A colleague will look at it and get in touch with you.",
                       "ja": "ご不快な思いをおかけし申し訳ございません。担当者が確認し、ご連絡いたします。"},
    Intent.FRAUD: {"en": "Thank you for telling us. A colleague will get in touch as soon as possible. Until then share no code "
                         "or password with anybody.",
                   "ja": "お知らせいただきありがとうございます。担当者が至急ご連絡します。それまで、コードやパスワードを誰にも教えないでください。"},
    Intent.VULNERABLE: {"en": "I am sorry that this is so hard. A colleague will get in touch with you. If you are in danger, "
                              "please call your local emergency number now.",
                        "ja": "おつらい状況をお察しします。担当者がご連絡いたします。身の危険がある場合は、すぐに緊急の電話番号へおかけください。"},
    Intent.LEGAL: {"en": "I pass this on to a colleague, who will get in touch with you.",
                   "ja": "担当者に引き継ぎます。担当者からご連絡いたします。"},
    Intent.UNKNOWN: {"en": "I do not know the answer to that. Could you say it in other words? You can also ask for a person.",
                     "ja": "申し訳ございませんが、その答えがわかりません。別の言い方でお尋ねいただくか、担当者をお呼びください。"},
}  # fmt: skip


def answer(context: ChatContext) -> Ruled:
    """The reply, with what it is taken from."""
    reason = asked_for(context.message)
    if reason is not None:
        return _said(reason, context, escalate=True, confidence=0.9)
    for intent, pattern in _COURTESIES:
        if re.match(pattern, context.message.strip(), re.IGNORECASE):
            return _said(intent, context, escalate=False, confidence=0.9)
    passages = context.passages
    if passages and passages[0].score >= ANSWERS:
        return _answered(passages[0])
    return _said(Intent.UNKNOWN, context, escalate=False, confidence=0.2)


def find(message: str, earlier: str | None, language: str) -> list[Passage]:
    """Entries for a message. A very short one that finds nothing is read together with the one before it."""
    found = index("ja" if language == "ja" else "en").find(message)
    if earlier and len(message.split()) <= FOLLOW_UP_WORDS and not (found and found[0].score >= ANSWERS):
        together = index("ja" if language == "ja" else "en").find(f"{earlier} {message}")
        return together if together and together[0].score >= ANSWERS else found
    return found


def _answered(passage: Passage) -> Ruled:
    reply = ChatReply(
        intent=Intent.QUESTION,
        reply=passage.text,
        citations=[passage.id],
        escalate=False,
        confidence=round(min(0.95, 0.4 + passage.score * 0.7), 2),
    )
    return Ruled(reply, (f"chatbot.faq.{passage.id}",))


def _said(intent: Intent, context: ChatContext, *, escalate: bool, confidence: float) -> Ruled:
    reply = ChatReply(
        intent=intent,
        reply=_REPLIES[intent][context.language],
        citations=[],
        escalate=escalate,
        confidence=confidence,
    )
    return Ruled(reply, (f"chatbot.{intent.value}",))
