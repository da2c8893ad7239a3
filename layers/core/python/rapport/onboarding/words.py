"""What onboarding says to applicants by SMS and e-mail. No message says more than somebody reading over a shoulder
may know: no number, no reason for a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapport.onboarding.model import Language


@dataclass(frozen=True)
class Message:
    """A message: the SMS, and the e-mail's subject and text. Fields: bank, name, product, link."""

    sms: str
    subject: str
    text: str


MESSAGES: dict[str, dict[Language, Message]] = {
    "welcome": {
        "en": Message(
            "{bank}: welcome, {name}. Your {product} is ready.",
            "Your {product} is ready",
            "Dear {name},\n\nyour {product} with {bank} is ready. Your signed documents are waiting for you here:\n"
            "{link}\n\nWelcome!\n{bank}",
        ),
        "ja": Message(
            "{bank}: {name}様、{product}のご利用準備が整いました。",
            "{product}のご利用準備が整いました",
            "{name}様\n\n{bank}の{product}のご利用準備が整いました。署名済みの書類はこちらからご覧いただけます。\n{link}\n\n"
            "今後ともよろしくお願いいたします。\n{bank}",
        ),
    },
    "resume": {
        "en": Message(
            "{bank}: go on with your application here within 30 minutes: {link}",
            "Go on with your application",
            "Dear {name},\n\ngo on with your application here. The link works once, for 30 minutes:\n{link}\n\nIf you "
            "did not ask for it, ignore this message.\n{bank}",
        ),
        "ja": Message(
            "{bank}: 30分以内にこちらから続きのお手続きができます: {link}",
            "お申し込みの続きのリンク",
            "{name}様\n\nこちらから続きのお手続きができます。リンクは30分間、一度だけ有効です。\n{link}\n\n"
            "お心当たりがない場合は、このメールを無視してください。\n{bank}",
        ),
    },
    "revision": {
        "en": Message(
            "{bank}: we need something from you again for your application: {link}",
            "We need something from you again",
            "Dear {name},\n\nwe have looked at your application and need your documents once more. Please sign them "
            "here:\n{link}\n\n{bank}",
        ),
        "ja": Message(
            "{bank}: お申し込みの書類をもう一度お願いします: {link}",
            "書類をもう一度お願いします",
            "{name}様\n\nお申し込みを確認し、書類をもう一度お願いすることになりました。こちらからご署名ください。\n{link}\n\n{bank}",
        ),
    },
    "rejected": {
        "en": Message(
            "{bank}: there is news about your application. Please see your e-mail.",
            "About your application",
            "Dear {name},\n\nthank you for applying for a {product}. After a person has looked at your application, we "
            "cannot offer it to you now. You may ask us for the reasons and for another look: {link}\n\n{bank}",
        ),
        "ja": Message(
            "{bank}: お申し込みについてのお知らせがあります。メールをご覧ください。",
            "お申し込みについて",
            "{name}様\n\n{product}にお申し込みいただき、ありがとうございます。担当者が確認した結果、今回はご希望に沿うことが"
            "できません。理由のお問い合わせや再確認のご依頼はこちらから承ります。\n{link}\n\n{bank}",
        ),
    },
    "expired": {
        "en": Message(
            "{bank}: your application has expired. You can begin a new one at any time.",
            "Your application has expired",
            "Dear {name},\n\nyour application for a {product} has expired, and what you gave us for it is thrown away. "
            "You can begin a new one at any time: {link}\n\n{bank}",
        ),
        "ja": Message(
            "{bank}: お申し込みの期限が過ぎました。いつでも新しくお申し込みいただけます。",
            "お申し込みの期限が過ぎました",
            "{name}様\n\n{product}のお申し込みは期限が過ぎたため終了し、いただいた書類は破棄しました。"
            "いつでも新しくお申し込みいただけます。\n{link}\n\n{bank}",
        ),
    },
    "cancelled": {
        "en": Message(
            "{bank}: we could not finish your application. It is not your fault; please see your e-mail.",
            "We could not finish your application",
            "Dear {name},\n\nwe are sorry: something on our side kept us from finishing your application for a "
            "{product}. It is not your fault. Please begin again or talk to us: {link}\n\n{bank}",
        ),
        "ja": Message(
            "{bank}: お手続きを完了できませんでした。お客様の責任ではありません。メールをご覧ください。",
            "お手続きを完了できませんでした",
            "{name}様\n\n申し訳ございません。当行の都合により、{product}のお手続きを完了できませんでした。お客様の責任では"
            "ありません。もう一度お申し込みいただくか、ご相談ください。\n{link}\n\n{bank}",
        ),
    },
}
