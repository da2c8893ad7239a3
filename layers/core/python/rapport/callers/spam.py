"""Is this caller spam? What lists say, what the model says of its calls, what its campaign adds, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Literal, Protocol

from rapport.callers.campaigns import Campaign, CampaignVerdict
from rapport.callers.lists import Lists, Mark, marks_as_spam
from rapport.calls.model import LocalisedText, Reason
from rapport.customers.phone import CallerNumber, NumberKind
from rapport.inference.caller_features import PastCall, describe_number, observe
from rapport.inference.spam_caller import SpamScore

# What belonging to a campaign adds: the probability that it is spam when nothing else says so. Not learned: there are
# no labelled campaigns yet; a person's verdict replaces the first by the second or by nothing.
UNJUDGED, JUDGED = 0.6, 0.97
# A known customer is hardly ever spam, whatever a model of behaviour says.
MOST_FOR_CUSTOMER = 0.02


class SpamModel(Protocol):
    """`rapport.inference.spam_caller.SpamScorer`."""

    def score(self, values: Mapping[str, float]) -> SpamScore: ...


@dataclass(frozen=True, slots=True)
class Known:
    """Everything known of a number when it calls. `neighbours` are other numbers of its hundred in 7 days."""

    number: CallerNumber
    calls: Sequence[PastCall] = ()
    neighbours: int = 0
    marks: Sequence[Mark] = ()
    lists: Lists = field(default_factory=Lists)
    campaign: Campaign | None = None
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """`why` is one word for the contact flow: what decided. `features` are those the model saw, NaN left out."""

    probability: float
    advice: Literal["block", "warn", "none"]
    why: str
    reasons: tuple[Reason, ...]
    model: float
    features: Mapping[str, float]


def features_of(known: Known, home: str, now: int) -> dict[str, float]:
    """The model's inputs."""
    return {
        **observe(known.calls, now),
        **describe_number(known.number, home),
        "neighbours_7d": float(known.neighbours),
        "agent_marks_30d": float(marks_as_spam(known.marks, now)),
        "blocklist_hits": float(known.lists.block is not None and known.lists.block.holds(now)),
    }


def assess(known: Known, model: SpamModel, *, home: str, now: int) -> Assessment:
    """Lists decide; without them the model and the campaign are taken as independent evidence."""
    features = features_of(known, home, now)
    scored = model.score(features)
    probability, said, why = scored.probability, list(scored.reasons), _strongest(scored)
    block, warn = scored.block, scored.warn
    campaign = known.campaign
    if campaign is not None and campaign.active(now):
        weight = {None: UNJUDGED, CampaignVerdict.SPAM: JUDGED, CampaignVerdict.WANTED: 0.0}[campaign.verdict]
        probability = 1 - (1 - probability) * (1 - weight)
        if weight:
            said.insert(0, _of_campaign(campaign, weight))
            why, warn, block = "campaign", True, block or campaign.verdict is CampaignVerdict.SPAM
    if known.customer:
        probability, why, block, warn = min(probability, MOST_FOR_CUSTOMER), "customer", False, False
        said.insert(0, _reason("customer", "A known customer", "登録済みのお客様", raises=False))
    if known.lists.allowed(now):
        probability, why, block, warn = 0.0, "allow-list", False, False
        said.insert(0, _reason("allow-list", "On the allow list", "許可リストに掲載", raises=False))
    elif known.lists.blocked(now):
        probability, why, block = 1.0, "block-list", True
        said.insert(0, _reason("block-list", "On the block list", "ブロックリストに掲載", raises=True))
    return Assessment(
        probability=probability,
        advice="block" if block else "warn" if warn else "none",
        why=why,
        reasons=tuple(said),
        model=scored.probability,
        features={name: value for name, value in features.items() if not isnan(value)},
    )


def number_of(kind: str, country: str | None) -> CallerNumber:
    """What is stored of a number's form, as the model's features take it; the number itself is not kept."""
    return CallerNumber(None, NumberKind(kind) if kind in set(NumberKind) else NumberKind.OTHER, country)


def _strongest(scored: SpamScore) -> str:
    raising = [reason.code for reason in scored.reasons if reason.direction == "raises"]
    return raising[0] if scored.warn and raising else "none"


def _of_campaign(campaign: Campaign, weight: float) -> Reason:
    judged = ", which a person called spam" if campaign.verdict is CampaignVerdict.SPAM else ""
    judged_ja = "（迷惑と判定済み）" if campaign.verdict is CampaignVerdict.SPAM else ""
    return Reason(
        code="campaign",
        text=LocalisedText(
            en=f"Acts together with {campaign.numbers - 1} other numbers{judged}",
            ja=f"ほかの番号{campaign.numbers - 1}件と連動して発信{judged_ja}",
        ),
        direction="raises",
        contribution=weight,
    )


def _reason(code: str, en: str, ja: str, *, raises: bool) -> Reason:
    text = LocalisedText(en=en, ja=ja)
    return Reason(code=code, text=text, direction="raises" if raises else "lowers", contribution=1.0)
