"""Rules of messages.

Channel: the one answered more often, else SMS for the first two attempts and e-mail after. Time: the preferred hour,
else now, always 9 to 20 of the customer's day. Words: one text per purpose, channel and language.
"""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

from rapport.ai.contexts import CommunicationContext, MessageChannel, Purpose
from rapport.ai.results import Communication
from rapport.ai.rules import Ruled
from rapport.ai.rules.names import addressed
from rapport.ai.sms import fits_sms

OPENING, CLOSING = 9, 20
_TEXTS: dict[Purpose, dict[str, tuple[str, str, str]]] = {
    Purpose.REMINDER: {
        "en": ("Your application is waiting for you",
               "your application is saved. Going on takes a few minutes.",
               "Everything you entered is saved. You can go on where you stopped, on any device; it takes a few minutes."),
        "ja": ("お申し込みの続きについて",
               "お申し込みは保存されています。続きは数分で終わります。",
               "ご入力いただいた内容は保存されています。どの端末からでも、中断したところから数分で続けられます。"),
    },
    Purpose.DOCUMENT_REQUEST: {
        "en": ("One document is missing",
               "one document is missing in your application.",
               "One document is still missing in your application. A clear photo of all four corners is enough."),
        "ja": ("ご提出いただきたい書類があります",
               "お申し込みに必要な書類が1点残っています。",
               "お申し込みに必要な書類が1点残っています。四隅が写った鮮明な写真をご提出ください。"),
    },
    Purpose.VIDEO_INVITE: {
        "en": ("Your video conversation",
               "a colleague can meet you by video to finish your application.",
               "A colleague can meet you by video to finish your application. You need a camera and about ten minutes."),
        "ja": ("ビデオ通話のご案内",
               "担当者とのビデオ通話で手続きを完了できます。",
               "担当者とのビデオ通話でお手続きを完了できます。カメラと10分ほどのお時間をご用意ください。"),
    },
    Purpose.UNDER_REVIEW: {
        "en": ("We are looking at your application",
               "a colleague is looking at your application. You need not do anything now.",
               "A colleague is looking at your application. You need not do anything now; we write as soon as there is news."),
        "ja": ("お申し込み内容を確認しています",
               "担当者が内容を確認しています。今は何もしていただく必要はありません。",
               "担当者がお申し込み内容を確認しています。今は何もしていただく必要はありません。進展があり次第お知らせします。"),
    },
    Purpose.WELCOME: {
        "en": ("Welcome",
               "welcome! Everything is set up.",
               "Welcome! Everything is set up and you can begin. If anything is unclear, just answer or open the help."),
        "ja": ("ようこそ",
               "ご利用の準備が整いました。",
               "ご利用の準備が整いました。ご不明な点がございましたら、ヘルプからお気軽にお問い合わせください。"),
    },
    Purpose.EXPIRY_WARNING: {
        "en": ("Your application closes soon",
               "your application closes soon. Going on takes a few minutes.",
               "Your saved application closes soon. If you would like to keep it, you can go on where you stopped."),
        "ja": ("お申し込みの保存期限について",
               "お申し込みの保存期限が近づいています。",
               "お申し込みの保存期限が近づいています。続ける場合は、中断したところから再開いただけます。"),
    },
}  # fmt: skip
_DAYS = {"en": " {days} days are left.", "ja": "残り{days}日です。"}
_ONE_DAY = {"en": " One day is left.", "ja": "残り1日です。"}
_REASONS = {
    "answered_more": {"en": "This channel was answered more often.", "ja": "このチャネルの方が返信率が高いためです。"},
    "early_sms": {"en": "An SMS is read soonest.", "ja": "SMSが最も早く読まれるためです。"},
    "late_email": {"en": "Two messages went unanswered: an e-mail explains more.", "ja": "2回の連絡に返信がないため、詳しく書けるメールにしました。"},
    "only_channel": {"en": "The only channel allowed.", "ja": "利用できる唯一のチャネルです。"},
    "too_long_for_sms": {"en": "Too long for an SMS.", "ja": "SMSには長すぎるためです。"},
    "preferred_hour": {"en": "At the customer's usual hour.", "ja": "お客様が普段ご利用の時間帯です。"},
    "quiet_hours": {"en": "Not at night: next morning.", "ja": "夜間を避け、翌朝に送ります。"},
    "now": {"en": "Now is a good hour.", "ja": "今が適した時間帯です。"},
}  # fmt: skip


def answer(context: CommunicationContext) -> Ruled:
    """One message: channel, words, time."""
    channel, why = _channel(context)
    body = _body(context, channel)
    if channel is MessageChannel.SMS and not fits_sms(body):
        if MessageChannel.EMAIL in context.channels:
            channel, why = MessageChannel.EMAIL, "too_long_for_sms"
            body = _body(context, channel)
        else:
            body = _body(context.model_copy(update={"customer_name": "", "days_left": None}), channel)
    wait, hour, when = _time(context)
    subject = _TEXTS[context.purpose][context.language][0] if channel is MessageChannel.EMAIL else None
    message = Communication(
        channel=channel,
        subject=subject,
        body=body,
        send_after_minutes=wait,
        send_hour=hour,
        reasons=[_REASONS[why][context.language], _REASONS[when][context.language]],
        confidence=0.6,
    )
    return Ruled(message, (f"communication.{why}", f"communication.{when}"))


def _channel(context: CommunicationContext) -> tuple[MessageChannel, str]:
    if len(set(context.channels)) == 1:
        return context.channels[0], "only_channel"
    rates = {channel: context.answer_rates.get(channel) for channel in context.channels}
    known = {channel: rate for channel, rate in rates.items() if rate is not None}
    if len(known) > 1 and len(set(known.values())) > 1:
        return max(known, key=lambda channel: known[channel]), "answered_more"
    return (MessageChannel.EMAIL, "late_email") if context.attempt > 2 else (MessageChannel.SMS, "early_sms")


def _body(context: CommunicationContext, channel: MessageChannel) -> str:
    _, short, long = _TEXTS[context.purpose][context.language]
    name = addressed(context.customer_name, context.language)
    days = context.days_left
    left = "" if days is None else (_ONE_DAY if days == 1 else _DAYS)[context.language].format(days=days)
    if channel is MessageChannel.SMS:
        joined = f"{name} {short}" if context.language == "en" else f"{name}、{short}"
        return f"{joined}{left} {context.link}" if context.link else joined + left
    parts = [name, long + left, *([context.link] if context.link else [])]
    return "\n\n".join(parts)


def _time(context: CommunicationContext) -> tuple[int, int, str]:
    """Minutes from now, the customer's hour then, and the rule."""
    if context.preferred_hour is not None and OPENING <= context.preferred_hour <= CLOSING:
        return (context.preferred_hour - context.hour) % 24 * 60, context.preferred_hour, "preferred_hour"
    if OPENING <= context.hour <= CLOSING:
        return 0, context.hour, "now"
    return (OPENING - context.hour) % 24 * 60, OPENING, "quiet_hours"
