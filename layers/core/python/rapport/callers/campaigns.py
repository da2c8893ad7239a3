"""Campaigns: many numbers that act as one. Found call by call, from what a call shares with others.

A campaign begins when one call is linked to enough other numbers at once (a star, not a chain: friends of friends
prove nothing). A later call joins when it is linked to some of them. Two campaigns that one call belongs to are one:
the older takes the members of the younger.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import exp2

from rapport.callers.evidence import HOUR_MS, CallerEvidence, Link
from rapport.calls.model import LocalisedText

# Links' weights summed over other numbers, and how many numbers at least, before strangers are called a campaign.
LEAST_MASS, LEAST_NUMBERS = 5.0, 8
JOIN_MASS, JOIN_NUMBERS = 0.9, 2
MOST_IN_PAIR = 1.5
# Below this two numbers share a topic, not a script: fifty of them are a busy day.
LEAST_IN_PAIR = 0.3
MOST_MEMBERS, MOST_EDGES = 300, 400
HALF_LIFE_MS = 2 * HOUR_MS
# Nothing new for so long, and it is over: what comes later is another campaign.
QUIET_MS = 12 * HOUR_MS


class CampaignVerdict(StrEnum):
    """What a person said of a campaign."""

    SPAM = "spam"
    WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class Member:
    """A number in a campaign: its first and newest call (epoch ms), and what brought it in."""

    first: int
    last: int
    evidence: CallerEvidence


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the picture; `one` < `other`. `weight` is the strongest seen."""

    one: str
    other: str
    evidence: CallerEvidence
    weight: float


@dataclass(frozen=True, slots=True)
class Campaign:
    """`began` is the earliest call, `found` the call that gave it away (epoch ms). `more` are members beyond the
    newest 300. `merged_into` names the campaign that took this one's members.
    """

    campaign_id: str
    began: int
    found: int
    members: dict[str, Member]
    edges: dict[str, Edge] = field(default_factory=dict)
    more: int = 0
    verdict: CampaignVerdict | None = None
    verdict_by: str | None = None
    merged_into: str | None = None
    version: int = 0

    @property
    def last(self) -> int:
        return max(member.last for member in self.members.values())

    @property
    def numbers(self) -> int:
        return len(self.members) + self.more

    def active(self, now: int) -> bool:
        return now - self.last < QUIET_MS

    def strength(self, now: int) -> float:
        """Members, each counting half after two hours without a call."""
        return sum(exp2(-max(0, now - member.last) / HALF_LIFE_MS) for member in self.members.values())

    def evidence(self) -> dict[CallerEvidence, int]:
        """How many members each kind of evidence brought in."""
        return dict(Counter(member.evidence for member in self.members.values()))


@dataclass(frozen=True, slots=True)
class Star:
    """One call with its links: `others` is the mass by other number."""

    token: str
    at: int
    links: tuple[Link, ...]

    @property
    def others(self) -> dict[str, float]:
        masses: dict[str, float] = {}
        for link in self.links:
            masses[link.other] = masses.get(link.other, 0.0) + link.weight
        return {other: min(MOST_IN_PAIR, mass) for other, mass in masses.items() if mass >= LEAST_IN_PAIR}

    def is_campaign(self) -> bool:
        others = self.others
        return len(others) >= LEAST_NUMBERS and sum(others.values()) >= LEAST_MASS

    def joins(self, campaign: Campaign) -> bool:
        """Whether enough of a campaign that is not over holds on to this call."""
        held = [mass for other, mass in self.others.items() if other in campaign.members]
        return campaign.active(self.at) and len(held) >= JOIN_NUMBERS and sum(held) >= JOIN_MASS


def campaign_id(star: Star) -> str:
    """The same for a call that is delivered again."""
    return "c_" + hashlib.sha256(f"{star.token}:{star.at}".encode()).hexdigest()[:20]


def settle(star: Star, known: Mapping[str, Campaign]) -> list[Campaign]:
    """What a call makes of the campaigns of its own and the linked numbers: those that change, the first of them the
    one that the call now belongs to. Empty when it belongs to none.
    """
    mine = [c for c in known.values() if c.merged_into is None and (star.token in c.members or star.joins(c))]
    mine = [c for c in mine if c.active(star.at)]
    if not mine:
        return [_opened(star)] if star.is_campaign() else []
    oldest, *younger = sorted(mine, key=lambda c: (c.began, c.campaign_id))
    grown = _grown(oldest, star)
    for other in younger:
        grown = _merged(grown, other)
    return [grown, *(replace(other, merged_into=grown.campaign_id) for other in younger)]


