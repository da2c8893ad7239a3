"""Rules of personal paragraphs: one text per kind of document and language, with the facts that were given."""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

from rapport.ai.checks import UnfitError, check_texts
from rapport.ai.contexts import DocumentContext, DocumentKind
from rapport.ai.results import DocumentContent, Paragraph
from rapport.ai.rules import Ruled
from rapport.ai.rules.names import addressed

_TEXTS: dict[DocumentKind, dict[str, tuple[tuple[str, str], ...]]] = {
    DocumentKind.ACCOUNT_AGREEMENT: {
        "en": (("What this is", "{name} this agreement sets out how your account works and what you and we agree on. "
                "Please read it in peace before you sign; the terms below are what counts."),
               ("What happens next", "Once you have signed you receive a copy, and we tell you when you can begin.")),
        "ja": (("この書類について", "{name}、この契約書には口座の仕組みと、お互いの約束ごとが記載されています。"
                "署名の前にゆっくりお読みください。効力を持つのは以下の条項です。"),
               ("この後の流れ", "署名が済むと控えをお送りし、ご利用を開始できる時期をお知らせします。")),
    },
    DocumentKind.WELCOME_LETTER: {
        "en": (("Welcome", "{name} thank you for choosing us. This letter gathers what you need to begin."),
               ("If you need us", "The help answers most questions at any hour, and you can ask for a person there.")),
        "ja": (("ようこそ", "{name}、このたびはお選びいただきありがとうございます。ご利用開始に必要な情報をまとめました。"),
               ("お困りのときは", "ヘルプでは多くのご質問にいつでもお答えし、担当者へのおつなぎも承ります。")),
    },
    DocumentKind.RISK_DISCLOSURE: {
        "en": (("Why you receive this", "{name} products can carry risks. This document names them in full, so that you "
                "can decide with open eyes. Please ask about anything that is unclear before you go on."),),
        "ja": (("この書類をお渡しする理由", "{name}、商品にはリスクが伴うことがあります。十分にご理解のうえご判断いただけるよう、"
                "この書類にすべて記載しています。ご不明な点は必ず事前にお尋ねください。"),),
    },
}  # fmt: skip
_FACTS = {"en": "What we noted for you", "ja": "お客様についての記載"}


def answer(context: DocumentContext) -> Ruled:
    """Two or three paragraphs. Facts that promise or point elsewhere are left out."""
    name = addressed(context.customer_name, context.language)
    paragraphs = [
        Paragraph(heading=heading, text=text.format(name=name))
        for heading, text in _TEXTS[context.kind][context.language]
    ]
    facts = [fact for fact in context.facts if _harmless(fact)]
    if facts:
        text = ("" if context.language == "ja" else " ").join(facts)
        paragraphs.append(Paragraph(heading=_FACTS[context.language], text=text[:800]))
    rules = [f"documents.{context.kind.value}", *(["documents.facts"] if facts else [])]
    return Ruled(DocumentContent(paragraphs=paragraphs, confidence=0.7), tuple(rules))


def _harmless(fact: str) -> bool:
    try:
        check_texts([fact])
    except UnfitError:
        return False
    return bool(fact.strip())
