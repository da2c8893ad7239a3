"""What no answer may do, whoever wrote it, and what each result must be beyond its schema.

Each check raises `UnfitError` with a short reason for the ledger. Escaping is the page's job: texts stay texts.
"""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from rapport.ai import contexts, results
from rapport.ai.clean import clean_text
from rapport.ai.sms import fits_sms

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,12}:/{1,2}\S+|www\.\S+|(?<![\w@.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\."
    r"(?:com|net|org|info|biz|io|co|ru|cn|xyz|top|site|online|app|dev|jp|uk|me|ly|link|click|example|test|evil)\b(?:/\S*)?"
    r"|javascript:|data:\w+/|mailto:",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<\s*/?\s*[a-z!][^>]*>|!?\[[^\]\n]{0,200}\]\([^)\n]*\)", re.IGNORECASE)
_PROMISES = re.compile(
    r"(?:you(?:'re| are)|has been|have been|is|was|application)\s+(?:now\s+|hereby\s+|pre-?|already\s+|automatically\s+)*approved"
    r"|\bapproved\b.{0,40}\b(?:account|loan|credit|application)\b"
    r"|\b(?:we|i)(?:'ll| will|'ve| have)?\s+(?:hereby\s+)?(?:approve|approved|waive|waived|refund|refunded|transfer(?:red)?|credited)\b"
    r"|\bguarantee(?:d|s)?\b.{0,60}\b(?:approv|rate|return|interest|credit|loan|price)"
    r"|\b(?:interest|rate|fee|price|apr|cashback|bonus)\b[^.\n]{0,40}\b\d+(?:\.\d+)?\s?(?:%|percent|usd|dollars|euros?)"
    r"|[$€£¥]\s?\d[\d,.]*\s*(?:bonus|refund|credit|cashback|off)"
    r"|(?:承認|可決)(?:され|いたし|しま|済み|になり)(?!る場合|ない|ません)|審査(?:に|は)(?:通り|合格)"
    r"|(?:金利|手数料|利率|価格)[^。\n]{0,20}\d+(?:\.\d+)?\s?(?:%|％|円|パーセント)|(?:返金|振込|送金)(?:しました|いたしました|します|いたします)"
    r"|(?:必ず|確実に)[^。\n]{0,20}(?:承認|開設|儲|融資)",
    re.IGNORECASE,
)  # fmt: skip
_ORDER = {step: number for number, step in enumerate(contexts.PlanStep)}
OPENING, CLOSING = 9, 20


class UnfitError(Exception):
    """An answer that must not be given; `reason` is one word for the ledger."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _require(fits: bool, reason: str) -> None:
    if not fits:
        raise UnfitError(reason)


def check_texts(texts: Iterable[str], *, links: Iterable[str] = (), secrets: Iterable[str] = ()) -> None:
    """No address but `links`, no markup, nothing of `secrets` (canary, instructions), no promise."""
    allowed = tuple(links)
    hidden = tuple(secret for secret in secrets if secret)
    for text in texts:
        _require(clean_text(text, 4000) == text.strip() or not _unseen(text), "invisible_characters")
        rest = text
        for link in allowed:
            rest = rest.replace(link, " ")
        _require(not _ADDRESS.search(rest), "address")
        _require(not _MARKUP.search(rest), "markup")
        _require(not _PROMISES.search(rest), "promise")
        folded = _folded(rest)
        _require(not any(secret in folded for secret in map(_folded, hidden)), "instructions")


def _unseen(text: str) -> bool:
    return any(ord(c) in range(0x200B, 0x2010) or ord(c) in range(0x202A, 0x202F) or ord(c) >= 0xE0000 for c in text)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", clean_text(text, 8000).casefold())


def ngrams(instructions: str, words: int = 8) -> list[str]:
    """Runs of so many words of the instructions: an answer that holds one has repeated them."""
    found = re.findall(r"\w+", instructions)
    return [" ".join(found[start : start + words]) for start in range(0, max(0, len(found) - words + 1), 2)]


def hosts(texts: Iterable[str]) -> set[str]:
    """Hosts of the addresses in texts."""
    return {urlsplit(match).netloc for text in texts for match in re.findall(r"https?://\S+", text)}


def check_result(result: results.Strict, context: contexts.Context) -> None:
    """What the schema cannot say: the answer fits what was asked."""
    match result, context:
        case results.OnboardingPlan(), contexts.OnboardingContext():
            _check_plan(result, context)
        case results.Communication(), contexts.CommunicationContext():
            _check_message(result, context)
        case results.Behavior(), contexts.BehaviorContext():
            _require(result.stuck_at is None or result.stuck_at in context.steps_left, "step_not_left")
        case results.FraudOpinion(), contexts.FraudContext():
            _require((result.agrees_with_model is None) == (context.model_probability is None), "agreement")
        case results.ChatReply(), contexts.ChatContext():
            _require(set(result.citations) <= {passage.id for passage in context.passages}, "citation")
        case _:
            pass


def _check_plan(plan: results.OnboardingPlan, context: contexts.OnboardingContext) -> None:
    steps = [item.step for item in plan.steps]
    _require(len(set(steps)) == len(steps), "step_twice")
    _require(set(steps) <= set(context.available), "step_not_available")
    _require(set(context.required) & set(context.available) <= set(steps), "step_missing")
    _require(steps == sorted(steps, key=_ORDER.__getitem__), "step_order")


def _check_message(message: results.Communication, context: contexts.CommunicationContext) -> None:
    _require(message.channel in context.channels, "channel")
    _require(OPENING <= message.send_hour <= CLOSING, "quiet_hours")
    if message.channel is contexts.MessageChannel.SMS:
        _require(message.subject is None, "subject_of_sms")
        _require(fits_sms(message.body), "sms_length")
    else:
        _require(message.subject is not None and "\n" not in message.subject, "subject")
    if context.link:
        _require(message.body.count(context.link) == 1, "link")