def _opened(star: Star) -> Campaign:
    members = {star.token: Member(star.at, star.at, strongest(star.links))}
    for other in star.others:
        shared = [link for link in star.links if link.other == other]
        seen = [link.other_at for link in shared]
        members[other] = Member(min(seen), max(seen), strongest(shared))
    began = min(member.first for member in members.values())
    return Campaign(campaign_id(star), began, star.at, members, _edges({}, star.links, members))


def _grown(campaign: Campaign, star: Star) -> Campaign:
    joining = [link for link in star.links if link.other in campaign.members and link.weight > 0]
    known = campaign.members.get(star.token)
    if known is None and not joining:
        return campaign
    evidence = known.evidence if known else strongest(joining)
    first, last = (min(known.first, star.at), max(known.last, star.at)) if known else (star.at, star.at)
    members = {**campaign.members, star.token: Member(first, last, evidence)}
    return _bounded(replace(campaign, members=members, edges=_edges(campaign.edges, joining, members)))


def _merged(one: Campaign, other: Campaign) -> Campaign:
    members = dict(one.members)
    for token, member in other.members.items():
        known = members.get(token, member)
        members[token] = Member(min(known.first, member.first), max(known.last, member.last), known.evidence)
    return _bounded(
        replace(
            one,
            began=min(one.began, other.began),
            found=min(one.found, other.found),
            members=members,
            edges=dict(list({**other.edges, **one.edges}.items())[:MOST_EDGES]),
            more=one.more + other.more,
            verdict=one.verdict or other.verdict,
            verdict_by=one.verdict_by or other.verdict_by,
        )
    )


def _bounded(campaign: Campaign) -> Campaign:
    surplus = len(campaign.members) - MOST_MEMBERS
    if surplus <= 0:
        return campaign
    oldest = sorted(campaign.members, key=lambda token: (campaign.members[token].last, token))[:surplus]
    members = {token: member for token, member in campaign.members.items() if token not in set(oldest)}
    edges = {key: edge for key, edge in campaign.edges.items() if edge.one in members and edge.other in members}
    return replace(campaign, members=members, edges=edges, more=campaign.more + surplus)


def _edges(known: Mapping[str, Edge], links: Iterable[Link], members: Mapping[str, Member]) -> dict[str, Edge]:
    edges = dict(known)
    for link in links:
        if link.one not in members or link.other not in members or link.weight <= 0:
            continue
        one, other = sorted((link.one, link.other))
        key = f"{one}|{other}|{link.evidence}"
        if key in edges or len(edges) < MOST_EDGES:
            weight = max(link.weight, edges[key].weight if key in edges else 0.0)
            edges[key] = Edge(one, other, link.evidence, round(weight, 4))
    return edges


def strongest(links: Iterable[Link]) -> CallerEvidence:
    """The kind of evidence that weighs most in sum."""
    sums: dict[CallerEvidence, float] = {}
    for link in links:
        sums[link.evidence] = sums.get(link.evidence, 0.0) + link.weight
    return max(sums, key=lambda evidence: (sums[evidence], evidence))


_WORDS = {
    CallerEvidence.TEXT: ("{n} numbers read nearly the same words", "{n}件の番号がほぼ同じ文言を話した"),
    CallerEvidence.BLOCK: ("{n} numbers lie within the same hundred", "{n}件の番号が同じ100番台に連なる"),
    CallerEvidence.PACE: (
        "{n} unknown numbers broke off within minutes, far more than usual",
        "{n}件の未知の番号が数分のうちに途切れ、普段より極端に多い",
    ),
    CallerEvidence.DEVICE: ("{n} numbers were used from the same device", "{n}件の番号が同じ端末から使われた"),
    CallerEvidence.CUSTOMER: ("{n} numbers belong to the same customer", "{n}件の番号が同じお客様のもの"),
}


def reasons(campaign: Campaign) -> tuple[LocalisedText, ...]:
    """Why these numbers are one campaign, the strongest evidence first."""
    counted = sorted(campaign.evidence().items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        LocalisedText(en=_WORDS[kind][0].format(n=count), ja=_WORDS[kind][1].format(n=count)) for kind, count in counted
    )
