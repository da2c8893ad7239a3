"""What protects the customer or the bank: warranted by a rule, shown to everybody, never withheld for an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan

from rapport.calls.model import Call, CallStatus, LocalisedText
from rapport.inference.actions_catalogue import ACTIONS, Context
from rapport.recommendations.facts import WEEK_MS, Facts, context_of
from rapport.recommendations.model import RecommendationEvidence, RecommendationFactSource
from rapport.recommendations.ports import Oddity

# An unusual call is a reason to listen, not to ask who it is.
SUSPICIOUS = frozenset({"login", "transaction"})
RARE = 0.01
# Where an allow list turns strict, too.
RISKY = 0.5
# Mean of a customer's turns, -1 to 1.
UPSET = -0.4
MOST_EVIDENCE = 4


@dataclass(frozen=True, slots=True)
class Warranted:
    """An action that a rule asks for, and the facts that it does so by."""

    code: str
    text: LocalisedText
    evidence: tuple[RecommendationEvidence, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """`evidence` gives nothing where the rule does not apply."""

    code: str
    text: LocalisedText
    evidence: Callable[[Facts], Iterator[RecommendationEvidence]]


def warranted(facts: Facts) -> tuple[Warranted, ...]:
    """What the rules ask for now, the most urgent first."""
    found = ((rule, tuple(rule.evidence(facts))[:MOST_EVIDENCE]) for rule in RULES)
    return tuple(Warranted(rule.code, rule.text, evidence) for rule, evidence in found if evidence)


def _odd(facts: Facts) -> list[Oddity]:
    if facts.behaviour is None:
        return []
    rare = (one for one in facts.behaviour.oddities if one.kind in SUSPICIOUS and one.rarity <= RARE)
    return sorted((one for one in rare if one.at > facts.at - WEEK_MS), key=lambda one: -one.at)


def _identity(facts: Facts) -> Iterator[RecommendationEvidence]:
    for one in _odd(facts):
        yield RecommendationEvidence(source=RecommendationFactSource.PROFILE, code=one.kind, text=one.reason, at=one.at)
    if facts.behaviour is not None and facts.behaviour.risk >= RISKY:
        for reason in facts.behaviour.risk_reasons:
            yield RecommendationEvidence(source=RecommendationFactSource.PROFILE, code="risk", text=reason)


def _ended_badly(call: Call) -> bool:
    mean = call.insights.sentiment.customer
    return call.escalated or (mean is not None and mean <= UPSET)


def _bad_call(facts: Facts) -> Iterator[RecommendationEvidence]:
    last = next((call for call in facts.calls if call.status is CallStatus.ENDED), None)
    if last is None or last.started_at <= facts.at - WEEK_MS or not _ended_badly(last):
        return
    said = (
        LocalisedText(en="The last call was escalated", ja="直近の通話がエスカレーションされました")
        if last.escalated
        else LocalisedText(en="The customer was upset in the last call", ja="直近の通話でお客様がご不満でした")
    )
    yield RecommendationEvidence(
        source=RecommendationFactSource.CALLS, code="bad_call", text=said, at=last.ended_at or last.started_at
    )


def _hardship(facts: Facts) -> Iterator[RecommendationEvidence]:
    context: Context = context_of(facts)
    if not ADVICE.allowed(context):
        return
    if context.days_past_due:
        days = context.days_past_due
        word = "day" if days == 1 else "days"
        yield RecommendationEvidence(
            source=RecommendationFactSource.RECORD,
            code="days_past_due",
            text=LocalisedText(en=f"{days} {word} past due", ja=f"延滞{days}日"),
        )
    if not isnan(context.payment_risk):
        share = f"{100 * context.payment_risk:.0f}"
        yield RecommendationEvidence(
            source=RecommendationFactSource.CALLS,
            code="payment_risk",
            text=LocalisedText(en=f"Payment risk {share} %", ja=f"支払いリスク{share}%"),
        )


# Of the policy's catalogue, but help for customers in difficulties is not a thing to experiment with.
ADVICE = next(action for action in ACTIONS if action.code == "advice_referral")
RULES = (
    Rule(
        "verify_identity",
        LocalisedText(
            en="Verify the customer's identity before changing anything", ja="手続きの前にご本人確認を行ってください"
        ),
        _identity,
    ),
    Rule(
        "follow_up",
        LocalisedText(en="Follow up on the last call", ja="前回の通話についてフォローしてください"),
        _bad_call,
    ),
    Rule(ADVICE.code, ADVICE.text, _hardship),
)
PROTECTIVE = frozenset(rule.code for rule in RULES)
